import { spawnSync } from 'node:child_process';
import { accessSync, constants, readFileSync, readdirSync, statSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { ToaError } from '../../base/errors.ts';
import { visible } from '../../base/visible.ts';
import { nowhere } from '../../base/span.ts';
import type { Sources } from '../../play/sources.ts';
import { holdScreen, writeDialogue } from '../output.ts';

const MISSING = new Set(['ENOENT', 'ENAMETOOLONG', 'ENOTDIR']);

/** What people understand of the system's codes, and what to do. */
const WHY: Readonly<Record<string, readonly [why: string, remedy: string]>> = {
  EISDIR: ['it is a folder', 'name a file'],
  EACCES: ['permission denied', 'check the permissions of the file and of the folders above it'],
  EPERM: ['permission denied', 'check the permissions of the file and of the folders above it'],
  ELOOP: ['its links lead in a circle', 'look at them: ls -l'],
  EMFILE: ['too many files are open', 'raise the limit: ulimit -n 4096'],
};

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? '';
}

function readable<T>(path: string, read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (MISSING.has(codeOf(error))) return undefined;
    const [why, remedy] = WHY[codeOf(error)] ?? [(error as Error).message, 'check the disk and the file system'];
    throw new ToaError('E_FILE_READ', `cannot read ${path}: ${why}`, {
      span: nowhere(path),
      remedy,
      cause: error,
    });
  }
}

function kindOf(path: string): ReturnType<Sources['kind']> {
  const stat = readable(path, () => statSync(path));
  if (!stat) return undefined;
  if (stat.isDirectory()) return 'directory';
  try {
    accessSync(path, constants.X_OK);
  } catch {
    return 'file';
  }
  return (stat.mode & 0o111) === 0 ? 'file' : 'executable';
}

/** Asks on the terminal, not on standard input or output: both may be pipes. Secrets are not echoed. */
export async function ask(
  question: string,
  options: { secret: boolean; confirm?: boolean },
): Promise<string | undefined> {
  if (!process.stdin.isTTY) return undefined;
  const release = holdScreen();
  let quiet = false;
  const output = new Writable({
    write(chunk, _encoding, done) {
      if (!quiet) writeDialogue(chunk);
      done();
    },
  });
  const terminal = createInterface({ input: process.stdin, output, terminal: true });
  try {
    const answered = terminal.question(visible(question));
    quiet = options.secret;
    const answer = await answered;
    if (quiet) writeDialogue('\n');
    return answer;
  } finally {
    terminal.close();
    release();
  }
}

async function prompt(question: string, options: { secret: boolean; confirm: boolean }): Promise<string | undefined> {
  const first = await ask(question, options);
  if (first === undefined || !options.confirm) return first;
  const second = await ask(`confirm ${question}`, options);
  if (first === second) return first;
  throw new ToaError('E_PROMPT_MISMATCH', 'the two values entered do not match', {
    remedy: 'run again and type the same value twice',
  });
}

/** The world as src/play may see it: files, programs and the terminal of this machine. */
export function systemSources(warn: (message: string) => void): Sources {
  return {
    read: (path) => readable(path, () => readFileSync(path)),
    kind: kindOf,
    list: (path) => (readable(path, () => readdirSync(path)) ?? []).sort(),
    run: (command, args) => {
      const done = spawnSync(command, [...args], {
        encoding: 'utf8',
        maxBuffer: 1 << 28,
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      if (done.error) return { rc: 127, stdout: '', stderr: done.error.message };
      return { rc: done.status ?? 128, stdout: done.stdout, stderr: done.stderr };
    },
    prompt,
    environment: process.env,
    now: () => new Date(),
    warn,
  };
}
