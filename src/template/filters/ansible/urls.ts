import { Buffer } from 'node:buffer';
import type { Dict, Value } from '../../../base/value.ts';
import type { Filter } from '../../contract.ts';
import { defined } from '../../python/operations.ts';
import { pyStr } from '../../python/print.ts';
import { splitUrl } from '../../split-url.ts';
import { Arguments, filterError } from './arguments.ts';

const urlsplit: Filter = (_context, value, args, kwargs) => {
  const query = new Arguments('split_url', ['query?'], args, kwargs).text('query');
  const parts = Object.entries(splitUrl(pyStr(defined(value))) as unknown as Record<string, Value>);
  const result: Dict = new Map(parts.sort(([a], [b]) => (a < b ? -1 : 1)));
  if (query === '') return result;
  const part = result.get(query);
  if (part === undefined) throw filterError(`urlsplit: unknown URL component: ${query}`);
  return part;
};

const urldecode: Filter = (_context, value) => {
  const bytes: number[] = [];
  const text = pyStr(defined(value)).replaceAll('+', ' ');
  for (const match of text.matchAll(/%([0-9a-fA-F]{2})|[^]/gu)) {
    if (match[1] === undefined) bytes.push(...Buffer.from(match[0], 'utf8'));
    else bytes.push(parseInt(match[1], 16));
  }
  return Buffer.from(bytes).toString('utf8');
};

/** Filters on URLs. */
export const urlFilters: Record<string, Filter> = { urlsplit, urldecode };
