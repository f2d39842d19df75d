import { createTwoFilesPatch } from 'diff';
import { dumpJson } from '../base/python-json.ts';
import type { Diff, DiffSide } from '../base/result.ts';
import type { Paint } from './colors.ts';

const DEFAULT_CONTEXT = 3;

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

/** As Python's difflib writes its headers: no tab behind names, and no count of one line. */
function asDifflib(line: string): string {
  if (line.startsWith('@@')) return line.replace(/,1(?= )/g, '');
  return line.replace(/^(---|\+\+\+ )([^\t]*)\t?$/, '$1$2');
}

function unified(diff: Diff, context: number, paint: Paint): string[] {
  const [before, after] = [sideText(diff.before), sideText(diff.after)];
  if (before === after) return [];
  const from = `before${diff.before_header ? `: ${diff.before_header}` : ''}`;
  const to = `after${diff.after_header ? `: ${diff.after_header}` : ''}`;
  const patch = createTwoFilesPatch(from, to, before, after, '', '', { context });
  const lines = patch.split('\n').slice(1);
  return [lines.map((line) => paintLine(asDifflib(line), paint)).join('\n')];
}

/** A unified diff in the form that `ansible-playbook --diff` prints. @param context lines around a change */
export function diffText(diffs: Diff | readonly Diff[], paint: Paint, context = DEFAULT_CONTEXT): string {
  return [diffs]
    .flat()
    .flatMap((diff) => [
      ...unified(diff as Diff, context, paint),
      ...(diff.prepared === undefined ? [] : [diff.prepared]),
    ])
    .join('\n');
}
