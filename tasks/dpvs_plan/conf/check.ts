import { didYouMean } from '../../../src/base/errors.ts';
import { booleanOf } from '../../../src/base/value.ts';
import type { Release } from '../releases.ts';
import { type Form, type Keys, ROOTS, type Rule } from './keys.ts';

/** Data of dpvs.conf: blocks are dicts, named ones (`device`, `worker`, `port`) dicts by name. */
export type Conf = { readonly [key: string]: unknown };

export const isConf = (value: unknown): value is Conf =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What stands below these keys; undefined where one is missing. */
export const inside = (conf: Conf, ...keys: string[]): unknown =>
  keys.reduce<unknown>((at, key) => (isConf(at) ? at[key] : undefined), conf);

/** The block below these keys, an empty one where there is none. */
export function blockInside(conf: Conf, ...keys: string[]): Conf {
  const found = inside(conf, ...keys);
  return isConf(found) ? found : {};
}

/** Whether workers pass packets on to the worker whose connection it is. */
export const redirects = (conf: Conf): boolean => booleanOf(inside(conf, 'ipvs_defs', 'conn', 'redirect')) === true;

/** What DPVS makes of a number. */
export function rounded(value: number, form: Form | undefined): number {
  if (form === undefined) return value;
  const one = form === '2^n-1' ? 1 : 0;
  return 2 ** Math.floor(Math.log2(value + one)) - one;
}

/** A number as it is, or as text; undefined for anything else. */
export function numberOf(value: unknown): number | undefined {
  const found = typeof value === 'string' && /^\d{1,12}$/.test(value) ? Number(value) : value;
  return typeof found === 'number' && Number.isInteger(found) ? found : undefined;
}

/** The ids of a list, or of a text with blanks between. */
export const idsOf = (value: unknown): (number | undefined)[] =>
  (Array.isArray(value) ? value : typeof value === 'string' ? value.trim().split(/\s+/) : [value]).map(numberOf);

/** The texts of a key: several where each gets a line of its own. */
export const textsOf = (value: unknown, lines: boolean | undefined): string[] =>
  (lines === true && Array.isArray(value) ? value : [value]).map((one) => (typeof one === 'string' ? one : ''));

function wrongNumber(value: unknown, rule: Extract<Rule, { is: 'number' }>): string | undefined {
  const found = numberOf(value);
  if (found === undefined || found < rule.from || found > rule.to) return `a number from ${rule.from} to ${rule.to}`;
  const power = 2 ** Math.floor(Math.log2(found));
  if (rounded(found, rule.form) === found || power === found) return undefined;
  return `a power of two, and DPVS would take less: say ${power} or ${2 * power}`;
}

/** What a value has to be, where it is not. */
function wrongValue(value: unknown, rule: Exclude<Rule, { is: 'block' }>): string | undefined {
  switch (rule.is) {
    case 'number':
      return wrongNumber(value, rule);
    case 'switch':
      return booleanOf(value) === undefined ? 'on or off' : undefined;
    case 'flag':
      return booleanOf(value) === undefined ? 'true or false: its key stands in the file, or does not' : undefined;
    case 'word':
      return rule.of.includes(String(value)) ? undefined : `one of ${rule.of.join(', ')}`;
    case 'text':
      return textsOf(value, rule.lines).every((one) => rule.like.test(one)) ? undefined : rule.what;
    case 'ids':
      return idsOf(value).every((id) => id !== undefined && id >= 0 && id <= rule.to)
        ? undefined
        : `ids from 0 to ${rule.to}`;
  }
}

function unknownHere(key: string, rule: Rule | undefined, keys: Keys, of: Release): string | undefined {
  if (!rule) return `is no key of dpvs.conf, and DPVS would pass over it.${didYouMean(key, Object.keys(keys))}`;
  if (rule.since !== undefined && of.number < rule.since) return `is not known to DPVS ${of.text}`;
  if (rule.until !== undefined && of.number >= rule.until) return `is not known to DPVS ${of.text} any more`;
  return undefined;
}

function problemsOf(key: string, value: unknown, rule: Rule, at: string, of: Release): string[] {
  if (rule.is !== 'block') {
    const wrong = wrongValue(value, rule);
    return wrong === undefined ? [] : [`${at}: ${JSON.stringify(value)} is not ${wrong}`];
  }
  if (!isConf(value)) return [`${at}: has to be a block of keys`];
  if (!rule.named) return inBlock(value, rule.keys, at, of);
  return Object.entries(value).flatMap(([name, inner]) => {
    const here = `${at} ${name}`;
    if (!rule.named?.test(name)) return [`${at}: ${JSON.stringify(name)} is no name of a ${key}`];
    return isConf(inner) ? inBlock(inner, rule.keys, here, of) : [`${here}: has to be a block of keys`];
  });
}

function inBlock(conf: Conf, keys: Keys, above: string, of: Release): string[] {
  return Object.entries(conf).flatMap(([key, value]) => {
    const at = above === '' ? key : `${above} > ${key}`;
    const rule = Object.hasOwn(keys, key) ? keys[key] : undefined;
    const unknown = unknownHere(key, rule, keys, of);
    return unknown !== undefined || rule === undefined ? [`${at} ${unknown}`] : problemsOf(key, value, rule, at, of);
  });
}

/**
 * Everything that DPVS would pass over or replace by a default, each with its place: `netif_defs > pktpool_size: ...`.
 * @param conf data of dpvs.conf, by roots
 */
export const wrongConf = (conf: Conf, of: Release): string[] => inBlock(conf, ROOTS, '', of);
