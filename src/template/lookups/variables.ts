import { ToaError } from '../../base/errors.ts';
import { pythonRegex } from '../../base/python-regex.ts';
import { isMapping, Undefined, type Value } from '../../base/value.ts';
import type { CallContext, Lookup } from '../contract.ts';
import { globRegex } from '../glob.ts';
import { getItem, iterate, pyType, raiseUndefined } from '../python/operations.ts';
import { pyStr } from '../python/print.ts';
import { argumentError, Options } from './options.ts';

function identifier(term: Value): string {
  if (typeof term === 'string') return term;
  const type = `<class '${pyType(term)}'>`;
  throw argumentError(`Invalid setting identifier, "${pyStr(term)}" is not a string, its a ${type}`);
}

/** A variable by name; of the host in `hostvars` when the scope does not have it. */
function variable(context: CallContext, name: string): Value {
  const raw = context.scope.lookup(name);
  if (raw !== undefined) return context.resolve(raw);
  const hostvars = context.scope.lookup('hostvars');
  const host = context.scope.lookup('inventory_hostname');
  const found = hostvars && host !== undefined ? getItem(getItem(hostvars, context.resolve(host)), name) : undefined;
  if (found === undefined || found instanceof Undefined) {
    return raiseUndefined(new Undefined(`No variable found with this name: ${name}`));
  }
  return context.resolve(found);
}

const vars: Lookup = (context, terms, kwargs) => {
  const otherwise = new Options('vars', ['default'], kwargs).value('default');
  return terms.map((term) => {
    try {
      const value = variable(context, identifier(term));
      if (value instanceof Undefined) raiseUndefined(value);
      return value;
    } catch (error) {
      const isUndefined = error instanceof ToaError && error.code === 'E_TEMPLATE_UNDEFINED';
      if (!isUndefined || otherwise === undefined) throw error;
      return otherwise;
    }
  });
};

const varnames: Lookup = (context, terms) => {
  return terms.flatMap((term) => {
    const pattern = identifier(term);
    let regex: RegExp;
    try {
      regex = pythonRegex(pattern);
    } catch (error) {
      throw argumentError(`Unable to use "${pattern}" as a search parameter: ${(error as Error).message}`);
    }
    return [...context.scope.names()].filter((name) => regex.test(name));
  });
};

type Groups = ReadonlyMap<string, readonly string[]>;

function groupsOf(context: CallContext): Groups {
  const raw = context.scope.lookup('groups');
  const groups = raw === undefined ? undefined : context.resolve(raw);
  if (groups === undefined || !isMapping(groups)) return new Map();
  return new Map([...groups.keys()].map((name) => [pyStr(name), [...iterate(groups.get(name) ?? [])].map(pyStr)]));
}

function nameTest(pattern: string): (name: string) => boolean {
  if (pattern.startsWith('~')) {
    const regex = new RegExp(pythonRegex(pattern.slice(1)), 'vy');
    return (name) => {
      regex.lastIndex = 0;
      return regex.test(name);
    };
  }
  const regex = globRegex(pattern);
  return (name) => regex.test(name);
}

/** The hosts of one pattern without `!` and `&`: groups' hosts and hosts by name, perhaps with `[1:3]`. */
function hostsOf(pattern: string, groups: Groups): string[] {
  const subscript = pattern.startsWith('~') ? null : /^(.+)\[(-?\d*)(?:([:-])(-?\d*))?\]$/.exec(pattern);
  const matches = nameTest(subscript ? subscript[1] : pattern);
  const all = [...new Set([...groups.values()].flat())];
  const members = [...groups].filter(([name]) => matches(name) || (pattern === '*' && name === 'all'));
  const hosts = [...new Set([...members.flatMap(([, names]) => names), ...all.filter(matches)])];
  if (!subscript) return hosts;
  const [, , first, range, last] = subscript;
  if (range === undefined) return hosts.slice(Number(first)).slice(0, 1);
  return hosts.slice(Number(first || 0), last === '' ? undefined : Number(last) + 1);
}

function splitPatterns(terms: readonly Value[]): string[] {
  return terms.flatMap((term) => {
    const text = pyStr(term).trim();
    const separator = text.includes(',') ? /\s*,\s*/ : /:(?![^[]*\])/;
    return (text.startsWith('~') ? [text] : text.split(separator)).filter((part) => part !== '');
  });
}

const inventoryHostnames: Lookup = (context, terms) => {
  const groups = groupsOf(context);
  const patterns = splitPatterns(terms);
  const plain = patterns.filter((pattern) => !/^[!&]/.test(pattern));
  const of = (pattern: string): Set<string> => new Set(hostsOf(pattern.slice(1), groups));
  let hosts = [...new Set((plain.length === 0 ? ['all'] : plain).flatMap((pattern) => hostsOf(pattern, groups)))];
  for (const pattern of patterns.filter((one) => one.startsWith('&'))) {
    const kept = of(pattern);
    hosts = hosts.filter((host) => kept.has(host));
  }
  for (const pattern of patterns.filter((one) => one.startsWith('!'))) {
    const dropped = of(pattern);
    hosts = hosts.filter((host) => !dropped.has(host));
  }
  return hosts;
};

/** Lookups of variables and of the inventory. */
export const variableLookups: Record<string, Lookup> = { vars, varnames, inventory_hostnames: inventoryHostnames };
