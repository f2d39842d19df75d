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
    // an interrupted run may have left them in the middle of a start
    for (const guest of ['guest-a', 'guest-b']) runProgram(GUESTS, ['wait', '--name', this.name, guest]);
  }

  down(): void {
    if (this.given === undefined) runProgram(GUESTS, ['down', '--name', this.name], { stdio: 'inherit' });
  }

  /** The kernel that the guests start with, and the newer one that their repository has. */
  get kernels(): { readonly first: string; readonly newer: string } {
    const read = (name: string): string => readFileSync(join(this.dir, name), 'utf8').trim();
    return { first: read('kernel'), newer: read('newer_kernel') };
  }

  /** The release of the kernel that plays a part: test/hosts/roots/guest.sh has them. */
  kernel(part: 'first' | 'newer' | 'lonely' | 'panicking'): string {
    return readFileSync(join(this.dir, part === 'first' ? 'kernel' : `${part}_kernel`), 'utf8').trim();
  }

  command(command: string, ...args: string[]): Promise<Finished> {
    return this.watched(undefined, command, ...args);
  }

  private watched(
    watch: ((stdout: string) => void) | undefined,
    command: string,
    ...args: string[]
  ): Promise<Finished> {
    // the controller keeps what it built; what an earlier run built must not be found
    const env = command === 'exec' ? { XDG_CACHE_HOME: join(this.dir, 'cache') } : {};
    return run(GUESTS, [command, '--name', this.name, ...args], env, watch);
  }

  private async done(command: string, ...args: string[]): Promise<void> {
    const { code, stderr } = await this.command(command, ...args);
    if (code !== 0) throw new Error(`guests ${command} ${args.join(' ')}: status ${code}\n${stderr}`);
  }

  /** Keeps the disks of guests under a name. */
  async save(state: string, ...guests: string[]): Promise<void> {
    await Promise.all(guests.map((guest) => this.done('save', guest, state)));
  }

  /** Starts guests from disks that were kept: the state of its own that a test begins with. */
  async reset(state: string, ...guests: string[]): Promise<void> {
    await Promise.all(guests.map((guest) => this.done('reset', guest, state)));
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
    return this.command('exec', '--', ...this.words(playbook, args));
  }

  /** The same, and the power of a guest is cut once, when the run says that a task begins. */
  async playAndCut(guest: string, task: string, playbook: string, ...args: string[]): Promise<Finished> {
    let cut: Promise<Finished> | undefined;
    const watch = (stdout: string): void => {
      if (stdout.includes(`TASK [${task}]`)) cut ??= this.command('cut', guest);
    };
    const finished = await this.watched(watch, 'exec', '--', ...this.words(playbook, args));
    if (!cut) throw new Error(`the run did not come to the task ${task}\n${finished.stdout}${finished.stderr}`);
    await cut;
    return finished;
  }

  get inventory(): string {
    return join(this.dir, 'inventory.ini');
  }

  /** toa-play with any words. */
  toaPlay(...words: string[]): Promise<Finished> {
    return this.command('exec', '--', process.execPath, join(ROOT, 'bin/toa-play.js'), ...words);
  }

  private words(playbook: string, args: readonly string[]): string[] {
    let file = playbook;
    if (playbook.includes('\n')) {
      file = join(scratch(), 'play.yml');
      writeFileSync(file, playbook);
    }
    return [process.execPath, join(ROOT, 'bin/toa-play.js'), file, '-i', join(this.dir, 'inventory.ini'), ...args];
  }

  /** A run that must succeed; gives the recap. */
  async good(playbook: string, ...args: string[]): Promise<Record<string, Record<string, number>>> {
    const { code, stdout, stderr } = await this.play(playbook, ...args);
    if (code !== 0) throw new Error(`status ${code}\n${stdout}${stderr}`);
    return recap(stdout);
  }
}
