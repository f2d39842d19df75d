import { join } from 'node:path';
import { packageRoot } from '../../src/base/package-root.ts';
import type { ModuleResult } from '../../src/base/result.ts';
import type { CallResult } from '../../src/host/contract.ts';

/** Absolute path of a verb's own .sh file. */
export function verbScript(verb: string, name = `${verb}.sh`): string {
  return join(packageRoot(), 'tasks', verb, name);
}

function pairOf(line: string): readonly [string, string] {
  const [key, value] = [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)];
  return key.endsWith('%') ? [key.slice(0, -1), value.replaceAll('%0A', '\n').replaceAll('%25', '%')] : [key, value];
}

/** `key=value` lines of a shell half; a key may come several times. In `key%=value`, `%0A` is a newline. */
export class Answer {
  private readonly lines: readonly (readonly [string, string])[];

  constructor(text: string) {
    this.lines = text
      .split('\n')
      .filter((line) => line.includes('='))
      .map((line) => pairOf(line));
  }

  get(key: string): string | undefined {
    return this.lines.findLast(([name]) => name === key)?.[1];
  }

  first(key: string): string | undefined {
    return this.lines.find(([name]) => name === key)?.[1];
  }

  all(key: string): string[] {
    return this.lines.filter(([name]) => name === key).map(([, value]) => value);
  }

  is(key: string): boolean {
    return this.get(key) === '1';
  }
}

/** The last line that a failed shell half said, without the shell's own prefix. */
export function complaint(answer: CallResult): string {
  const lines = answer.stderr.trim().split('\n').filter(Boolean);
  return lines.at(-1) ?? `failed with status ${answer.rc}`;
}

/**
 * A failed result of a shell half, with errors that users meet often explained. What else it said on standard error is
 * there where it said more than the message.
 */
export function failedCall(answer: CallResult, extra: Partial<ModuleResult> = {}): ModuleResult {
  const msg = complaint(answer);
  const known: Partial<ModuleResult> = /No space left on device/.test(answer.stderr)
    ? { code: 'E_DISK_FULL', remedy: 'free space on the file system of the destination; the old file is untouched' }
    : /Read-only file system/.test(answer.stderr)
      ? { code: 'E_READ_ONLY', remedy: 'the file system is mounted read-only: choose another place or remount it' }
      : /Permission denied|Operation not permitted/.test(answer.stderr)
        ? {
            code: 'E_PERMISSION',
            remedy:
              'use become: true, or a user who may write there; root is refused files with the flag i or a (lsattr, chattr)',
          }
        : {};
  const more = answer.stderr.trim().includes('\n') ? { stderr: answer.stderr } : {};
  return { failed: true, changed: false, msg, ...more, ...known, ...extra };
}

/** The result where a program of the host failed: all that it said is the message, as Ansible gives it. */
export function programFailed({ rc, stderr }: CallResult): ModuleResult {
  return { failed: true, changed: false, msg: stderr.trim(), rc, stdout: '', stderr };
}
