import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { kill } from '../../support/kill.ts';
import { childProgram, runProgram } from '../../../scripts/lib/programs.mjs';

const SCRIPT = join(import.meta.dirname, 'host.sh');
const RELAY = join(import.meta.dirname, 'relay.mjs');
const ROOT = resolve(import.meta.dirname, '../../..');
/** What may go on running on a host when nobody works on it. */
const SERVICES = new Set(['sshd', 'nginx']);
/** What only waits for us where nothing else runs: shells, what became another user for one, and what takes an upload. */
const READERS = new Set(['sh', 'sudo', 'cat', 'head']);
const POLL_MS = 10;
/** A shell that does nothing for so long waits. */
const IDLE_MS = 500;
/** A run that takes longer is hung. */
const MOST_MS = 120_000;

/** What all hosts of a bed share, made by `host.sh prepare`: keys, inventory, the layers below their files. */
export class Bed {
  readonly folder: string;
  readonly lower: readonly string[];

  constructor() {
    sweep();
    this.folder = join(tmpdir(), `toa-crash-${process.pid}`);
    runProgram(SCRIPT, ['prepare', this.folder], { stdio: ['ignore', 'ignore', 'inherit'] });
    const lower = runProgram(SCRIPT, ['lower', this.folder]);
    this.lower = lower.trim().split(':');
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** How a controller ended. */
export interface Ended {
  /** undefined: killed. */
  readonly code: number | undefined;
  readonly output: string;
}

/** A running controller. */
export interface Controller {
  readonly pid: number;
  readonly ended: Promise<Ended>;
}

/** A host of test/hosts' kind with a relay before its sshd, on which runs are cut off. It is started anew for each try. */
export class CrashHost {
  readonly name: string;
  readonly #bed: Bed;
  readonly #cgroup: string;
  #host: ChildProcess | undefined;
  #relay: ChildProcess | undefined;
  #heard: AsyncIterator<string> | undefined;
  /** Process 1 of the host, as this machine numbers it. */
  init = 0;

  constructor(bed: Bed, name: string) {
    this.#bed = bed;
    this.name = name;
    this.#cgroup = join(cgroups(), `toa-crash-${process.pid}-${name}`);
  }

  /** The files that differ from the layers below. */
  get upper(): string {
    return join(this.#bed.folder, this.name, 'upper');
  }

  get root(): string {
    return `/proc/${this.init}/root`;
  }

  /** Starts it with the files that all hosts have at first. */
  async boot(): Promise<void> {
    await this.stop();
    // ended with us, whatever becomes of us
    const words = ['--pdeathsig', 'KILL', SCRIPT, 'boot', this.#bed.folder, this.name, this.#cgroup];
    this.#host = childProgram('setpriv', words, { stdio: ['ignore', 'ignore', 'ignore'] });
    this.init = await this.#process1(this.#host.pid as number);
    await this.relay();
  }

  async #process1(pid: number): Promise<number> {
    for (let i = 0; i < 1000; i++) {
      const [child] = words(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8'));
      if (child !== undefined && nameOf(Number(child)) === 'sshd') return Number(child);
      if (this.#host?.exitCode !== null) break;
      await delay(POLL_MS);
    }
    throw new Error(`the host ${this.name} does not start: ${join(this.#bed.folder, this.name, 'console.log')}`);
  }

  /** A new relay in the place of the one that there may be. */
  async relay(): Promise<void> {
    if (this.#relay) kill(this.#relay.pid as number, 'SIGKILL');
    this.#relay = this.#inside([process.execPath, RELAY], ['pipe', 'pipe', 'inherit']);
    this.#heard = createInterface({ input: this.#relay.stdout! })[Symbol.asyncIterator]();
    await this.hear('ready');
  }

  #inside(command: readonly string[], stdio: ('pipe' | 'inherit' | 'ignore')[], env = process.env): ChildProcess {
    return childProgram('nsenter', [`--net=/proc/${this.init}/ns/net`, '--', ...command], { stdio, env, cwd: ROOT });
  }

  tell(command: string): void {
    this.#relay?.stdin?.write(`${command}\n`);
  }

  /** The rest of the relay's next line, which begins with this word. */
  async hear(word: string): Promise<string> {
    const { value } = (await this.#heard?.next()) ?? {};
    const line = String(value);
    if (!line.startsWith(word)) throw new Error(`the relay of ${this.name} said ${line} instead of ${word}`);
    return line.slice(word.length).trim();
  }

  /** Starts a playbook on the host. The controller's home outlasts the host's starts. */
  play(playbook: string, ...args: string[]): Controller {
    const home = join(this.#bed.folder, `${this.name}.home`);
    mkdirSync(home, { recursive: true });
    const words = [
      process.execPath,
      join(ROOT, 'bin/toa-play.js'),
      playbook,
      '-i',
      join(this.#bed.folder, 'inventory.ini'),
    ];
    const child = this.#inside([...words, ...args], ['ignore', 'pipe', 'pipe'], {
      PATH: process.env['PATH'],
      HOME: home,
    });
    let output = '';
    child.stdout?.on('data', (piece: Buffer) => (output += piece.toString()));
    child.stderr?.on('data', (piece: Buffer) => (output += piece.toString()));
    const timer = setTimeout(() => child.kill('SIGKILL'), MOST_MS);
    const ended = once(child, 'close').then(([code]: (number | null)[]) => {
      clearTimeout(timer);
      return { code: code ?? undefined, output };
    });
    return { pid: child.pid as number, ended };
  }

  /** All processes of the host but the first. */
  processes(): number[] {
    const all = words(readFileSync(join(this.#cgroup, 'cgroup.procs'), 'utf8')).map(Number);
    return all.filter((pid) => pid !== this.init && pid !== this.#host?.pid);
  }

  /** sshd's processes that serve a connection. */
  sessions(): number[] {
    return this.processes().filter((pid) => nameOf(pid) === 'sshd');
  }

  /**
   * Waits until nothing of ours runs any more, or only what waits for words that nobody will say and holds nothing (a shell,
   * the program that takes an upload): where packets are dropped, it ends when the host's TCP gives up.
   * @param most milliseconds
   */
  async settled(most: number): Promise<'quiet' | 'waiting' | 'running'> {
    const until = performance.now() + most;
    for (let stable = 0; ; stable++) {
      const names = this.processes()
        .map(nameOf)
        .filter((name) => name !== '' && !SERVICES.has(name));
      if (names.length === 0) return 'quiet';
      // a watched shell has a process beside it that sleeps (watch.sh)
      if (names.some((name) => !READERS.has(name))) stable = 0;
      if (stable * POLL_MS > IDLE_MS) return 'waiting';
      if (performance.now() > until) return 'running';
      await delay(POLL_MS);
    }
  }

  /** Drops every packet that comes to or from sshd. */
  unplug(): void {
    const rules =
      'table inet crash { chain in { type filter hook input priority 0; tcp dport 22 drop; tcp sport 22 drop; }; }';
    runProgram('nsenter', [`--net=/proc/${this.init}/ns/net`, '--', 'nft', rules]);
  }

  plugIn(): void {
    runProgram('nsenter', [`--net=/proc/${this.init}/ns/net`, '--', 'nft', 'delete table inet crash']);
  }

  /** What a command on the host prints; its status is not asked. */
  says(...words: string[]): string {
    const inside = ['--target', String(this.init), '--all', '--root', '--wdns=/', '--', ...words];
    try {
      return runProgram('nsenter', inside);
    } catch (error) {
      return String((error as { stdout?: string }).stdout);
    }
  }

  async stop(): Promise<void> {
    if (this.#relay) kill(this.#relay.pid as number, 'SIGKILL');
    this.#relay = undefined;
    if (!this.#host) return;
    const ended = this.#host.exitCode === null ? once(this.#host, 'close') : undefined;
    if (this.init > 0) kill(this.init, 'SIGKILL');
    await ended;
    this.#host = undefined;
    removeCgroup(this.#cgroup);
  }
}

function cgroups(): string {
  const line = readFileSync('/proc/mounts', 'utf8')
    .split('\n')
    .find((one) => one.split(' ')[2] === 'cgroup2');
  if (line === undefined) throw new Error('no cgroup v2 is mounted on this machine');
  return line.split(' ')[1];
}

/** Removes what test runs left that were killed. Their hosts ended with them. */
function sweep(): void {
  const left = (folder: string): string[] =>
    readdirSync(folder).filter((name) => {
      const pid = /^toa-crash-(\d+)(?:-|$)/.exec(name)?.[1];
      return pid !== undefined && !existsSync(`/proc/${pid}`);
    });
  for (const name of left(cgroups())) removeCgroup(join(cgroups(), name));
  for (const name of left(tmpdir())) rmSync(join(tmpdir(), name), { recursive: true, force: true });
}

function removeCgroup(path: string): void {
  for (const one of readdirSync(path, { withFileTypes: true }))
    if (one.isDirectory()) removeCgroup(join(path, one.name));
  rmdirSync(path);
}

const words = (text: string): string[] => text.split(/\s+/).filter(Boolean);

/** The name of a process, empty when it has ended. */
function nameOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
  } catch {
    return '';
  }
}
