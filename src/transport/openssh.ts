import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { ToaError } from '../base/errors.ts';
import { loginShellQuote } from '../base/quote.ts';
import type { Target } from './target.ts';
import type { Channel, Connection, ExecOptions } from './contract.ts';
import { channelOf } from './local.ts';
import { opensshError } from './openssh-errors.ts';
import { addedOptions } from './openssh-options.ts';
import { checkNames } from './names.ts';
import { withoutJump } from './ssh-args.ts';
import { connectionLost } from './ssh-errors.ts';

/**
 * Answers the ssh that we started, not those that it starts for its jump hosts (they inherit the environment): the
 * asking process is the helper's parent. Passphrases and PINs are not the password: wrong ones lock a card.
 */
const HELPER = `#!/bin/sh
[ "$PPID" = "$TOA_SSH_PID" ] || exit 1
case $1 in *'passphrase for '* | *'PIN for '* | *'continue connecting'*) exit 1 ;; esac
printf '%s\\n' "$TOA_SSH_PASSWORD"
`;
/** The shell's number is that of the ssh that takes its place. */
const NUMBERED = 'TOA_SSH_PID=$$; export TOA_SSH_PID; exec ssh "$@"';

/**
 * What the master runs: it says when the login is done, and becomes the first process that is asked for. `read` takes no
 * more than its line.
 */
const FIRST = 'echo toa-ready; IFS= read -r toa_line && exec "${SHELL:-/bin/sh}" -c "$toa_line"';
/** For what goes over the master: were that gone, ssh would connect by itself and run the command there. */
const BY_MASTER_ONLY = ['-o', 'ControlMaster=no', '-o', 'ProxyCommand=false', '-o', 'BatchMode=yes'];
const REFUSED = /session request failed|open refused|open failed/i;

/**
 * Connections by the system's `ssh`: for certificates, smart cards and options that ssh2 does not have. One master
 * process carries all channels (ControlMaster); the first is its own, so that one session is enough for one shell.
 */
export class OpensshConnection implements Connection {
  readonly #target: Target;
  readonly #folder: string;
  #master: Channel | undefined;
  #failure: ToaError | undefined;
  /** The master's own channel, while nothing runs in it. */
  #first: Channel | undefined;
  #logs = 0;

  private constructor(target: Target) {
    this.#target = target;
    // Short: a socket's path has at most 108 bytes.
    this.#folder = mkdtempSync(join(tmpdir(), 'toa-'));
  }

  /** @throws ToaError as connect() does */
  static async open(target: Target): Promise<OpensshConnection> {
    checkNames(target.name, target.host, target.user);
    const connection = new OpensshConnection(target);
    try {
      await connection.#start();
      return connection;
    } catch (error) {
      await connection.close();
      throw error;
    }
  }

  get failure(): ToaError | undefined {
    return this.#failure;
  }

