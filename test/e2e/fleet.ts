import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inject, onTestFinished } from 'vitest';
import { childProgram } from '../../scripts/lib/programs.mjs';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
export const FLEET = join(ROOT, 'test/hosts/fleet');

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** One line of what `fleet traffic` saw. */
export interface Request {
  readonly host: string;
  readonly control: boolean;
  readonly client: string | null;
  readonly logged: string | null;
  readonly shows: 'client' | 'balancer' | 'other' | 'nothing';
}

/** Runs a program to its end, with its output kept. @param watch sees all standard output so far, as it grows */
export function run(
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
  watch?: (stdout: string) => void,
): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = childProgram(program, args, {
      cwd: ROOT,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (piece: Buffer) => {
      stdout += piece.toString();
      watch?.(stdout);
    });
    child.stderr.on('data', (piece: Buffer) => (stderr += piece.toString()));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}

/** `fleet COMMAND --name (ours) ARGS...` */
export function fleet(command: string, ...args: string[]): Promise<Finished> {
  return run(FLEET, [command, '--name', inject('fleet').name, ...args]);
}

const LOOK = fileURLToPath(new URL('look.mjs', import.meta.url));

/** A command on a host over node-ssh: neither toa-play nor the ssh that it uses. Without what a profile prints before it. */
export async function onHost(host: string, command: string): Promise<Finished> {
  const start = '=== here the command starts ===';
  const config = join(inject('fleet').dir, 'ssh/ssh_config');
  const seen = await fleet('exec', '--', process.execPath, LOOK, config, host, `echo '${start}'; ${command}`);
  if (seen.code !== 0) throw new Error(`cannot look at ${host}: ${seen.stderr}`);
  const { code, stdout, stderr } = JSON.parse(seen.stdout) as Finished;
  return { code, stdout: stdout.slice(stdout.indexOf(start) + start.length + 1), stderr };
}

/** One real request to every web server through the balancer. */
export async function traffic(): Promise<Map<string, Request>> {
  const answer = await fleet('traffic');
  const requests = JSON.parse(answer.stdout) as Request[];
  return new Map(requests.map((request) => [request.host, request]));
}

/** bin/toa-play.js in the controller's network. */
export const toaPlay = (...args: string[]): Promise<Finished> =>
  fleet('exec', '--', process.execPath, join(ROOT, 'bin/toa-play.js'), ...args);

/** The fleet's inventory file. */
export const inventory = (): string => join(inject('fleet').dir, 'inventory.ini');

/** A folder for one test, removed after it. */
export function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), 'toa-play-e2e-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Writes a playbook, runs it on the fleet's inventory. */
export function play(playbook: string, ...args: string[]): Promise<Finished> {
  const file = join(scratch(), 'play.yml');
  writeFileSync(file, playbook);
  return toaPlay(file, '-i', inventory(), ...args);
}

/** A copy of the fleet's inventory, changed by `edit`; gives its path. */
export function changedInventory(edit: (text: string) => string): string {
  const file = join(scratch(), 'inventory.ini');
  writeFileSync(file, edit(readFileSync(inventory(), 'utf8')), { mode: 0o600 });
  return file;
}

/** The recap as numbers: host -> {ok, changed, unreachable, failed, skipped, rescued, ignored}. */
export function recap(output: string): Record<string, Record<string, number>> {
  const hosts: Record<string, Record<string, number>> = {};
  const lines = output.split('\n');
  const start = lines.findIndex((line) => line.startsWith('PLAY RECAP'));
  for (const line of start < 0 ? [] : lines.slice(start + 1)) {
    const match = /^(\S+)\s*: (ok=.*)$/.exec(line);
    if (match === null) continue;
    const pairs = [...match[2]!.matchAll(/(\w+)=(\d+)/g)].map((pair) => [pair[1]!, Number(pair[2])] as const);
    hosts[match[1]!] = Object.fromEntries(pairs);
  }
  return hosts;
}

/** The hosts that site.yml works on: seven, and the control whose balancer sends no option. */
export const PLAYED = [
  'debian-root',
  'debian-systemd',
  'debian-sudo',
  'debian-oldssh',
  'rpm-yum',
  'rpm-dnf-busybox',
  'debian-jumped',
  'control-no-option',
] as const;

/** All that the inventory names. */
export const HOSTS = [...PLAYED, 'control-no-receiver'] as const;
