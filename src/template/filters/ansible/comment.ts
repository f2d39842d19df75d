import type { Value } from '../../../base/value.ts';
import type { Filter } from '../../contract.ts';
import { asIndex, defined } from '../../python/operations.ts';
import { pyRepr, pyStr } from '../../python/print.ts';
import { filterError } from './arguments.ts';

const STYLES: Record<string, Record<string, string>> = {
  plain: { decoration: '# ' },
  erlang: { decoration: '% ' },
  c: { decoration: '// ' },
  cblock: { beginning: '/*', decoration: ' * ', end: ' */' },
  xml: { beginning: '<!--', decoration: ' - ', end: '-->' },
};

function textParameters(style: string, kwargs: ReadonlyMap<string, Value>): Record<string, string> {
  const known = STYLES[style];
  if (!known) throw filterError(pyRepr(style), `Use one of the styles ${Object.keys(STYLES).join(', ')}`);
  const given = Object.fromEntries([...kwargs].map(([name, value]) => [name, pyStr(value)]));
  const edge = (given.decoration ?? known.decoration).trimEnd();
  const base = { newline: '\n', beginning: '', prefix: edge, decoration: '', postfix: edge, end: '' };
  return { ...base, ...known, ...given };
}

function count(kwargs: ReadonlyMap<string, Value>, name: string): number {
  return asIndex(kwargs.get(name) ?? 1) ?? 1;
}

const comment: Filter = (_context, value, args, kwargs) => {
  const named = new Map(kwargs);
  const style = pyStr(args[0] ?? named.get('style') ?? 'plain');
  named.delete('style');
  const p = textParameters(style, named);
  const beginning = p.beginning === '' ? '' : p.beginning + p.newline;
  const prefixLine = p.prefix === p.newline ? p.newline : p.prefix + p.newline;
  const prefix = p.prefix === '' ? '' : prefixLine.repeat(count(named, 'prefix_count'));
  const lines = p.decoration + pyStr(defined(value)).replaceAll(p.newline, p.newline + p.decoration);
  const text = lines.replaceAll(p.decoration + p.newline, p.decoration.trimEnd() + p.newline);
  const postfix = (p.newline + p.postfix).repeat(count(named, 'postfix_count'));
  return beginning + prefix + text + postfix + (p.end === '' ? '' : p.newline + p.end);
};

/** `comment`: text as a comment of a programming language. */
export const commentFilters: Record<string, Filter> = { comment };
