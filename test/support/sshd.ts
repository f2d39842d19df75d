import type { ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Target } from '../../src/transport/target.ts';
import { kill } from './kill.ts';
import { childProgram, runProgram } from '../../scripts/lib/programs.mjs';

/** A real sshd of this machine on a loopback address. Needs root and openssh-server. */
export class TestSshd {
  readonly folder = mkdtempSync(join(tmpdir(), 'toa-sshd-'));
  readonly address: string;
  readonly port: number;
  readonly clientKey = join(this.folder, 'client');
  readonly knownHosts = join(this.folder, 'known_hosts');
  readonly hostKey = join(this.folder, 'host_ed25519');
  /** Files that this sshd and its sessions see instead of the machine's own: path -> text. Set before start. */
  files: Readonly<Record<string, string>> = {};
  /** The end of what it logged. */
  said = '';
  #child: ChildProcess | undefined;

  constructor(address: string, port: number) {
    this.address = address;
    this.port = port;
    keygen(this.hostKey, 'ed25519');
    keygen(this.clientKey, 'ed25519');
    writeFileSync(join(this.folder, 'authorized_keys'), this.publicKey(this.clientKey), { mode: 0o644 });
    writeFileSync(this.knownHosts, this.knownLine());
  }

  publicKey(path: string): string {
    return readFileSync(`${path}.pub`, 'utf8');
  }

  knownLine(key = this.hostKey): string {
    return `[${this.address}]:${this.port} ${this.publicKey(key)}`;
  }

  /** Starts it; `options` are lines of sshd_config. */
  async start(options: readonly string[] = [], hostKeys = [this.hostKey]): Promise<void> {
    mkdirSync('/run/sshd', { recursive: true });
    const config = join(this.folder, 'sshd_config');
    const standard = [
      `ListenAddress ${this.address}:${this.port}`,
      ...hostKeys.map((key) => `HostKey ${key}`),
      `AuthorizedKeysFile ${join(this.folder, 'authorized_keys')}`,
      `PidFile ${join(this.folder, 'pid')}`,
      'PermitRootLogin yes',
      'StrictModes no',
      'UsePAM no',
      'UseDNS no',
    ];
    // The first value wins: the test's own lines come first.
    const own = options.some((line) => line.startsWith('MaxStartups')) ? [] : ['MaxStartups 1000:30:2000'];
    writeFileSync(config, [...options, ...own, ...standard, ''].join('\n'));
    // An empty home in a mount namespace of its own: this machine's profiles must not slow the sessions down.
    const mounts = Object.entries(this.files).map(([path, text], i) => {
      const source = join(this.folder, `mounted${i}`);
      writeFileSync(source, text, { mode: path.includes('passwd') ? 0o644 : 0o440 });
      return `mount --bind ${source} ${path} && `;
    });
    const script = `mount -t tmpfs -o size=8m tmpfs /root && ${mounts.join('')}exec /usr/sbin/sshd -D -e -f "$1"`;
    const stdio = ['ignore', 'ignore', 'pipe'] as const;
    this.#child = childProgram('unshare', ['-m', '--propagation', 'private', 'sh', '-c', script, 'sh', config], {
      stdio: [...stdio],
    });
    this.#child.stderr?.on('data', (chunk: Buffer) => (this.said = (this.said + chunk.toString()).slice(-4000)));
    for (let i = 0; i < 100; i++) {
      if (this.#child.exitCode !== null) throw new Error(`sshd ended: ${this.said}`);
      if (await listens(this.address, this.port)) return;
      await delay(50);
    }
    throw new Error(`sshd does not listen: ${this.said}`);
  }

  target(more: Partial<Target> = {}): Target {
    return {
      name: 'web1',
      transport: 'ssh2',
      host: this.address,
      port: this.port,
      user: 'root',
      privateKeyFile: this.clientKey,
      sshArgs: ['-F', 'none', '-o', `UserKnownHostsFile=${this.knownHosts}`],
      hostKeyChecking: true,
      connectTimeoutSeconds: 10,
      ...more,
    };
  }

  /** Process ids of this sshd's sessions. */
  sessions(): number[] {
    const children = `/proc/${this.#child?.pid}/task/${this.#child?.pid}/children`;
    return readFileSync(children, 'utf8').trim().split(/\s+/).filter(Boolean).map(Number);
  }

  async stop(): Promise<void> {
    const child = this.#child;
    if (child && child.exitCode === null) {
      const ended = new Promise((done) => child.once('exit', done));
      for (const pid of [...this.sessions(), child.pid as number]) kill(pid, 'SIGTERM');
      await ended;
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Makes a key pair with ssh-keygen. */
export function keygen(path: string, type: string, passphrase = ''): void {
  runProgram('ssh-keygen', ['-q', '-t', type, '-N', passphrase, '-C', 'test', '-f', path]);
}

function listens(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, host);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
