import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, type Finished, type Request, recap, run, scratch } from '../e2e/fleet.ts';
import { runProgram } from '../../scripts/lib/programs.mjs';

const GUESTS = join(ROOT, 'test/hosts/guests');

/** Two raised virtual machines behind a balancer. */
export class Guests {
  readonly name: string;
  readonly dir: string;
  private readonly given = process.env['TOA_GUESTS'];

  /** TOA_GUESTS=NAME takes a pair that is up already, which saves minutes while writing tests. */
  constructor() {
    this.name = this.given ?? `guests-${process.pid}`;
    this.dir = `/tmp/toa-play-${this.name}`;
    if (this.given === undefined) {
      const args = ['up', '--name', this.name, '--dir', this.dir, '--owner', String(process.pid)];
      runProgram(GUESTS, args, { stdio: ['ignore', 'ignore', 'inherit'] });
      return;
    }
    const path = runProgram(GUESTS, ['inventory', '--name', this.name]).trim();
    this.dir = path.replace(/\/inventory\.ini$/, '');
  }

  down(): void {
    if (this.given === undefined) runProgram(GUESTS, ['down', '--name', this.name], { stdio: 'inherit' });
  }

  /** The kernel that the guests start with, and the newer one that their repository has. */
  get kernels(): { readonly first: string; readonly newer: string } {
    const read = (name: string): string => readFileSync(join(this.dir, name), 'utf8').trim();
    return { first: read('kernel'), newer: read('newer_kernel') };
  }

  command(command: string, ...args: string[]): Promise<Finished> {
    // the controller keeps what it built; what an earlier run built must not be found
    const env = command === 'exec' ? { XDG_CACHE_HOME: join(this.dir, 'cache') } : {};
    return run(GUESTS, [command, '--name', this.name, ...args], env);
  }

  /** A command on a guest, without toa-play; gives what it printed. */
  async on(guest: string, command: string): Promise<string> {
    const { code, stdout, stderr } = await this.command('ssh', guest, command);
    if (code !== 0) throw new Error(`${guest}: ${command}: status ${code}\n${stdout}${stderr}`);
    return stdout.trim();
  }

  /** Whom the web servers see, by guest. */
  async shown(): Promise<Record<string, string>> {
    const { stdout } = await this.command('traffic');
    return Object.fromEntries((JSON.parse(stdout) as Request[]).map(({ host, shows }) => [host, shows]));
  }

  /** toa-play with a playbook of the project, or with the text of one. */
  play(playbook: string, ...args: string[]): Promise<Finished> {
    let file = playbook;
    if (playbook.includes('\n')) {
      file = join(scratch(), 'play.yml');
      writeFileSync(file, playbook);
    }
    const words = [
      process.execPath,
      join(ROOT, 'bin/toa-play.js'),
      file,
      '-i',
      join(this.dir, 'inventory.ini'),
      ...args,
    ];
    return this.command('exec', '--', ...words);
  }

  /** A run that must succeed; gives the recap. */
  async good(playbook: string, ...args: string[]): Promise<Record<string, Record<string, number>>> {
    const { code, stdout, stderr } = await this.play(playbook, ...args);
    if (code !== 0) throw new Error(`status ${code}\n${stdout}${stderr}`);
    return recap(stdout);
  }
}