  #args(sshArgs: readonly string[] = this.#target.sshArgs): string[] {
    const target = this.#target;
    const options = [`ControlPath=${join(this.#folder, 's')}`, `ConnectTimeout=${target.connectTimeoutSeconds}`];
    if (target.password === undefined) options.push('BatchMode=yes');
    else options.push('NumberOfPasswordPrompts=1');
    if (target.hostKeyChecking !== true) {
      options.push(`StrictHostKeyChecking=${target.hostKeyChecking === false ? 'no' : 'accept-new'}`);
    } else if (target.password !== undefined && !target.sshArgs.some((word) => /StrictHostKeyChecking/i.test(word))) {
      // Else ssh would ask the password helper whether to trust the key.
      options.push('StrictHostKeyChecking=yes');
    }
    return [
      ...options.flatMap((option) => ['-o', option]),
      ...(target.port === undefined ? [] : ['-p', String(target.port)]),
      ...(target.user === undefined ? [] : ['-l', target.user]),
      ...(target.privateKeyFile === undefined ? [] : ['-i', target.privateKeyFile]),
      ...sshArgs,
    ];
  }

  /** The password goes through the environment of a helper program: never on a command line. */
  #environment(): NodeJS.ProcessEnv {
    const { password } = this.#target;
    if (password === undefined) return process.env;
    const helper = join(this.#folder, 'askpass');
    writeFileSync(helper, HELPER, { mode: 0o700 });
    return {
      ...process.env,
      SSH_ASKPASS: helper,
      SSH_ASKPASS_REQUIRE: 'force',
      TOA_SSH_PASSWORD: password,
      DISPLAY: process.env.DISPLAY ?? ':',
    };
  }

  /** Starts the master, which lives as long as its stdin. */
  async #start(): Promise<void> {
    const added = await addedOptions([...this.#args(), '--', this.#target.host]);
    const args = ['-T', '-o', 'ControlMaster=yes', '-o', 'ControlPersist=no', ...added, ...this.#args()];
    const child = spawn(
      '/bin/sh',
      ['-c', NUMBERED, 'ssh', ...args, '--', this.#target.host, `exec /bin/sh -c ${loginShellQuote(FIRST)}`],
      {
        stdio: 'pipe',
        detached: true,
        env: this.#environment(),
      },
    );
    this.#master = channelOf(child);
    const { stdout, stderr, exited } = this.#master;
    let said = '';
    const stop = hear(stderr, (text) => void (said = (said + text).slice(-4000)));
    void exited.then(() => (this.#failure ??= connectionLost(this.#target.name, said.trim() || 'ssh ended')));
    await new Promise<void>((resolve, reject) => {
      let out = '';
      const stopOut = hear(stdout, (text) => {
        out = (out + text).slice(-4000);
        if (!out.includes('toa-ready')) return;
        stopOut();
        stop();
        resolve();
      });
      void exited.then(({ code }) => reject(opensshError(this.#target, said, code)));
    });
    this.#first = this.#master;
  }

  /** The master's own channel runs the command, which is one line. */
  #runFirst(channel: Channel, command: string): Channel {
    this.#first = undefined;
    channel.stdin.write(`${command}\n`);
    const exited = channel.exited.then((exit) => (exit.code === 255 ? { lost: true } : exit));
    return { ...channel, exited };
  }

  async exec(command: string, options: ExecOptions = {}): Promise<Channel> {
    if (this.#failure) throw this.#failure;
    if (this.#first && !options.pty && !command.includes('\n')) return this.#runFirst(this.#first, command);
    // ssh's own words apart from the command's
    const log = join(this.#folder, `log${this.#logs++}`);
    const args = [
      options.pty ? '-tt' : '-T',
      '-E',
      log,
      ...BY_MASTER_ONLY,
      ...this.#args(withoutJump(this.#target.sshArgs)),
      '--',
      this.#target.host,
      command,
    ];
    const channel = channelOf(spawn('ssh', args, { stdio: 'pipe', detached: true }));
    // 255 is ssh's own failure, not the command's.
    const exited = channel.exited.then((exit) => {
      const said = takeText(log);
      return exit.code === 255 ? { lost: true, refused: !this.#failure && REFUSED.test(said) } : exit;
    });
    return { ...channel, exited };
  }

  async close(): Promise<void> {
    this.#failure ??= connectionLost(this.#target.name, 'closed by us');
    this.#master?.stdin.end();
    this.#master?.end();
    await this.#master?.exited;
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** Reads what a stream says, until that is stopped; whoever reads on finds it as if nobody had. */
function hear(stream: Readable, take: (text: string) => void): () => void {
  const onReadable = (): void => {
    for (let chunk = stream.read(); chunk !== null; chunk = stream.read()) take((chunk as Buffer).toString('utf8'));
  };
  stream.on('readable', onReadable);
  return () => stream.removeListener('readable', onReadable);
}

/** What is in a file, which goes. */
function takeText(path: string): string {
  if (!existsSync(path)) return '';
  const text = readFileSync(path, 'utf8').slice(-4000);
  rmSync(path, { force: true });
  return text;
}
