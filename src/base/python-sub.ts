import { ToaError } from './errors.ts';

const ESCAPES: Record<string, string> = { a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v', '\\': '\\' };

type Part = string | { readonly group: string };

function fail(message: string, at: number): never {
  throw new ToaError('E_REGEX', `${message} at position ${at}`);
}

function parse(template: string): Part[] {
  const parts: Part[] = [];
  const token = /\\(?:g<([^>]*)>|(0[0-7]{0,2})|([0-3][0-7]{2})|([1-9]\d?)|([^]))|([^\\]+)|\\/gu;
  for (const match of template.matchAll(token)) {
    const [whole, name, zero, octal, group, other, text] = match;
    if (text !== undefined) parts.push(text);
    else if (name !== undefined) parts.push({ group: name });
    else if (zero !== undefined || octal !== undefined) parts.push(String.fromCharCode(parseInt(zero ?? octal, 8)));
    else if (group !== undefined) parts.push({ group });
    else if (other === undefined) fail('bad escape (end of pattern)', match.index);
    else if (other in ESCAPES) parts.push(ESCAPES[other]);
    else if (other === 'g') fail('missing <', match.index + 2);
    else if (/[A-Za-z]/.test(other)) fail(`bad escape \\${other}`, match.index);
    else parts.push(whole);
  }
  return parts;
}

function groupText(match: RegExpMatchArray, group: string): string {
  if (/^\d+$/.test(group)) {
    if (Number(group) >= match.length) fail(`invalid group reference ${group}`, 1);
    return match[Number(group)] ?? '';
  }
  if (!match.groups || !(group in match.groups)) throw new ToaError('E_REGEX', `unknown group name '${group}'`);
  return match.groups[group] ?? '';
}

/**
 * Fills a replacement text of Python's `re.sub` (`\1`, `\g<name>`, `\n`) from a match, as `Match.expand` does.
 * @throws ToaError E_REGEX for a bad escape or an unknown group
 */
export function expandReplacement(template: string, match: RegExpMatchArray): string {
  return parse(template)
    .map((part) => (typeof part === 'string' ? part : groupText(match, part.group)))
    .join('');
}

/** Python's `re.subn`: the new text and how many places changed. `count` 0 replaces all. */
export function pythonSubn(regex: RegExp, template: string, text: string, count = 0): [string, number] {
  const parts = parse(template);
  let done = 0;
  let from = 0;
  const out: string[] = [];
  for (const match of text.matchAll(new RegExp(regex, `${regex.flags}g`))) {
    out.push(text.slice(from, match.index));
    for (const part of parts) out.push(typeof part === 'string' ? part : groupText(match, part.group));
    from = match.index + match[0].length;
    done++;
    if (done === count) break;
  }
  out.push(text.slice(from));
  return [out.join(''), done];
}
