import type { Test } from '../contract.ts';
import { Arguments, filterError } from '../filters/ansible/arguments.ts';
import { defined, truthy } from '../python/operations.ts';
import { pyRepr, pyStr } from '../python/print.ts';
import { compareLoose, compareStrict } from './loose-version.ts';
import { comparePep440 } from './pep440.ts';
import { compareSemantic } from './semantic-version.ts';

const OPERATORS: Record<string, (order: number) => boolean> = {
  '==': (order) => order === 0,
  '=': (order) => order === 0,
  eq: (order) => order === 0,
  '<': (order) => order < 0,
  lt: (order) => order < 0,
  '<=': (order) => order <= 0,
  le: (order) => order <= 0,
  '>': (order) => order > 0,
  gt: (order) => order > 0,
  '>=': (order) => order >= 0,
  ge: (order) => order >= 0,
  '!=': (order) => order !== 0,
  '<>': (order) => order !== 0,
  ne: (order) => order !== 0,
};

const TYPES: Record<string, (a: string, b: string) => number> = {
  loose: compareLoose,
  strict: compareStrict,
  semver: compareSemantic,
  semantic: compareSemantic,
  pep440: comparePep440,
};

function comparer(bound: Arguments): (a: string, b: string) => number {
  const strict = bound.optional('strict');
  const type = bound.optional('version_type');
  if (strict !== undefined && type !== undefined) throw filterError("Cannot specify both 'strict' and 'version_type'");
  if (strict !== undefined && truthy(strict)) return compareStrict;
  const name = type === undefined || !truthy(type) ? 'loose' : pyStr(type);
  const compare = TYPES[name];
  if (compare) return compare;
  const known = Object.keys(TYPES).map(pyRepr).join(', ');
  throw filterError(`Invalid version type (${name}). Must be one of ${known}`);
}

const version: Test = (_context, value, args, kwargs) => {
  const signature = ['version', 'operator?', 'strict?', 'version_type?'];
  const bound = new Arguments('version_compare', signature, args, kwargs);
  const compare = comparer(bound);
  const other = bound.value('version');
  if (!truthy(defined(value))) throw filterError('Input version value cannot be empty');
  if (!truthy(other)) throw filterError('Version parameter to compare against cannot be empty');
  const operator = bound.text('operator', 'eq');
  const holds = OPERATORS[operator];
  if (!holds) {
    const known = Object.keys(OPERATORS).map(pyRepr).join(', ');
    throw filterError(`Invalid operator type (${operator}). Must be one of ${known}`);
  }
  return holds(compared(compare, pyStr(value), pyStr(other)));
};

function compared(compare: (a: string, b: string) => number, a: string, b: string): number {
  try {
    return compare(a, b);
  } catch (error) {
    throw filterError(`Version comparison failed: ${(error as Error).message}`, 'Choose another version_type');
  }
}

/** `version` and its old name. */
export const versionTests: Record<string, Test> = { version, version_compare: version };
