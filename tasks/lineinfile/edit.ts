import { chomp } from '../../src/base/host-text.ts';
import { pythonRegex } from '../../src/base/python-regex.ts';
import { expandReplacement } from '../../src/base/python-sub.ts';
import { type Edit, linesOf } from '../shared/files/edit.ts';

export interface LineArgs {
  readonly line?: string;
  readonly regexp?: string;
  readonly search_string?: string;
  readonly backrefs: boolean;
  readonly insertafter?: string;
  readonly insertbefore?: string;
  readonly firstmatch: boolean;
}

const withEnd = (line: string): string => (line.endsWith('\n') ? line : `${line}\n`);

interface Hit {
  readonly index: number;
  readonly match?: RegExpMatchArray;
}

/** The line that regexp or search_string means: the last one, or the first with firstmatch. A regexp sees it with its newline. */
function wantedLine(lines: readonly string[], given: LineArgs): Hit | undefined {
  const { regexp, search_string: text } = given;
  if (regexp === undefined && text === undefined) return undefined;
  const regex = regexp === undefined ? undefined : pythonRegex(regexp);
  let hit: Hit | undefined;
  for (const [index, line] of lines.entries()) {
    const match = regex?.exec(line) ?? undefined;
    if (!match && !(text !== undefined && line.includes(text))) continue;
    hit = { index, match };
    if (given.firstmatch) break;
  }
  return hit;
}

/** Where a new line goes: the index before which it is inserted; undefined when the anchor is nowhere. */
function anchorPlace(lines: readonly string[], given: LineArgs): number | undefined {
  const { insertafter, insertbefore, firstmatch } = given;
  const after = insertafter !== undefined && insertafter !== 'BOF' && insertafter !== 'EOF';
  const anchor = after ? insertafter : insertbefore;
  if (anchor === undefined || anchor === 'BOF' || anchor === 'EOF') return undefined;
  const regex = pythonRegex(anchor);
  const find = (line: string): boolean => regex.test(line);
  const index = firstmatch ? lines.findIndex(find) : lines.findLastIndex(find);
  if (index < 0) return undefined;
  return after ? index + 1 : index;
}

function replaceAt(lines: string[], index: number, newLine: string): Edit {
  if (lines[index] === newLine) return { msg: '' };
  lines[index] = newLine;
  return { text: lines.join(''), msg: 'line replaced' };
}

function addLine(lines: string[], given: LineArgs, line: string): Edit {
  const added = (): Edit => ({ text: lines.join(''), msg: 'line added' });
  if (given.insertbefore === 'BOF' || given.insertafter === 'BOF') {
    lines.unshift(`${line}\n`);
    return added();
  }
  const place = anchorPlace(lines, given);
  const isEnd = place === undefined || place === lines.length;
  if (isEnd && lines.length > 0) lines[lines.length - 1] = withEnd(lines[lines.length - 1]);
  lines.splice(place ?? lines.length, 0, `${line}\n`);
  return added();
}

/**
 * The text with the wanted line in it: replaced where regexp or search_string matches, left alone where the same line
 * stands already, else inserted at its anchor or the end.
 * https://docs.ansible.com/ansible-core/2.14/collections/ansible/builtin/lineinfile_module.html
 */
export function presentLine(text: string, given: LineArgs & { readonly line: string }): Edit {
  const lines = linesOf(text);
  const hit = wantedLine(lines, given);
  if (hit) {
    const line = given.backrefs && hit.match ? expandReplacement(given.line, hit.match) : given.line;
    return replaceAt(lines, hit.index, withEnd(line));
  }
  const same = lines.findLastIndex((line) => chomp(line) === given.line);
  if (same >= 0) return replaceAt(lines, same, withEnd(given.line));
  if (given.backrefs) return { msg: '' };
  return addLine(lines, given, given.line);
}

/** The text without the lines that match (by regexp, search_string or equality); `found` counts them. */
export function absentLine(text: string, given: LineArgs): Edit {
  const regex = given.regexp === undefined ? undefined : pythonRegex(given.regexp);
  const isWanted = (line: string): boolean => {
    if (regex) return regex.test(line);
    if (given.search_string !== undefined) return line.includes(given.search_string);
    return chomp(line) === given.line;
  };
  const lines = linesOf(text);
  const kept = lines.filter((line) => !isWanted(line));
  const found = lines.length - kept.length;
  if (found === 0) return { msg: '', extra: { found } };
  return { text: kept.join(''), msg: `${found} line(s) removed`, extra: { found } };
}
