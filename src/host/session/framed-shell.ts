import { randomBytes } from 'node:crypto';
import { StringDecoder } from 'node:string_decoder';
import { ToaError } from '../../base/errors.ts';
import type { Channel, ChannelExit } from '../../transport/contract.ts';
import { type CallOrder, framedText, orderedText } from './call-text.ts';
import { FrameReader } from './frame-reader.ts';

/** What one frame brought back. */
export interface Frame {
  readonly rc: number;
  readonly stdout: Buffer;
  readonly stderr: Buffer;
  /** From when nothing was before it any more. */
  readonly milliseconds: number;
  /** It was not run, because one that it is behind failed. */
  readonly isDropped: boolean;
}

interface Pending {
  readonly id: number;
  readonly order: CallOrder;
  readonly stdout: Buffer[];
  readonly stderr: Buffer[];
  rc?: number;
  stderrEnded: boolean;
  /** When it was sent, or the frame before it was back. */
  begunAt: number;
  readonly onOutput?: (text: string) => void;
  readonly decoder: StringDecoder;
  readonly resolve: (frame: Frame) => void;
  readonly reject: (error: unknown) => void;
}

/** What stderr said last, for the message about a shell that ended. */
const TAIL = 2000;

/**
 * An open shell whose commands come back as numbered frames, in order. `run` may be called before earlier frames are
 * back: the text is then already at the host when the shell gets to it.
 */
export class FramedShell {
  readonly channel: Channel;
  readonly #mark = `toa-${randomBytes(16).toString('hex')}`;
  readonly #mergedErrorFile: string | undefined;
  readonly #pending: Pending[] = [];
  readonly #describe: string;
  #next = 0;
  #answered = false;
  #dropping = false;
  #failure: ToaError | undefined;
  #strayError = '';
  #strayOutput = '';
  #unsent = '';
  /** Scripts that this shell has loaded. */
  readonly loaded = new Set<string>();

  /** @param mergedErrorFile for a shell with a terminal: a file on the host that takes stderr */
  constructor(channel: Channel, describe: string, mergedErrorFile?: string) {
    this.channel = channel;
    this.#describe = describe;
    this.#mergedErrorFile = mergedErrorFile;
    const out = this.#reader('stdout');
    const err = this.#reader('stderr');
    channel.stdout.on('data', (chunk: Buffer) => out.push(chunk)).resume();
    channel.stderr.on('data', (chunk: Buffer) => err.push(chunk)).resume();
    void channel.exited.then((exit) => {
      out.flush();
      err.flush();
      this.#ended(exit);
    });
  }

  /** Why the shell is gone; undefined while it is open. */
  get failure(): ToaError | undefined {
    return this.#failure;
  }

  run(text: string, onOutput?: (text: string) => void, order: CallOrder = {}): Promise<Frame> {
    if (this.#failure) return Promise.reject(this.#failure);
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      const decoder = new StringDecoder('utf8');
      const parts = { stdout: [], stderr: [], stderrEnded: false, begunAt: performance.now() };
      this.#pending.push({ id, order, ...parts, onOutput, decoder, resolve, reject });
      this.#send(
        framedText(orderedText(text, order), id, { mark: this.#mark, mergedErrorFile: this.#mergedErrorFile }),
      );
    });
  }

  /** Text that defines functions; no frame comes back for it. */
  load(text: string): void {
    if (!this.#failure) this.#send(text);
  }

  /** All that is said in one turn goes out as one packet: each costs an encryption and two system calls. */
  #send(text: string): void {
    if (this.#unsent === '') process.nextTick(() => this.#flush());
    this.#unsent += text;
  }

  #flush(): void {
    const text = this.#unsent;
    this.#unsent = '';
    if (text !== '' && !this.#failure) this.channel.stdin.write(text);
  }

  end(): void {
    this.#flush();
    this.channel.stdin.end();
    this.channel.end();
  }

  /** Gives up on a shell that does not answer: what waits for it fails at once, whatever the host still does. */
  abandon(why: string): void {
    this.#fail(
      new ToaError('E_CONNECTION_LOST', `${this.#describe}: ${why}`, {
        remedy: 'look at the host for the process that could not be ended, then run the playbook again',
      }),
    );
    this.end();
  }

