import { randomBytes } from 'node:crypto';
import { StringDecoder } from 'node:string_decoder';
import { ToaError } from '../../base/errors.ts';
import type { Channel, ChannelExit } from '../../transport/contract.ts';
import { BoundedOutput, ENDLESS, FILES, MAX_OUTPUT, outputTooLarge } from './bounded-output.ts';
import { type CallOrder, type Framing, framedText, orderedText } from './call-text.ts';
import { FORGET, KEPT_MS } from './in-place.ts';
import { FrameReader } from './frame-reader.ts';

/** What one frame brought back. */
export interface Frame {
  readonly rc: number;
  readonly stdout: Buffer;
  readonly stderr: Buffer;
  /** Bytes that are left out in the middle of each. */
  readonly missing: { readonly stdout: number; readonly stderr: number };
  /** From when nothing was before it any more. */
  readonly milliseconds: number;
  /** It was not run, because one that it is behind failed. */
  readonly isDropped: boolean;
}

interface Pending {
  readonly id: number;
  readonly order: CallOrder;
  readonly stdout: BoundedOutput;
  rc?: number;
  /** Set when its part of stderr has ended. */
  stderr?: BoundedOutput;
  /** When it was sent, or the frame before it was back. */
  begunAt: number;
  readonly onOutput?: (text: string) => void;
  readonly decoder: StringDecoder;
  readonly resolve: (frame: Frame) => void;
  readonly reject: (error: unknown) => void;
}

const isComplete = ({ rc, stderr }: Pending): boolean => rc !== undefined && stderr !== undefined;

const NOTHING = new BoundedOutput(0);
/** An exit status as a mark says it. A line that says something else is not ours: its call waits on. */
const STATUS = /^\d{1,3}$/;

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
  readonly #most: number;
  #next = 0;
  #saidAt = Infinity;
  #answered = false;
  /** What stderr said since its last mark. */
  #errors: BoundedOutput;
  #isBehindQuiet = false;
  #dropping = false;
  #failure: ToaError | undefined;
  #strayError = '';
  #strayOutput = '';
  #unsent = '';
  /** Scripts that this shell has loaded. */
  readonly loaded = new Set<string>();

  /**
   * @param mergedErrorFile for a shell with a terminal: a file on the host that takes stderr
   * @param most bytes of a frame that are kept, per stream
   */
  constructor(channel: Channel, describe: string, mergedErrorFile?: string, most: number = MAX_OUTPUT) {
    this.channel = channel;
    this.#describe = describe;
    this.#mergedErrorFile = mergedErrorFile;
    this.#most = most;
    this.#errors = new BoundedOutput(most);
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
      const stdout = new BoundedOutput(this.#most * (order.bringsFile ? FILES : 1));
      this.#pending.push({ id, order, stdout, begunAt: performance.now(), onOutput, decoder, resolve, reject });
      this.#send(framedText(orderedText(this.#afresh(text), order), id, this.#framing(order)));
    });
  }

  /** Something else changed the host meanwhile: what calls found out is not believed any more. */
  doubt(): void {
    this.#saidAt = 0;
  }

  /** Nor is it believed for long. */
  #afresh(text: string): string {
    const before = this.#saidAt;
    this.#saidAt = performance.now();
    return before === 0 || this.#saidAt - before > KEPT_MS ? `${FORGET}${text}` : text;
  }

  #framing({ inPlace: isQuiet = false }: CallOrder): Framing {
    const isBehindQuiet = this.#isBehindQuiet;
    this.#isBehindQuiet = isQuiet;
    return { mark: this.#mark, mergedErrorFile: this.#mergedErrorFile, isQuiet, isBehindQuiet };
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
    this.#giveUp(
      new ToaError('E_CONNECTION_LOST', `${this.#describe}: ${why}`, {
        remedy: 'look at the host for the process that could not be ended, then run the playbook again',
      }),
    );
  }

  #giveUp(failure: ToaError): void {
    this.#fail(failure);
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
      (line) => this.#endOfPart(line),
    );
  }

  /** Bytes before the first frame's start (banners, profiles) are kept only for error messages. */
  #data(stream: 'stdout' | 'stderr', piece: Buffer): void {
    if (this.#failure) return;
    if (this.#pending.length === 0) {
      this.#stray(stream, piece);
      return;
    }
    // the streams do not arrive in step
    const current = this.#pending.find(({ rc }) => rc === undefined);
    const isError = stream === 'stderr' || (this.#mergedErrorFile !== undefined && current !== this.#pending[0]);
    if (isError || !current) {
      this.#errors.push(piece);
      if (this.#errors.size > ENDLESS * this.#most) this.#giveUpEndless();
      return;
    }
    current.stdout.push(piece);
    if (current.stdout.size > ENDLESS * this.#most) return this.#giveUpEndless();
    current.onOutput?.(current.decoder.write(piece));
  }

  #giveUpEndless(): void {
    this.#giveUp(outputTooLarge(this.#describe, ENDLESS * this.#most, 'a call says more than'));
  }

  #stray(stream: 'stdout' | 'stderr', piece: Buffer): void {
    if (stream === 'stderr') this.#strayError = (this.#strayError + piece.toString('utf8')).slice(-TAIL);
    else this.#strayOutput = (this.#strayOutput + piece.toString('utf8')).slice(-TAIL);
  }

  /** A mark: `ID STATUS` on stdout, on stderr `ID`, or `ID begin` behind calls that did not say where theirs ended. */
  #endOfPart(line: string): void {
    const [id, rc] = line.split(' ');
    const current = this.#pending.find((call) => call.id === Number(id));
    if (rc === 'begin') this.#takeErrors();
    if (!current || rc === 'begin') return;
    if (rc === undefined) current.stderr = this.#takeErrors();
    else if (STATUS.test(rc)) current.rc = Number(rc);
    if (current.rc === 0 && this.#isQuiet(current)) current.stderr ??= NOTHING;
    // in their order: a quiet one may be complete before the one in front of it
    while (this.#pending.length > 0 && isComplete(this.#pending[0])) this.#resolve(this.#pending.shift() as Pending);
  }

  #resolve({ rc = 0, stdout, stderr = NOTHING, order, begunAt, resolve }: Pending): void {
    this.#answered = true;
    const now = performance.now();
    if (this.#pending.length > 0) this.#pending[0].begunAt = now;
    // of calls that were quiet: nothing else can have said it
    else this.#takeErrors();
    const isDropped = this.#isDropped(order, rc);
    const missing = { stdout: stdout.missing, stderr: stderr.missing };
    const [out, err] = [stdout.bytes(), stderr.bytes()];
    resolve({ rc, stdout: out, stderr: err, missing, milliseconds: now - begunAt, isDropped });
  }

  #isQuiet({ order }: Pending): boolean {
    return order.inPlace === true && this.#mergedErrorFile === undefined;
  }

  #takeErrors(): BoundedOutput {
    const errors = this.#errors;
    if (errors.size > 0) this.#errors = new BoundedOutput(this.#most);
    return errors.size > 0 ? errors : NOTHING;
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
    const last = (said?: BoundedOutput): string =>
      said
        ?.bytes()
        .subarray(-2 * TAIL)
        .toString('utf8') ?? '';
    const error = last(this.#errors) || this.#strayError;
    const output = last(current?.stdout) || this.#strayOutput;
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
