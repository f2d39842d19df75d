/** Reads and writes .config. Pure. */

/** An option and its value as .config writes it; `n`: it is not set. */
export type Wanted = ReadonlyMap<string, string>;

const LINE = /^(?:(CONFIG_\w+)=(.*)|# (CONFIG_\w+) is not set)$/;

/** All options of a configuration or a fragment. */
export function optionsOf(text: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const line of text.split('\n')) {
    const match = LINE.exec(line.trimEnd());
    if (match) found.set(match[1] ?? match[3], match[2] ?? 'n');
  }
  return found;
}

/** A value as a playbook gives it to one as .config has it. */
function written(value: string): string {
  if (/^(y|m|n|\d+|0x[0-9a-fA-F]+|".*")$/.test(value)) return value;
  if (/^(True|true|yes|on)$/.test(value)) return 'y';
  if (/^(False|false|no|off)$/.test(value)) return 'n';
  return `"${value}"`;
}

/** What fragments and `config` together want; later ones win. */
export function wantedOptions(fragments: readonly string[], config: Readonly<Record<string, string>>): Wanted {
  const wanted = new Map<string, string>();
  for (const fragment of fragments) for (const [name, value] of optionsOf(fragment)) wanted.set(name, value);
  for (const [name, value] of Object.entries(config))
    wanted.set(name.startsWith('CONFIG_') ? name : `CONFIG_${name}`, written(value));
  return wanted;
}

const lineOf = (name: string, value: string): string => (value === 'n' ? `# ${name} is not set` : `${name}=${value}`);

/** The configuration with the options in their places, new ones at its end. */
export function merged(text: string, wanted: Wanted): string {
  const left = new Map(wanted);
  const lines = text.split('\n').map((line) => {
    const match = LINE.exec(line.trimEnd());
    const name = match?.[1] ?? match?.[3];
    const value = name === undefined ? undefined : wanted.get(name);
    if (name === undefined || value === undefined) return line;
    left.delete(name);
    return lineOf(name, value);
  });
  while (lines.at(-1) === '') lines.pop();
  return [...lines, ...[...left].map(([name, value]) => lineOf(name, value)), ''].join('\n');
}

/** An option that is not what was wanted. */
export interface Unstuck {
  readonly name: string;
  readonly wanted: string;
  readonly is: string;
}

/** What did not stick. An option that is absent is one that is not set. */
export function unstuck(after: ReadonlyMap<string, string>, wanted: Wanted): Unstuck[] {
  return [...wanted]
    .map(([name, value]) => ({ name, wanted: value, is: after.get(name) ?? 'n' }))
    .filter(({ wanted: value, is }) => value !== is && !(value === '""' && is === 'n'));
}

/** What Kconfig says of a symbol: where it stands, and a condition for it. */
export interface Condition {
  readonly place: string;
  readonly expression: string;
}

/** The words for an option that did not stick: which condition forbids it, and what of that is not set. */
export function whyUnstuck(
  { name, wanted, is }: Unstuck,
  conditions: readonly Condition[],
  after: ReadonlyMap<string, string>,
): string {
  const begin = `${name}=${wanted} did not stick: it is ${is}`;
  if (conditions.length === 0) return `${begin}; no Kconfig of this tree knows it`;
  const needs = conditions.filter(({ expression }) => expression !== '');
  if (needs.length === 0)
    return `${begin}; it stands in ${conditions[0].place}, without a condition: something else selects it`;
  const said = needs.map(({ place, expression }) => `${expression} (${place})`).join(', and on ');
  const symbols = new Set(needs.flatMap(({ expression }) => expression.match(/\b[A-Z][A-Z0-9_]+\b/g) ?? []));
  const low = [...symbols]
    .map((symbol) => [symbol, after.get(`CONFIG_${symbol}`) ?? 'n'])
    .filter(([, value]) => value === 'n' || (value === 'm' && wanted === 'y'))
    .map(([symbol, value]) => `CONFIG_${symbol} is ${value}`);
  return `${begin}; it depends on ${said}${low.length > 0 ? `: ${low.join(', ')}` : ''}`;
}
