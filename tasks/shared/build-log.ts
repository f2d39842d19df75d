import type { ErrorCode } from '../../src/base/errors.ts';

/** Why a build stopped: the line that says it, a code and what helps. */
export interface Reason {
  readonly msg: string;
  readonly code: ErrorCode;
  readonly remedy: string;
}

/** A line that compilers, make or kbuild print, and what helps. */
export interface Known {
  readonly pattern: RegExp;
  readonly code: ErrorCode;
  readonly remedy: string;
}

/**
 * The line that says why a build failed: of the first row that matches one, else the first error, else the last line.
 * @param otherwise what an error looks like, and what is said of one that no row knows
 */
export function reasonIn(log: string, known: readonly Known[], otherwise: Known): Reason {
  const lines = log.split('\n');
  for (const { pattern, code, remedy } of known) {
    const line = lines.find((one) => pattern.test(one));
    if (line !== undefined) return { msg: line.trim(), code, remedy };
  }
  const { pattern, code, remedy } = otherwise;
  const first = lines.find((line) => pattern.test(line)) ?? lines.findLast((line) => line.trim() !== '') ?? 'no output';
  return { msg: first.trim(), code, remedy };
}
