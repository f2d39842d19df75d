import { randomBytes } from 'node:crypto';
import { whenAborted, within } from '../../base/aborting.ts';
import { ToaError } from '../../base/errors.ts';
import { shareTurn } from '../../base/turns.ts';
import type { Connection } from '../../transport/contract.ts';
import type { Become, Call, CallResult, Lease, Shell } from '../contract.ts';
import type { Target } from '../../transport/target.ts';
import { PTY_CLEAN } from './become.ts';
import type { UploadSource } from './bulk.ts';
import { FILES, MAX_OUTPUT, outputTooLarge } from './bounded-output.ts';
import { callText } from './call-text.ts';
import type { FramedShell, Frame } from './framed-shell.ts';
import { Transfers } from './in-band.ts';
import { nameFunctions, runsInPlace } from './in-place.ts';
import { holdAgainText, holdText, LEASE_SCRIPTS, leaseLost, underLease } from '../lease/lock.ts';
import { Notes } from './notes.ts';
import { loadScript, openShell, type OpenShell, watch } from './open-shell.ts';
import { startProcess, type StartedProcess } from './processes.ts';
import { BOOTSTRAP, scriptText } from './scripts.ts';

/** What a call that is ended may take to end, beyond the 2 seconds between TERM and KILL. */
const END_GRACE_MS = 8000;
const CLOSE_MS = 3000;

/** The shell of a host that the last call went to: users of one host may change what the others found out. */
const usedLast = new WeakMap<Target, FramedShell>();

/** One user's shell on one host. Opens at first use, and again after its connection was lost or reset. */
export class HostShell implements Shell {
  readonly user: string;
  readonly #target: Target;
  readonly #become: Become | undefined;
  readonly #connect: () => Promise<Connection>;
  #open: Promise<OpenShell> | undefined;
  /** Settles when all calls so far are done. */
  #last: Promise<unknown> = Promise.resolve();
  /** Settles when a pipelined call may be sent. */
  #sent: Promise<unknown> = Promise.resolve();
  #ending: Promise<void> | undefined;
  /** What the last call went down. */
  #used: FramedShell | undefined;
  #scratch: Promise<string> | undefined;
  #lease: Lease | undefined;
  readonly #notes = new Notes();
  readonly #transfers: Transfers;

  constructor(target: Target, become: Become | undefined, user: string, connect: () => Promise<Connection>) {
    this.#target = target;
    this.#become = become;
    this.user = user;
    this.#connect = connect;
    const way = { host: target.name, call: (call: Call) => this.call(call) };
    this.#transfers = new Transfers((script) => this.#beside(script, false), way, this.#most);
  }

