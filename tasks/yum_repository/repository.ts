import { sidesOf } from '../../src/base/host-text.ts';
interface Section {
  readonly name: string;
  readonly lines: readonly string[];
}

/** Lines before the first section have an empty name. */
function sections(text: string): Section[] {
  const out: { name: string; lines: string[] }[] = [{ name: '', lines: [] }];
  for (const line of text.split('\n')) {
    const found = /^\[([^\]]+)\]\s*$/.exec(line);
    if (found) out.push({ name: found[1], lines: [line] });
    else out.at(-1)?.lines.push(line);
  }
  return out;
}

/** Options of a section, continuation lines joined, for comparing. */
function optionsOf(lines: readonly string[]): Map<string, string> {
  const out = new Map<string, string>();
  let last: string | undefined;
  for (const line of lines.slice(1)) {
    if (/^\s/.test(line) && line.trim() !== '' && last !== undefined) {
      out.set(last, `${out.get(last)}\n\t${line.trim()}`);
      continue;
    }
    const found = /^[#;\s]/.test(line) ? undefined : sidesOf(line);
    if (found) {
      last = found.name;
      out.set(last, found.value);
    }
  }
  return out;
}

/** A .repo file with one repository brought to the options given, or without it. Other repositories stay as they are. */
export function editRepository(text: string, name: string, options: readonly [string, string][] | undefined): string {
  const all = sections(text);
  const at = all.findIndex((section) => section.name === name);
  if (options === undefined) {
    if (at < 0) return text;
    const left = all
      .toSpliced(at, 1)
      .map(({ lines }) => lines.join('\n'))
      .join('\n');
    return left.trim() === '' ? '' : `${left.trimEnd()}\n\n`;
  }
  if (at >= 0) {
    const now = optionsOf(all[at].lines);
    if (now.size === options.length && options.every(([key, value]) => now.get(key) === value)) return text;
  }
  const block = [`[${name}]`, ...options.map(([key, value]) => `${key} = ${value}`), ''];
  // one that changes goes to the end, as Ansible's does
  const next = [...all.filter((section) => section.name !== name), { name, lines: block }];
  const joined = next.map(({ lines }) => lines.join('\n').trimEnd()).filter((part) => part !== '');
  // a blank line behind each, as Ansible leaves it
  return `${joined.join('\n\n')}\n\n`;
}
