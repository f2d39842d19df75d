import { createTwoFilesPatch } from 'diff';
import { dumpJson } from '../base/python-json.ts';
import type { Diff, DiffSide } from '../base/result.ts';
import type { Paint } from './colors.ts';

function paintLine(line: string, paint: Paint): string {
  if (line.startsWith('+')) return paint('added', line);
  if (line.startsWith('-')) return paint('removed', line);
  return line.startsWith('@@') ? paint('skip', line) : line;
}

/** Attributes become JSON with sorted keys, as Ansible shows them. */
function sideText(side: DiffSide | undefined): string {
  if (side === undefined || typeof side === 'string') return side ?? '';
  return `${dumpJson(side, { indent: 4, sortKeys: true })}\n`;
}

/** A unified diff in the form that `ansible-playbook --diff` prints. */
export function diffText(diffs: Diff | readonly Diff[], paint: Paint): string {
  const out: string[] = [];
  for (const diff of Array.isArray(diffs) ? diffs : [diffs as Diff]) {
    if (diff.prepared !== undefined) out.push(diff.prepared);
    if (diff.before === undefined && diff.after === undefined) continue;
    const [before, after] = [sideText(diff.before), sideText(diff.after)];
    if (before === after) continue;
    const from = `before${diff.before_header ? `: ${diff.before_header}` : ''}`;
    const to = `after${diff.after_header ? `: ${diff.after_header}` : ''}`;
    const patch = createTwoFilesPatch(from, to, before, after, '', '', { context: 3 });
    const lines = patch.split('\n').slice(1);
    out.push(lines.map((line) => paintLine(line.replace(/^(---|\+\+\+ )([^\t]*)\t?$/, '$1$2'), paint)).join('\n'));
  }
  return out.join('\n');
}
