import { collected } from '../report/collected.ts';
import { shownText } from '../report/colors.ts';
import { sizeOf } from '../report/terminal-size.ts';

/*
 * The one place that writes to standard output and standard error (test/report/terminal.test.ts forbids others). Text for
 * people goes through `shownText`; what machines read says so by its name.
 */

/** Characters that are collected at most. */
const MOST_UNSAID = 1 << 20;
let isHeeded = false;

/** A reader that went away (`| head`) ends neither the run nor what the hosts are in the middle of. */
function heedErrors(): void {
  if (isHeeded) return;
  isHeeded = true;
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
}

const unsaid = collected((text) => {
  heedErrors();
  process.stdout.write(text);
}, MOST_UNSAID);

/**
 * Standard output of a run. Collects what is said in one turn of the event loop: a system call for each of a thousand
 * hosts' lines is dear.
 */
export function writeOutput(text: string): void {
  writeMachineText(shownText(text));
}

/** The same for what programs read and has no character that a terminal would obey: JSON (see `jsonEvents`). */
export function writeMachineText(text: string): void {
  unsaid.add(text);
}

/** Says what is collected; before anything on standard error, so that both read in order on a terminal. */
export function flushOutput(): void {
  heedErrors();
  unsaid.flush();
}

/** Standard error: warnings, errors, what belongs to no run. */
export function writeError(text: string): void {
  flushOutput();
  process.stderr.write(shownText(text));
}

/** The keys that are typed at a question, and where the cursor goes, as readline says it. The question is made visible before. */
export function writeDialogue(chunk: string | Uint8Array): void {
  flushOutput();
  process.stderr.write(chunk);
}

/** Size of the terminal that standard output is; undefined where it is none. */
export function terminalSize(): { columns: number; rows: number } | undefined {
  const { isTTY, columns, rows } = process.stdout;
  return isTTY ? sizeOf({ columns, rows }) : undefined;
}

let holders = 0;
let eraseScreen: (() => void) | undefined;

/** While a person is asked something, the live screen draws nothing. @returns what ends it */
export function holdScreen(): () => void {
  if (holders++ === 0) eraseScreen?.();
  let isOver = false;
  return () => {
    if (!isOver) holders--;
    isOver = true;
  };
}

/** For the live screen: whether it may draw, and what takes its lines away before a question is asked. */
export const screenHold = {
  isHeld: (): boolean => holders > 0,
  onHold: (erase: () => void): void => void (eraseScreen = erase),
};

/** The live screen: where its lines begin, then lines that `shownText` has made. */
export function writeScreen(text: string): void {
  flushOutput();
  process.stdout.write(text);
}
