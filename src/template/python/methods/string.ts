import { Tuple, Undefined, type Value } from '../../../base/value.ts';
import { raiseUndefined, typeError } from '../../errors.ts';
import { formatBraces } from '../format-braces.ts';
import { iterate, hasSurrogates, pyType, truthy, sizeOf } from '../types.ts';
import { argument, integerArgument, stringArgument } from './arguments.ts';
import type { Method } from './method.ts';
import { capitalize, casefold, is, swapCase, titleCase } from './string-case.ts';
import { encode } from './bytes.ts';
import {
  expandTabs,
  partition,
  rpartition,
  rsplit,
  split,
  splitLines,
  strip,
  translate,
  zfill,
} from './string-split.ts';

function clip(self: string, start: Value | undefined, stop: Value | undefined): string {
  return self.slice(integerArgument(start, 0), integerArgument(stop, self.length));
}

function edge(name: 'startswith' | 'endswith'): Method<string> {
  return (self, [affix, start, stop]) => {
    if (affix instanceof Undefined) raiseUndefined(affix);
    const text = start === undefined ? self : clip(self, start, stop);
    const affixes = affix instanceof Tuple ? [...affix] : [affix];
    return affixes.some((item) => {
      const wanted = stringArgument(item, name);
      return name === 'startswith' ? text.startsWith(wanted) : text.endsWith(wanted);
    });
  };
}

function find(self: string, [needle, start, stop]: readonly Value[], last: boolean): number {
  const wanted = stringArgument(needle, 'find');
  const from = integerArgument(start, 0);
  const offset = from < 0 ? Math.max(0, from + self.length) : from;
  const area = clip(self, start, stop);
  const found = last ? area.lastIndexOf(wanted) : area.indexOf(wanted);
  return found === -1 ? -1 : found + offset;
}

function mustFind(self: string, args: readonly Value[], last: boolean): number {
  const found = find(self, args, last);
  if (found === -1) throw typeError('substring not found');
  return found;
}

function count(self: string, [needle, start, stop]: readonly Value[]): number {
  const area = clip(self, start, stop);
  const wanted = stringArgument(needle, 'count');
  return wanted === '' ? (sizeOf(area) ?? 0) + 1 : area.split(wanted).length - 1;
}

function join(self: string, [items]: readonly Value[]): string {
  if (items === undefined) throw typeError('join() takes exactly one argument (0 given)');
  const parts: string[] = [];
  for (const item of iterate(items)) {
    if (item instanceof Undefined) raiseUndefined(item);
    if (typeof item !== 'string') {
      throw typeError(`sequence item ${parts.length}: expected str instance, ${pyType(item)} found`);
    }
    parts.push(item);
  }
  return parts.join(self);
}

function replace(self: string, [from, to, limit]: readonly Value[]): string {
  const wanted = stringArgument(from, 'replace');
  const replacement = stringArgument(to, 'replace');
  const most = integerArgument(limit, -1);
  if (most < 0) return self.split(wanted).join(replacement) || (wanted === '' ? replacement : '');
  const parts = self.split(wanted);
  const head = parts.slice(0, most + 1).join(replacement);
  return parts.length > most + 1 ? [head, ...parts.slice(most + 1)].join(wanted) : head;
}

function pad(self: string, [width, fill]: readonly Value[], side: 'left' | 'right' | 'both'): string {
  const filler = fill === undefined ? ' ' : stringArgument(fill, 'just');
  const missing = integerArgument(width, 0) - (hasSurrogates(self) ? [...self].length : self.length);
  if (missing <= 0) return self;
  const left = Math.floor(missing / 2) + (missing & integerArgument(width, 0) & 1);
  if (side === 'both') return filler.repeat(left) + self + filler.repeat(missing - left);
  return side === 'left' ? filler.repeat(missing) + self : self + filler.repeat(missing);
}

const searching: [string, Method<string>][] = [
  ['startswith', edge('startswith')],
  ['endswith', edge('endswith')],
  ['find', (self, args) => find(self, args, false)],
  ['rfind', (self, args) => find(self, args, true)],
  ['index', (self, args) => mustFind(self, args, false)],
  ['rindex', (self, args) => mustFind(self, args, true)],
  ['count', (self, args) => count(self, args)],
];

const casing: [string, Method<string>][] = [
  ['upper', (self) => self.toUpperCase()],
  ['lower', (self) => self.toLowerCase()],
  ['casefold', (self) => casefold(self)],
  ['capitalize', (self) => capitalize(self)],
  ['title', (self) => titleCase(self)],
  ['swapcase', (self) => swapCase(self)],
];

const cutting: [string, Method<string>][] = [
  ['strip', (self, [characters]) => strip(self, characters, 'both')],
  ['lstrip', (self, [characters]) => strip(self, characters, 'left')],
  ['rstrip', (self, [characters]) => strip(self, characters, 'right')],
  [
    'split',
    (self, args, kwargs) => split(self, argument(args, kwargs, 0, 'sep'), argument(args, kwargs, 1, 'maxsplit')),
  ],
  [
    'rsplit',
    (self, args, kwargs) => rsplit(self, argument(args, kwargs, 0, 'sep'), argument(args, kwargs, 1, 'maxsplit')),
  ],
  ['splitlines', (self, args, kwargs) => splitLines(self, truthy(argument(args, kwargs, 0, 'keepends') ?? false))],
  ['partition', (self, [separator]) => partition(self, stringArgument(separator, 'partition'))],
  ['rpartition', (self, [separator]) => rpartition(self, stringArgument(separator, 'rpartition'))],
  ['removeprefix', (self, [prefix]) => removePrefix(self, stringArgument(prefix, 'removeprefix'))],
  ['removesuffix', (self, [suffix]) => removeSuffix(self, stringArgument(suffix, 'removesuffix'))],
];

function removePrefix(self: string, prefix: string): string {
  return self.startsWith(prefix) ? self.slice(prefix.length) : self;
}

function removeSuffix(self: string, suffix: string): string {
  return suffix !== '' && self.endsWith(suffix) ? self.slice(0, -suffix.length) : self;
}

const shaping: [string, Method<string>][] = [
  ['join', (self, args) => join(self, args)],
  ['replace', (self, args) => replace(self, args)],
  ['format', (self, args, kwargs) => formatBraces(self, args, kwargs)],
  ['format_map', (self, [mapping]) => formatBraces(self, [], mapping as Map<string, Value>)],
  ['center', (self, args) => pad(self, args, 'both')],
  ['ljust', (self, args) => pad(self, args, 'right')],
  ['rjust', (self, args) => pad(self, args, 'left')],
  ['zfill', (self, [width]) => zfill(self, integerArgument(width, 0))],
  ['expandtabs', (self, args, kwargs) => expandTabs(self, integerArgument(argument(args, kwargs, 0, 'tabsize'), 8))],
  ['encode', (self, args, kwargs) => encode(self, argument(args, kwargs, 0, 'encoding'))],
  ['translate', (self, [table]) => translate(self, table)],
];

/** Python's str methods. */
export const stringMethods: ReadonlyMap<string, Method<string>> = new Map<string, Method<string>>([
  ...searching,
  ...casing,
  ...cutting,
  ...shaping,
  ...Object.entries(is).map(([name, test]): [string, Method<string>] => [name, (self) => test(self)]),
]);
