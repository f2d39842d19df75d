import { writeFileSync } from 'node:fs';
import xterm from '@xterm/headless';
import { childProgram } from '../../scripts/lib/programs.mjs';
import { shellQuote } from '../../src/base/quote.ts';

export interface PtyRun {
  /** What the program wrote, as it came. */
  readonly raw: string;
  /** The terminal's lines at the end, what scrolled away too, without blanks at their ends. */
  readonly lines: string[];
  /** What was on the screen after each piece that came. */
  readonly frames: readonly string[][];
  readonly status: number | null;
}

export interface PtyOptions {
  readonly columns: number;
  readonly rows: number;
  /** What the pty says of itself, where it is not the size of the terminal (0: does not know). */
  readonly told?: { readonly columns: number; readonly rows: number };
  readonly term?: string;
  readonly cwd: string;
  /** Typed when a text has appeared. */
  readonly answers?: readonly (readonly [when: RegExp, type: string])[];
}

type Terminal = InstanceType<typeof xterm.Terminal>;

function linesOf(terminal: Terminal, from: number): string[] {
  const { active } = terminal.buffer;
  const lines = Array.from(
    { length: active.length - from },
    (_, i) => active.getLine(from + i)?.translateToString(true) ?? '',
  );
  while (lines.at(-1) === '') lines.pop();
  return lines;
}

/**
 * Runs a program in a pty of its own (util-linux's script makes it) before a terminal emulator.
 * @param words the program and its arguments
 */
export async function runInPty(words: readonly string[], options: PtyOptions): Promise<PtyRun> {
  const { columns, rows, told = { columns, rows }, term = 'xterm-256color', cwd } = options;
  const terminal = new xterm.Terminal({ cols: columns, rows, scrollback: 5000, allowProposedApi: true });
  const command = `stty cols ${told.columns} rows ${told.rows}; exec ${words.map(shellQuote).join(' ')}`;
  const file = `${cwd}/pty-command.sh`;
  writeFileSync(file, command);
  const env = { ...process.env, TERM: term, COLUMNS: '', LINES: '', LC_ALL: 'C.UTF-8' };
  const child = childProgram('script', ['-qefc', `sh ${shellQuote(file)}`, '/dev/null'], { stdio: 'pipe', cwd, env });
  const [frames, left]: [string[][], (readonly [RegExp, string])[]] = [[], [...(options.answers ?? [])]];
  let raw = '';
  let written = Promise.resolve();
  child.stdout.on('data', (data: Buffer) => {
    raw += data.toString();
    if (left.length > 0 && left[0][0].test(raw)) child.stdin.write((left.shift() as readonly [RegExp, string])[1]);
    written = written.then(() => new Promise((done) => terminal.write(data, done)));
    written = written.then(() => void frames.push(linesOf(terminal, terminal.buffer.active.baseY)));
  });
  const status = await new Promise<number | null>((done) => child.on('close', done));
  await written;
  return { raw, lines: linesOf(terminal, 0), frames, status };
}
