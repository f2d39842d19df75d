import { posix } from 'node:path';
import type { CallContext, Lookup } from '../contract.ts';
import type { Value } from '../../base/value.ts';
import { expandUser } from '../filters/ansible/paths.ts';
import { PythonRandom, randomText } from '../filters/ansible/random-source.ts';
import { iterate } from '../python/operations.ts';
import { hashPassword, newSalt, secureText } from '../password/hash.ts';
import { pyStr } from '../python/print.ts';
import { argumentError, Options, parseKeyValues, readText, termText, textVariable } from './options.ts';

const OPTIONS = ['length', 'encrypt', 'chars', 'ident', 'seed'];
const LOWER = 'abcdefghijklmnopqrstuvwxyz';
const UPPER = LOWER.toUpperCase();
const PUNCTUATION = '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~';
/** The names of Python's `string` module. */
const CHARACTERS: Record<string, string> = {
  ascii_letters: LOWER + UPPER,
  ascii_lowercase: LOWER,
  ascii_uppercase: UPPER,
  digits: '0123456789',
  hexdigits: '0123456789abcdefABCDEF',
  octdigits: '01234567',
  punctuation: PUNCTUATION,
  whitespace: ' \t\n\r\v\f',
  printable: `0123456789${LOWER}${UPPER}${PUNCTUATION} \t\n\r\v\f`,
};
const DEFAULT_SETS = ['ascii_letters', 'digits', '.,:-_'];

function splitSets(text: string): string[] {
  const sets = text
    .replaceAll(',,', ',')
    .split(',')
    .filter((part) => part !== '');
  return text.includes(',,') ? [',', ...sets] : sets;
}

function alphabet(chars: Value | undefined): string {
  const sets =
    typeof chars === 'string' ? splitSets(chars) : chars === undefined ? DEFAULT_SETS : [...iterate(chars)].map(pyStr);
  return sets
    .map((name) => CHARACTERS[name] ?? name)
    .join('')
    .replaceAll(/["']/g, '');
}

function parseTerm(term: string, options: Options): string {
  const blank = term.indexOf(' ');
  if (blank < 0) return term;
  const { options: inline, rest } = parseKeyValues(term.slice(blank + 1));
  const path = rest === '' ? term.slice(0, blank) : `${term.slice(0, blank)} ${rest}`;
  if (!term.startsWith(path)) {
    throw argumentError('Unrecognized value after key=value parameters given to password lookup');
  }
  const unknown = [...inline.keys()].filter((name) => !OPTIONS.includes(name));
  if (unknown.length > 0)
    throw argumentError(`Unrecognized parameter(s) given to password lookup: ${unknown.join(', ')}`);
  for (const [name, value] of inline) options.set(name, value);
  return path;
}

interface Stored {
  password: string;
  salt?: string;
  ident?: string;
}

function parseStored(text: string): Stored {
  const content = text.trimEnd();
  const at = content.lastIndexOf(' salt=');
  if (at < 0) return { password: content };
  const [salt, ident] = content.slice(at + 6).split(' ident=');
  return { password: content.slice(0, at), salt, ident };
}

function formatStored({ password, salt, ident }: Stored): string {
  if (salt === undefined) return password;
  return ident === undefined ? `${password} salt=${salt}` : `${password} salt=${salt} ident=${ident}`;
}

function absolutePath(context: CallContext, path: string): string {
  const plain = expandUser(path, context);
  return posix.resolve(textVariable(context, 'playbook_dir') ?? context.env.realpath('.'), plain);
}

function newPassword(options: Options): string {
  const characters = alphabet(options.value('chars'));
  if (characters === '') throw argumentError('the option chars of the password lookup leaves no characters');
  const seed = options.value('seed');
  const length = options.integer('length', 20);
  return seed === undefined ? secureText(characters, length) : randomText(new PythonRandom(seed), characters, length);
}

function onePassword(context: CallContext, term: string, options: Options): string {
  const path = absolutePath(context, parseTerm(term, options));
  const encrypt = options.value('encrypt') === undefined ? undefined : options.text('encrypt', '');
  const text = path === '/dev/null' ? undefined : readText(context, path);
  const stored: Stored = text === undefined ? { password: newPassword(options) } : parseStored(text);
  const needsSalt = encrypt !== undefined && stored.salt === undefined;
  if (needsSalt) stored.salt = newSalt(encrypt);
  if (path !== '/dev/null' && (text === undefined || needsSalt)) {
    context.env.writeFile(path, `${formatStored(stored)}\n`, 0o600);
  }
  return encrypt === undefined ? stored.password : hashPassword(stored.password, encrypt, { salt: stored.salt });
}

const password: Lookup = (context, terms, kwargs) => {
  return terms.map((term) => onePassword(context, termText(term), new Options('password', OPTIONS, kwargs)));
};

/** `lookup('password', path)`: a password that is made once and kept in a file. */
export const passwordLookups: Record<string, Lookup> = { password };
