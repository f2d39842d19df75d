import { readFileSync } from 'node:fs';
import type { ModuleResult } from '../base/result.ts';
import { formatSpan, type Span } from '../base/span.ts';

const files = new Map<string, readonly string[]>();

function linesOf(file: string): readonly string[] {
  let lines = files.get(file);
  if (!lines) {
    try {
      lines = readFileSync(file, 'utf8').split('\n');
    } catch {
      lines = [];
    }
    files.set(file, lines);
  }
  return lines;
}

/** The place that a failed result points at, its line with a caret below it, and by which variables it came there. */
export function sourceLines(result: ModuleResult): string[] {
  const span = result['_toa_span'] as Span | undefined;
  if (!span) return [];
  const out = [`    at ${formatSpan(span)}`];
  const line = linesOf(span.file)[span.line - 1];
  if (line !== undefined && !line.startsWith('$ANSIBLE_VAULT')) {
    const lead = line.slice(0, Math.max(0, span.column - 1)).replace(/[^\t]/g, ' ');
    out.push(`    ${line}`, `    ${lead}^`);
  }
  for (const link of (result['_toa_chain'] as readonly string[] | undefined) ?? []) out.push(`    via ${link}`);
  return out;
}
