import { pythonRegex } from '../../base/python-regex.ts';
import { VaultText, type Value } from '../../base/value.ts';
import type { Test } from '../contract.ts';
import { Arguments, filterError, itemsOf } from '../filters/ansible/arguments.ts';
import { isNan } from '../filters/ansible/math.ts';
import { ValueSet } from '../filters/ansible/value-set.ts';
import { asFloat, contains, defined, iterate, truthy } from '../python/operations.ts';
import { pyStr } from '../python/print.ts';
import { splitUrl } from '../split-url.ts';

type Matching = 'match' | 'search' | 'fullmatch';

function matches(value: Value, bound: Arguments, how: Matching): boolean {
  const pattern = bound.text('pattern');
  const regex = pythonRegex(how === 'fullmatch' ? `(?:${pattern})\\Z` : pattern, {
    ignorecase: bound.flag('ignorecase'),
    multiline: bound.flag('multiline'),
  });
  const text = pyStr(defined(value));
  return how === 'search' ? regex.test(text) : new RegExp(regex, `${regex.flags}y`).test(text);
}

function regexTest(name: string, how: Matching): Test {
  const signature = ['pattern?', 'ignorecase?', 'multiline?'];
  return (_context, value, args, kwargs) => matches(value, new Arguments(name, signature, args, kwargs), how);
}

const regex: Test = (_context, value, args, kwargs) => {
  const bound = new Arguments('regex', ['pattern?', 'ignorecase?', 'multiline?', 'match_type?'], args, kwargs);
  const how = bound.text('match_type', 'search');
  if (how !== 'match' && how !== 'search' && how !== 'fullmatch') {
    throw filterError(`'re.Pattern' object has no attribute '${how}'`, 'match_type is match, search or fullmatch');
  }
  return matches(value, bound, how);
};

const TRUE = ['y', 'yes', 'on', '1', 'true', 't'];
const FALSE = ['n', 'no', 'off', '0', 'false', 'f'];

function converted(value: Value): Value {
  if (typeof value !== 'string') return value;
  const text = value.toLowerCase().trim();
  if (TRUE.includes(text)) return true;
  return FALSE.includes(text) ? false : value;
}

const isTruthy: Test = (_context, value, args, kwargs) => {
  const convert = new Arguments('truthy', ['convert_bool?'], args, kwargs).flag('convert_bool');
  return truthy(convert ? converted(defined(value)) : value);
};

const any: Test = (_context, value) => [...iterate(defined(value))].some(truthy);
const all: Test = (_context, value) => [...iterate(defined(value))].every(truthy);

const subset: Test = (_context, value, args, kwargs) => {
  const right = new ValueSet(itemsOf(new Arguments('issubset', ['b'], args, kwargs).value('b')));
  return itemsOf(value).every((item) => right.has(item));
};

const superset: Test = (_context, value, args, kwargs) => {
  const left = new ValueSet(itemsOf(value));
  return itemsOf(new Arguments('issuperset', ['b'], args, kwargs).value('b')).every((item) => left.has(item));
};

const containsTest: Test = (_context, value, args, kwargs) => {
  return contains(defined(value), new Arguments('contains', ['value'], args, kwargs).value('value'));
};

const nan: Test = (_context, value) => asFloat(defined(value)) !== undefined && isNan(value);

function urlParts(value: Value): ReturnType<typeof splitUrl> | undefined {
  return typeof value === 'string' ? splitUrl(value, false) : undefined;
}

function schemesOf(bound: Arguments): string[] | undefined {
  const schemes = bound.optional('schemes');
  if (schemes === undefined || !truthy(schemes)) return undefined;
  return [...iterate(schemes)].map(pyStr);
}

const uri: Test = (_context, value, args, kwargs) => {
  const schemes = schemesOf(new Arguments('is_uri', ['schemes?'], args, kwargs));
  const parts = urlParts(defined(value));
  return parts !== undefined && (schemes === undefined || schemes.includes(parts.scheme));
};

const url: Test = (context, value, args, kwargs) => {
  const parts = urlParts(defined(value));
  return parts !== undefined && uri(context, value, args, kwargs) && (parts.netloc !== '' || parts.scheme === 'file');
};

const urn: Test = (_context, value) => urlParts(defined(value))?.scheme === 'urn';

/** Tests of texts, numbers and lists. */
export const valueTests: Record<string, Test> = {
  match: regexTest('match', 'match'),
  search: regexTest('search', 'search'),
  regex,
  truthy: isTruthy,
  falsy: (...call) => !isTruthy(...call),
  any,
  all,
  subset,
  issubset: subset,
  superset,
  issuperset: superset,
  contains: containsTest,
  nan,
  isnan: nan,
  uri,
  url,
  urn,
  vault_encrypted: (_context, value) => value instanceof VaultText,
};