  get #most(): number {
    return this.#target.maxOutputBytes ?? MAX_OUTPUT;
  }

  /** Opens the shell when it is not open. */
  async opened(): Promise<FramedShell> {
    let open = this.#open;
    if (open) {
      const failure = await open.then(
        ({ framed }) => framed.failure,
        () => true,
      );
      if (!failure) return (await open).framed;
      if (this.#open === open) this.forget();
    }
    open = this.#open ??= this.#start();
    return (await open).framed;
  }

  async #start(): Promise<OpenShell> {
    const open = await openShell(await this.#connect(), this.#target, this.#become, this.#most);
    if (this.#lease) this.#sayLease(open.framed, holdAgainText(this.#lease));
    return open;
  }

  /** Tells the shell of its lease. It has no answer: each call behind it looks. */
  #sayLease(framed: FramedShell, text: string): void {
    for (const path of LEASE_SCRIPTS) loadScript(framed, path);
    framed.load(text);
  }

  async hold(lease: Lease | undefined): Promise<void> {
    const used = this.#used;
    const framed = await this.opened();
    this.#lease = lease;
    if (!lease) framed.load('TOA_LEASE=\n');
    else this.#sayLease(framed, framed === used ? holdText(lease) : holdAgainText(lease));
  }

  call(call: Call): Promise<CallResult> {
    const text = callText(call);
    const isPipelined = call.pipelined === true && call.timeoutMs === undefined;
    const sent = (isPipelined ? this.#sent : this.#last).then(() => this.#send(call, text));
    const result = sent.then(({ framed, running }) => this.#answer(framed, running, call));
    // without a value: it would hold the answers of all calls before it
    this.#last = Promise.allSettled([this.#last, result]).then(() => undefined);
    this.#sent = isPipelined ? sent.catch(() => undefined) : this.#last;
    return result;
  }

  async #send(call: Call, text: string): Promise<{ framed: FramedShell; running: Promise<Frame> }> {
    if (call.signal?.aborted) throw cancelled(this.#target.name);
    const framed = await this.opened();
    // what it is behind was lost with another shell
    if (call.isBehind && framed !== this.#used) throw lost(this.#target.name);
    this.#used = framed;
    if (usedLast.get(this.#target) !== framed) framed.doubt();
    usedLast.set(this.#target, framed);
    this.#load(framed, call);
    const whole = this.#lease ? underLease(text) : text;
    return { framed, running: framed.run(whole, call.onOutput, call) };
  }

  async #answer(framed: FramedShell, running: Promise<Frame>, call: Call): Promise<CallResult> {
    const { frame, why } = await this.#watch(framed, running, call);
    await shareTurn();
    // What was done before it could be ended is reported as done: its answer was on its way when the run was interrupted.
    if (why === 'cancelled' && (frame.rc !== 0 || frame.isDropped)) throw cancelled(this.#target.name);
    const refused = this.#lease && leaseLost(this.#target.name, frame.rc, frame.stdout);
    if (refused) throw refused;
    const { stdout, stderr } = frame.missing;
    if (stdout > 0 && !call.mayBeCut) {
      throw outputTooLarge(
        this.#target.name,
        this.#most * (call.bringsFile ? FILES : 1) + stdout,
        'the answer is too large to be read in whole:',
      );
    }
    return {
      rc: frame.rc,
      stdout: frame.stdout.toString('utf8'),
      stderr: frame.stderr.toString('utf8'),
      stdoutBytes: frame.stdout,
      milliseconds: frame.milliseconds,
      isDropped: frame.isDropped,
      ...(stdout + stderr > 0 ? { leftOut: stdout + stderr } : {}),
      ...(why === 'timeout' ? { timedOut: true } : {}),
    };
  }

  async notes(): Promise<ReadonlyMap<string, readonly string[]>> {
    return (await this.#open)?.notes ?? new Map();
  }

  note(name: string, line?: string): void {
    this.#notes.add(name, line);
  }

  #load(framed: FramedShell, call: Call): void {
    const noted = this.#notes.take();
    if (noted !== '') framed.load(noted);
    for (const path of call.scripts) loadScript(framed, path);
    if (!runsInPlace(call)) return;
    const { id, text } = nameFunctions(call.scripts);
    if (framed.loaded.has(`names ${id}`)) return;
    framed.load(text);
    framed.loaded.add(`names ${id}`);
  }

  /** Waits for a frame; ends what runs on the host when the time is up or the call is cancelled. */
  async #watch(framed: FramedShell, running: Promise<Frame>, call: Call): Promise<{ frame: Frame; why?: string }> {
    if (call.timeoutMs === undefined && !call.signal) return { frame: await running };
    let why: string | undefined;
    let guard: NodeJS.Timeout | undefined;
    const stop = (reason: string) => {
      if (why !== undefined) return;
      why = reason;
      // A process may survive even KILL (one that waits for a dead disk): then the shell is given up.
      guard = setTimeout(() => framed.abandon('what was cancelled does not end'), END_GRACE_MS);
      this.#endRunning(reason === 'cancelled').catch(() =>
        framed.abandon('the connection does not let us end what runs'),
      );
    };
    const onAbort = () => stop('cancelled');
    const timer = call.timeoutMs === undefined ? undefined : setTimeout(() => stop('timeout'), call.timeoutMs);
    const heed = call.signal && whenAborted(call.signal, onAbort);
    if (call.signal?.aborted) onAbort();
    try {
      return { frame: await running, why };
    } catch (error) {
      if (why === 'cancelled') throw cancelled(this.#target.name);
      throw error;
    } finally {
      clearTimeout(timer);
      clearTimeout(guard);
      heed?.();
    }
  }

  /** Ends what runs, once for all calls that are cancelled together. */
  #endRunning(dropQueued: boolean): Promise<void> {
    this.#ending ??= this.#endChildren(dropQueued).finally(() => (this.#ending = undefined));
    return this.#ending;
  }

  /** Ends the descendants of the shell over a second channel. */
  async #endChildren(dropQueued: boolean): Promise<void> {
    const pid = await (await this.#open)?.pid;
    if (pid === undefined) throw new TypeError('no shell is open');
    const drop = dropQueued ? `kill -USR1 ${pid}\n` : '';
    const { channel } = await this.#beside(`${scriptText(BOOTSTRAP)}\n${drop}toa_end_children ${pid} 2`, true);
    channel.stdout.resume();
    channel.stderr.resume();
    channel.stdin.end();
    await channel.exited;
  }

  /** A process of this shell's user in a channel of its own. */
  async #beside(script: string, isPatient: boolean): Promise<StartedProcess> {
    return startProcess(await this.#connect(), this.#target, this.#become, script, isPatient);
  }

  async upload(source: UploadSource, folder?: string, mark?: string): Promise<string> {
    const name = `.toa-play.${randomBytes(9).toString('hex')}${mark === undefined ? '' : `.${mark}`}`;
    const path = `${folder ?? (await this.scratch())}/${name}`;
    await this.#transfers.upload(source, path);
    return path;
  }

  download(path: string): Promise<Uint8Array> {
    return this.#transfers.download(path);
  }

  downloadTo(path: string, localPath: string): Promise<void> {
    return this.#transfers.downloadTo(path, localPath);
  }

  scratch(): Promise<string> {
    this.#scratch ??= this.#makeScratch();
    this.#scratch.catch(() => (this.#scratch = undefined));
    return this.#scratch;
  }

  async #makeScratch(): Promise<string> {
    const args = [randomBytes(12).toString('hex')];
    const { rc, stdout, stderr } = await this.call({ scripts: [BOOTSTRAP], fn: 'toa_scratch_make', args });
    if (rc === 0) {
      // its folder can be swept when it has ended
      if (this.#target.transport !== 'local') watch(await this.opened());
      return stdout.trim();
    }
    throw new ToaError('E_SCRATCH', `${this.#target.name}: ${stderr.trim()}`, {
      remedy: 'free space on the host, or set TMPDIR there to a folder that is writable and not noexec',
    });
  }

  /** Forgets the shell and what it kept on the host, after its connection is gone. */
  forget(): void {
    this.#open = undefined;
    this.#scratch = undefined;
  }

  /** Removes the scratch folder and ends the shell; gives up on the folder when the host does not answer. */
  async close(): Promise<void> {
    const open = await this.#open?.catch(() => undefined);
    if (!open) return;
    const folder = await this.#scratch?.catch(() => undefined);
    const noted = this.#notes.take().trimEnd();
    const cleaning = [
      ...(noted === '' ? [] : [noted]),
      ...(folder === undefined ? [] : [`rm -rf '${folder}' </dev/null`]),
      ...(open.pty ? [PTY_CLEAN] : []),
    ];
    if (cleaning.length > 0 && !open.framed.failure) {
      const cleaned = open.framed.run(`${cleaning.join('; ')}`).catch(() => undefined);
      await within(CLOSE_MS, cleaned);
    }
    open.framed.end();
    this.forget();
  }
}

function lost(host: string): ToaError {
  return new ToaError('E_CONNECTION_LOST', `${host}: the connection was lost before the call`, {
    remedy: 'run the playbook again',
  });
}

/** What a call says that was not made, or ended, because nobody waits for it. */
export function cancelled(host: string): ToaError {
  return new ToaError('E_CANCELLED', `${host}: the call was cancelled`, { remedy: 'run again to finish the work' });
}