  #fail(failure: ToaError): void {
    this.#failure ??= failure;
    for (const call of this.#pending.splice(0)) call.reject(this.#failure);
  }

  #reader(stream: 'stdout' | 'stderr'): FrameReader {
    return new FrameReader(
      this.#mark,
      (piece) => this.#data(stream, piece),
      (line) => this.#endOfPart(stream, line),
    );
  }

  /** Bytes before the first frame's start (banners, profiles) are kept only for error messages. */
  #data(stream: 'stdout' | 'stderr', piece: Buffer): void {
    const current = this.#pendingOf(stream);
    if (!current) {
      this.#stray(stream, piece);
      return;
    }
    const isError = stream === 'stderr' || (this.#mergedErrorFile !== undefined && current.rc !== undefined);
    current[isError ? 'stderr' : 'stdout'].push(piece);
    if (!isError && current.onOutput) current.onOutput(current.decoder.write(piece));
  }

  #stray(stream: 'stdout' | 'stderr', piece: Buffer): void {
    if (stream === 'stderr') this.#strayError = (this.#strayError + piece.toString('utf8')).slice(-TAIL);
    else this.#strayOutput = (this.#strayOutput + piece.toString('utf8')).slice(-TAIL);
  }

  /** The first call whose part of this stream is still open: the streams do not arrive in step. */
  #pendingOf(stream: 'stdout' | 'stderr'): Pending | undefined {
    if (this.#mergedErrorFile !== undefined) return this.#pending[0];
    return this.#pending.find((call) => (stream === 'stdout' ? call.rc === undefined : !call.stderrEnded));
  }

  #endOfPart(stream: 'stdout' | 'stderr', line: string): void {
    const [id, rc] = line.split(' ');
    const current = this.#pendingOf(stream);
    if (!current || current.id !== Number(id)) return;
    if (rc === undefined) current.stderrEnded = true;
    else current.rc = Number(rc);
    if (current.rc === undefined || !current.stderrEnded) return;
    this.#answered = true;
    this.#pending.splice(this.#pending.indexOf(current), 1);
    if (this.#pending.length > 0) this.#pending[0].begunAt = performance.now();
    const [stdout, stderr] = [Buffer.concat(current.stdout), Buffer.concat(current.stderr)];
    const isDropped = this.#isDropped(current.order, current.rc);
    const milliseconds = performance.now() - current.begunAt;
    current.resolve({ rc: current.rc, stdout, stderr, milliseconds, isDropped });
  }

  /** Follows what the shell keeps in toa_dropping. */
  #isDropped({ isBehind, isCondition }: CallOrder, rc: number): boolean {
    if (!isBehind) this.#dropping = false;
    if (this.#dropping) return true;
    if (isCondition && rc !== 0) this.#dropping = true;
    return false;
  }

  /** The last words of the host, for messages. */
  lastWords(): string {
    const current = this.#pending[0];
    const error = Buffer.concat(current?.stderr ?? []).toString('utf8') || this.#strayError;
    const output = Buffer.concat(current?.stdout ?? []).toString('utf8') || this.#strayOutput;
    return (error.trim() || output.trim()).slice(-TAIL);
  }

  #ended(exit: ChannelExit): void {
    const how = exit.lost
      ? 'the connection was cut off'
      : `the shell ended (${exit.signal ? `signal ${exit.signal}` : `exit status ${exit.code}`})`;
    const words = this.lastWords();
    const started = this.#answered || exit.lost;
    const code = started ? 'E_CONNECTION_LOST' : 'E_SHELL';
    this.#fail(
      new ToaError(code, `${this.#describe}: ${how}${words ? `; it said: ${words}` : ''}`, {
        remedy: started
          ? 'what was running may or may not have finished: look at the host, then run the playbook again'
          : 'log in by hand as that user: the account needs a working /bin/sh',
      }),
    );
  }
}
