import { NotUnderstood } from './text.ts';

/** GRUB 2's environment block: 1024 bytes that GRUB writes in place, so their number never changes. */
const SIGNATURE = '# GRUB Environment Block\n';

/** One `name=value` line; a backslash keeps a backslash or a newline. */
const LINE = /^([^=#\n][^=\n]*)=((?:\\[\s\S]|[^\\\n])*)\n/;

interface Variable {
  readonly name: string;
  readonly value: string;
  readonly start: number;
  readonly end: number;
}

/** @throws NotUnderstood where it is no environment block */
function variablesOf(file: string, block: string): Variable[] {
  if (!block.startsWith(SIGNATURE)) throw new NotUnderstood(file, 1, 'is no GRUB environment block');
  if (block.length < 1024 || block.length > 65_536)
    throw new NotUnderstood(file, 1, `has ${block.length} bytes, and GRUB wants 1024`);
  const variables: Variable[] = [];
  let at = SIGNATURE.length;
  while (at < block.length) {
    if (/^#*$/.test(block.slice(at))) return variables;
    const comment = /^#[^\n]*\n/.exec(block.slice(at));
    const match = comment ? undefined : LINE.exec(block.slice(at));
    if (!comment && !match) throw new NotUnderstood(file, block.slice(0, at).split('\n').length, 'is no variable');
    if (match) {
      const value = match[2].replace(/\\([\s\S])/g, '$1');
      variables.push({ name: match[1], value, start: at, end: at + match[0].length });
    }
    at += (comment ?? match)?.[0].length ?? 0;
  }
  return variables;
}

/** The variables in an environment block. @throws NotUnderstood */
export function readGrubenv(file: string, block: string): ReadonlyMap<string, string> {
  return new Map(variablesOf(file, block).map(({ name, value }) => [name, value]));
}

/**
 * The block with variables set, or unset where the value is undefined; as long as before.
 * @throws NotUnderstood where it is no block, or has no room
 */
export function setGrubenv(file: string, block: string, values: Readonly<Record<string, string | undefined>>): string {
  let text = block;
  for (const [name, value] of Object.entries(values)) {
    const present = variablesOf(file, text).filter((variable) => variable.name === name);
    if (value !== undefined && present.length === 1 && present[0].value === value) continue;
    text = put(file, text, name, value, present);
  }
  return text;
}

function put(file: string, block: string, name: string, value: string | undefined, present: Variable[]): string {
  const line = value === undefined ? '' : `${name}=${value.replace(/[\\\n]/g, '\\$&')}\n`;
  let end = block.length;
  while (block[end - 1] === '#') end--;
  const body = block.slice(0, end);
  let text = present.length === 0 ? body + line : body;
  for (const [at, old] of [...present.entries()].toReversed())
    text = text.slice(0, old.start) + (at === 0 ? line : '') + text.slice(old.end);
  if (text.length > block.length) throw new NotUnderstood(file, 1, `has no room for ${name}`);
  return text.padEnd(block.length, '#');
}
