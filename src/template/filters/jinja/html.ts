import { Undefined, isMapping, type Value } from '../../../base/value.ts';
import type { Filter } from '../../contract.ts';
import { typeError } from '../../errors.ts';
import { pyStr } from '../../python/print.ts';
import { FilterArguments } from './arguments.ts';
import { htmlSafeJson } from './json.ts';

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&#34;', "'": '&#39;' };

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character]);
}

const NAMED: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0' };

function unescapeHtml(text: string): string {
  return text.replace(/&(?:#(\d+)|#[xX]([\da-fA-F]+)|(\w+));/g, (whole, decimal, hex, name) => {
    if (decimal !== undefined) return String.fromCodePoint(Number(decimal));
    if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16));
    return NAMED[name] ?? whole;
  });
}

const escape: Filter = (_context, value) => escapeHtml(pyStr(value));

/** `xmlattr(autospace=true)` of a dict; null and undefined values are left out. */
const xmlattr: Filter = (_context, value, args, kwargs) => {
  if (!isMapping(value)) throw typeError('xmlattr needs a dict');
  const parts: string[] = [];
  for (const key of value.keys()) {
    const item = value.get(key) as Value;
    if (item === null || item instanceof Undefined) continue;
    const name = pyStr(key);
    if (/[\s/>=]/.test(name)) throw typeError(`Invalid character in attribute name: '${name}'`);
    parts.push(`${escapeHtml(name)}="${escapeHtml(pyStr(item))}"`);
  }
  const text = parts.join(' ');
  return text !== '' && new FilterArguments(args, kwargs).flag(0, 'autospace', true) ? ` ${text}` : text;
};

const URL_WORD = /^([(<]|&lt;)*((?:https?:\/\/|www\.)[^\s<>]+?|[\w.+-]+@[\w-]+(?:\.[\w-]+)+)([).,>\n]|&gt;)*$/;

/** `urlize(trim_url_limit=none, nofollow=false, target=none, rel=none)` */
const urlize: Filter = (_context, value, args, kwargs) => {
  const given = new FilterArguments(args, kwargs);
  const limit = given.integer(0, 'trim_url_limit', Number.POSITIVE_INFINITY);
  const rels = new Set(given.text(3, 'rel', 'noopener').split(' '));
  if (given.flag(1, 'nofollow', false)) rels.add('nofollow');
  const rel = ` rel="${[...rels].sort().join(' ')}"`;
  const target = given.value(2, 'target');
  const targetText = typeof target === 'string' ? ` target="${escapeHtml(target)}"` : '';
  const link = (word: string): string => {
    const match = URL_WORD.exec(word);
    if (match === null) return word;
    const [, head = '', url, tail = ''] = match;
    if (url.includes('@') && !/^(?:https?:|www\.)/.test(url)) return `${head}<a href="mailto:${url}">${url}</a>${tail}`;
    const shown = url.length > limit ? `${url.slice(0, limit)}...` : url;
    const href = url.startsWith('www.') ? `https://${url}` : url;
    return `${head}<a href="${href}"${rel}${targetText}>${shown}</a>${tail}`;
  };
  return escapeHtml(pyStr(value)).split(/(\s+)/).map(link).join('');
};

const striptags: Filter = (_context, value) => {
  const text = pyStr(value)
    .replace(/<!--[\s\S]*?-->/g, '')
    .replace(/<[^>]*>/g, '');
  return unescapeHtml(text.trim().split(/\s+/).join(' '));
};

export const htmlFilters: Record<string, Filter> = {
  e: escape,
  escape,
  forceescape: escape,
  safe: (_context, value) => pyStr(value),
  striptags,
  tojson: (_context, value, args, kwargs) => htmlSafeJson(value, new FilterArguments(args, kwargs).value(0, 'indent')),
  urlize,
  xmlattr,
};
