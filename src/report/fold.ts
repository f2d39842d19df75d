/** So many names or ranges of names stand in a line; the others are counted. */
const SHOWN = 10;

interface Numbered {
  readonly before: string;
  readonly digits: string;
  readonly after: string;
}

/** A name around its last number: `app-007.example` is `app-`, `007`, `.example`. */
function numbered(name: string): Numbered | undefined {
  const match = /^(.*?)(\d{1,9})(\D*)$/.exec(name);
  return match ? { before: match[1], digits: match[2], after: match[3] } : undefined;
}

function follows(a: Numbered, b: Numbered): boolean {
  const isSameShape = a.before === b.before && a.after === b.after;
  const hasWidth = a.digits.length === b.digits.length || !b.digits.startsWith('0');
  return isSameShape && hasWidth && Number(b.digits) === Number(a.digits) + 1;
}

function range(run: readonly string[]): string {
  const [first, last] = [numbered(run[0]), numbered(run.at(-1) as string)];
  if (!first || !last || run.length < 3) return run.join(', ');
  return `${first.before}[${first.digits}-${last.digits}]${first.after}`;
}

/** Names for people, in one line: `app-[007-009], db1`. */
export function foldNames(names: readonly string[]): string {
  const sorted = [...names].sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  const runs: string[][] = [];
  for (const name of sorted) {
    const run = runs.at(-1);
    const [before, own] = [run && numbered(run.at(-1) as string), numbered(name)];
    if (run && before && own && follows(before, own)) run.push(name);
    else runs.push([name]);
  }
  const shown = runs.slice(0, SHOWN);
  const more = names.length - shown.flat().length;
  return `${shown.map(range).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

const ADDRESS = /\b\d{1,3}(?:\.\d{1,3}){3}\b|\b(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{0,4}\b/gi;

/** A message without what differs from host to host: its name and addresses. */
export function sameText(text: string, host: string): string {
  return text.replaceAll(host, '<host>').replace(ADDRESS, '<address>');
}

/** Groups in the order in which each began. */
export function grouped<T>(all: Iterable<T>, keyOf: (one: T) => string): T[][] {
  const groups = new Map<string, T[]>();
  for (const one of all) {
    const key = keyOf(one);
    const group = groups.get(key);
    if (group) group.push(one);
    else groups.set(key, [one]);
  }
  return [...groups.values()];
}
