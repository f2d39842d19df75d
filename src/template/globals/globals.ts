import { Undefined, isMapping, type Dict, type Value } from '../../base/value.ts';
import { keyFor } from '../python/compare.ts';
import { limitError, typeError } from '../errors.ts';
import { Callable, GlobalFunction, type GlobalBody } from '../evaluate/callable.ts';
import { nowGlobal } from './time.ts';
import { Namespace, Cycler, Joiner } from './objects.ts';
import { lookupGlobal, type RunLookup } from './lookup.ts';
import { pyStr } from '../python/print.ts';
import { asIndex, iterate, pyType, toArray } from '../python/types.ts';

/** Numbers that `range` may make at most. */
const MAX_RANGE = 1_000_000;

function rangeArgument(value: Value): number {
  const index = asIndex(value);
  if (index === undefined) throw typeError(`'${pyType(value)}' object cannot be interpreted as an integer`);
  return index;
}

/** `range(stop)`, `range(start, stop, step)` as a list. */
function range(args: Value[]): Value {
  if (args.length === 0) throw typeError('range expected at least 1 argument, got 0');
  const numbers = args.map(rangeArgument);
  const [start, stop] = numbers.length === 1 ? [0, numbers[0]] : numbers;
  const step = numbers[2] ?? 1;
  if (step === 0) throw typeError('range() arg 3 must not be zero');
  const count = Math.max(0, Math.ceil((stop - start) / step));
  if (count > MAX_RANGE) throw limitError(`range() of ${count} numbers; at most ${MAX_RANGE} are allowed`);
  return Array.from({ length: count }, (_, index) => start + index * step);
}

/** `dict(mapping or pairs, name=value...)`. @throws ToaError E_TEMPLATE_TYPE */
function makeDict(args: Value[], kwargs: ReadonlyMap<string, Value>): Dict {
  const made: Dict = new Map();
  const [source] = args;
  if (source !== undefined && isMapping(source)) {
    for (const key of source.keys()) made.set(key, source.get(key) ?? null);
  } else if (source !== undefined) {
    for (const pair of iterate(source)) {
      const items = toArray(pair);
      if (items.length !== 2) {
        throw typeError(`dictionary update sequence element has length ${items.length}; 2 is required`);
      }
      made.set(keyFor(made, items[0]), items[1]);
    }
  }
  for (const [key, value] of kwargs) made.set(key, value);
  return made;
}

function undef(args: Value[], kwargs: Map<string, Value>): Value {
  const hint = args[0] ?? kwargs.get('hint') ?? '';
  return new Undefined(hint === null || hint === '' ? 'Mandatory variable has not been overridden' : pyStr(hint));
}

/** `dict` is a type in Python: it can be called, and printing it is no error. */
class DictType extends Callable {
  readonly pyType = 'type';
  pyRepr(): string {
    return "<class 'dict'>";
  }
  invoke(args: Value[], kwargs: Map<string, Value>): Value {
    return makeDict(args, kwargs);
  }
}

/** The names that every template sees. @param runLookup runs a lookup plugin by name */
export function makeGlobals(runLookup: RunLookup): ReadonlyMap<string, Value> {
  const functions: Record<string, GlobalBody> = {
    range,
    undef,
    namespace: (args, kwargs) => new Namespace(makeDict(args, kwargs)),
    cycler: (args) => new Cycler(args),
    joiner: (args, kwargs) => new Joiner(args[0] ?? kwargs.get('sep') ?? ', '),
    now: nowGlobal,
    lookup: (args, kwargs, context) => lookupGlobal(runLookup, args, kwargs, context, false),
    query: (args, kwargs, context) => lookupGlobal(runLookup, args, kwargs, context, true),
    q: (args, kwargs, context) => lookupGlobal(runLookup, args, kwargs, context, true),
  };
  const globals = new Map<string, Value>([['dict', new DictType()]]);
  for (const [name, body] of Object.entries(functions)) globals.set(name, new GlobalFunction(name, body));
  return globals;
}
