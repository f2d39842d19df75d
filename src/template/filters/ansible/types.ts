import { pythonQuote } from '../../../base/quote.ts';
import { Undefined, type Value } from '../../../base/value.ts';
import type { Filter } from '../../contract.ts';
import { asFloat, defined, pyType, truthy } from '../../python/operations.ts';
import { pyStr } from '../../python/print.ts';
import { Arguments, filterError, noArguments } from './arguments.ts';

const bool: Filter = (_context, value, args, kwargs) => {
  noArguments('to_bool', args, kwargs);
  defined(value);
  if (value === null || typeof value === 'boolean') return value;
  if (typeof value === 'string') return ['yes', 'on', '1', 'true'].includes(value.toLowerCase());
  return asFloat(value) === 1;
};

const ternary: Filter = (_context, value, args, kwargs) => {
  const bound = new Arguments('ternary', ['true_val', 'false_val', 'none_val?'], args, kwargs);
  const none = bound.optional('none_val');
  if (value === null && none !== undefined) return none;
  return truthy(value) ? raw(args, kwargs, 0, 'true_val') : raw(args, kwargs, 1, 'false_val');
};

/** The argument as it is: the branch that is not taken may be undefined, and either may be `none`. */
function raw(args: readonly Value[], kwargs: ReadonlyMap<string, Value>, index: number, name: string): Value {
  return (index < args.length ? args[index] : kwargs.get(name)) ?? null;
}

const mandatory: Filter = (_context, value, args, kwargs) => {
  const bound = new Arguments('mandatory', ['msg?'], args, kwargs);
  if (!(value instanceof Undefined)) return value;
  if (bound.optional('msg') !== undefined) throw filterError(bound.text('msg'));
  const name = undefinedName(value.hint);
  // The two blanks are Ansible's.
  throw filterError(`Mandatory variable ${name === undefined ? '' : `'${name}' `} not defined.`, remedyFor(name));
};

function remedyFor(name: string | undefined): string | undefined {
  return name === undefined ? undefined : `Define ${name} in the inventory, in vars or with -e`;
}

/** Jinja2 keeps the name of what is missing; its words say it too. */
function undefinedName(hint: string): string | undefined {
  return (/^'([^']+)' is undefined/.exec(hint) ?? /has no attribute '([^']+)'/.exec(hint))?.[1];
}

const typeDebug: Filter = (_context, value) => pyType(value);

const quote: Filter = (_context, value, args, kwargs) => {
  noArguments('quote', args, kwargs);
  return pythonQuote(value === null ? '' : pyStr(defined(value)));
};

/** Filters that look at, check or convert one value. */
export const typeFilters: Record<string, Filter> = { bool, ternary, mandatory, type_debug: typeDebug, quote };
