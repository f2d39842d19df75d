import type { ErrorCode } from './generated/error-codes.ts';
import { formatSpan, type Span } from './span.ts';

export type { ErrorCode } from './generated/error-codes.ts';

/** What an error may carry beside its code and message. */
export interface ErrorDetails {
  /** Where the mistake stands. */
  readonly span?: Span;
  /** The text of that file, to show the line with a caret; read lazily by the printer when absent. */
  readonly sourceLine?: string;
  /** What to do about it, one sentence. */
  readonly remedy?: string;
  /** How control came here, outermost first: includes, variables. */
  readonly chain?: readonly string[];
  readonly cause?: unknown;
}

/**
 * An error that a user can act on. `code` is stable and listed in docs/errors.md (e.g. `E_YAML_SYNTAX`): a new one
 * begins with a line in docs/errors.d and `npm run generate`. Anything else that is thrown is a bug of ours.
 */
export class ToaError extends Error {
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'ToaError';
    this.code = code;
    this.details = details;
  }
}

/** The caret line below a source line; tabs are kept so that the caret stays in place. */
function caret(sourceLine: string, column: number): string {
  const lead = sourceLine.slice(0, Math.max(0, column - 1)).replace(/[^\t]/g, ' ');
  return `${lead}^`;
}

/**
 * Formats an error for people: code and message, place, source line with caret, chain, remedy.
 * @param readLine gives line `n` (from 1) of a file, or undefined when it cannot be read
 */
export function formatError(error: ToaError, readLine?: (file: string, line: number) => string | undefined): string {
  const { span, sourceLine, chain, remedy } = error.details;
  const out = [`${error.code}: ${error.message}`];
  if (span) {
    out.push(`  at ${formatSpan(span)}`);
    const text = sourceLine ?? readLine?.(span.file, span.line);
    if (text !== undefined) out.push(`    ${text}`, `    ${caret(text, span.column)}`);
  }
  for (const link of chain ?? []) out.push(`  via ${link}`);
  if (remedy) out.push(`  remedy: ${remedy}`);
  return out.join('\n');
}

/**
 * Edits between two names, bounded by `limit`: one letter more, less or other, or two neighbours swapped (optimal string
 * alignment, the restricted Damerau-Levenshtein distance). Swaps are what typing fingers do: `wehn`, `mgs`.
 */
function distance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (isSwap) next[j] = Math.min(next[j], before[j - 2] + 1);
    }
    [before, row] = [row, next];
  }
  return row[b.length];
}

/** The known names nearest to `name`, best first, at most three; empty when nothing is near. */
export function nearNames(name: string, known: Iterable<string>): string[] {
  const limit = Math.max(1, Math.floor(name.length / 3));
  return [...known]
    .map((candidate) => ({ candidate, d: distance(name.toLowerCase(), candidate.toLowerCase(), limit) }))
    .filter(({ d }) => d <= limit)
    .sort((a, b) => a.d - b.d || a.candidate.localeCompare(b.candidate))
    .slice(0, 3)
    .map(({ candidate }) => candidate);
}

/** ` Did you mean X or Y?`, or an empty string. */
export function didYouMean(name: string, known: Iterable<string>): string {
  const near = nearNames(name, known);
  return near.length === 0 ? '' : ` Did you mean ${near.join(' or ')}?`;
}
