import { shellQuote } from '../../base/quote.ts';
import type { Connection } from '../../transport/contract.ts';
import type { Target } from '../../transport/target.ts';
import type { Become } from '../contract.ts';
import { PTY_ERROR_FILE, shellStart } from './become.ts';
import { FramedShell } from './framed-shell.ts';
import { readNotes } from './notes.ts';
import { startProcess } from './processes.ts';
import { BOOTSTRAP, NOTES, scriptText, WATCH } from './scripts.ts';

/** How often the controller says that it is there (watch.sh). Shorter sessions than this one cost the host nothing. */
const ALIVE_MS = 10_000;

/** A shell on a host that takes calls. */
export interface OpenShell {
  readonly framed: FramedShell;
  /** The shell's process id on the host. */
  readonly pid: Promise<number>;
  /** What earlier sessions noted (notes.ts). */
  readonly notes: Promise<ReadonlyMap<string, readonly string[]>>;
  readonly pty: boolean;
}

/** Loads a script into the shell, once. */
export function loadScript(framed: FramedShell, path: string): void {
  if (framed.loaded.has(path)) return;
  framed.load(scriptText(path));
  framed.loaded.add(path);
}

/**
 * Starts a shell as the login user, or as another.
 * @param most bytes of a frame that are kept, per stream
 * @throws ToaError as startProcess does
 */
export async function openShell(
  connection: Connection,
  target: Target,
  become: Become | undefined,
  most: number,
): Promise<OpenShell> {
  const script = become ? shellStart(target.shellExecutable ?? '/bin/sh') : '';
  const { channel, pty } = await startProcess(connection, target, become, script);
  const framed = new FramedShell(channel, target.name, pty ? PTY_ERROR_FILE : undefined, most);
  // Sent together with the first call: no round trip of its own. The frame swallows what profiles and banners print; the
  // last line is ours.
  for (const path of [BOOTSTRAP, NOTES]) loadScript(framed, path);
  const { folder } = target;
  const go = folder === undefined ? '' : `cd ${shellQuote(folder)} 2>/dev/null\n`;
  const started = framed.run(`toa_session_start </dev/null >/dev/null 2>&1\ntoa_notes_say\n${go}printf '\\n%s\\n' $$`);
  const pid = started.then((frame) => Number(frame.stdout.toString('latin1').trimEnd().split('\n').at(-1)));
  const notes = started.then((frame) => readNotes(frame.stdout.toString('utf8')));
  for (const one of [pid, notes]) one.catch(() => undefined);
  // One of this machine ends with us, by the end of its input.
  if (target.transport !== 'local') sayAlive(framed);
  return { framed, pid, notes, pty };
}

/** Has the shell watched, if it is not, so that it ends when nothing comes any more. */
export function watch(framed: FramedShell): void {
  loadScript(framed, WATCH);
  framed.load('toa_alive\n');
}

/** Says every few seconds that we are there, until the shell is gone. */
function sayAlive(framed: FramedShell): void {
  const timer = setInterval(() => {
    if (framed.failure) return clearInterval(timer);
    watch(framed);
  }, ALIVE_MS);
  timer.unref();
  void framed.channel.exited.then(() => clearInterval(timer));
}
