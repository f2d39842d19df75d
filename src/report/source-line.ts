import { readFileSync } from 'node:fs';
import type { ModuleResult } from '../base/result.ts';
import type { Span } from '../base/span.ts';

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

/** The line of a playbook that a failed result points at, and a caret below it; nothing when it points nowhere. */
export function sourceLines(result: ModuleResult): string[] {
  const span = result['_toa_span'] as Span | undefined;
  const line = span && linesOf(span.file)[span.line - 1];
  if (!span || line === undefined || line.startsWith('$ANSIBLE_VAULT')) return [];
  const lead = line.slice(0, Math.max(0, span.column - 1)).replace(/[^\t]/g, ' ');
  return [`    ${line}`, `    ${lead}^`];
}
