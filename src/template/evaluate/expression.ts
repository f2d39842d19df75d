import { hasVaulted, markVaulted } from '../python/vaulted.ts';
import { compileVaultOf, type VaultOf } from './vaulted.ts';
import { LazyMapping, Tuple, Undefined, isMapping, type Dict, type Value } from '../../base/value.ts';
import { getAttr, getItem, slice } from '../python/access.ts';
import { binaryOperation, negate } from '../python/arithmetic.ts';
import type { Arguments, CompareOperator, Expression } from '../syntax/ast.ts';
import { contains, keyFor, pyCompare, pyEquals } from '../python/compare.ts';
import { LenientUndefined, LocatedUndefined, raiseUndefined, typeError } from '../errors.ts';
import { pyStr } from '../python/print.ts';
import { asFloat, iterate, pyType, truthy } from '../python/types.ts';
import type { Evaluate, Frame } from './frame.ts';
import { spanAt } from './program.ts';

export type EvaluateArguments = (frame: Frame) => { args: Value[]; kwargs: Map<string, Value> };
type Of<K extends Expression['kind']> = Extract<Expression, { kind: K }>;
type Compile<K extends Expression['kind']> = (node: Of<K>) => Evaluate;

/** Turns an expression into a function. `frame.render.at` is set before each step that may fail. */
export function compileExpression(node: Expression): Evaluate {
  return (COMPILERS[node.kind] as Compile<Expression['kind']>)(node as never);
}

function optional(node: Expression | undefined): Evaluate {
  return node === undefined ? () => null : compileExpression(node);
}

function compileName({ name, at }: Of<'name'>): Evaluate {
  return (frame) => {
    const value = frame.find(name);
    if (value !== undefined) return value;
    return new LocatedUndefined(`'${name}' is undefined`, spanAt(frame.run.program.text, at));
  };
}

/** What a lazy dict gave may be raw still. */
function fromLazy(frame: Frame, container: Value, value: Value): Value {
  return container instanceof LazyMapping ? frame.render.resolveRaw(value) : value;
}

function locate(frame: Frame, value: Value, at: number): Value {
  if (!(value instanceof Undefined) || value instanceof LocatedUndefined || value instanceof LenientUndefined) {
    return value;
  }
  return new LocatedUndefined(value.hint, spanAt(frame.run.program.text, at));
}

function compileAttribute({ of, name, at }: Of<'attribute'>): Evaluate {
  const container = compileExpression(of);
  return (frame) => {
    const value = container(frame);
    frame.render.at = at;
    return locate(frame, fromLazy(frame, value, getAttr(value, name)), at);
  };
}

function compileItem({ of, key, at }: Of<'item'>): Evaluate {
  const container = compileExpression(of);
  const keyOf = compileExpression(key);
  return (frame) => {
    const value = container(frame);
    const wanted = keyOf(frame);
    frame.render.at = at;
    return locate(frame, fromLazy(frame, value, getItem(value, wanted)), at);
  };
}

function compileSlice({ of, start, stop, step, at }: Of<'slice'>): Evaluate {
  const container = compileExpression(of);
  const parts = [optional(start), optional(stop), optional(step)];
  return (frame) => {
    const value = container(frame);
    const [from, to, by] = parts.map((part) => part(frame));
    frame.render.at = at;
    return slice(value, from, to, by);
  };
}

function compileList({ kind, items }: Of<'list' | 'tuple'>): Evaluate {
  const parts = items.map(compileExpression);
  const vaults = items.map(compileVaultOf);
  if (kind === 'list') {
    return (frame) => {
      const list = parts.map((part) => part(frame));
      if (hasVaulted()) for (const [at, value] of list.entries()) keepVault(frame, vaults[at], list, at, value);
      return list;
    };
  }
  return (frame) => {
    const tuple = new Tuple();
    for (const part of parts) tuple.push(part(frame));
    return tuple;
  };
}

function keepVault(frame: Frame, vaultOf: VaultOf, container: object, key: Value, value: Value): void {
  const vault = vaultOf(frame, value);
  if (vault) markVaulted(container, key, value, vault);
}

function compileDict({ entries, at }: Of<'dict'>): Evaluate {
  const parts = entries.map(
    ([key, value]) => [compileExpression(key), compileExpression(value), compileVaultOf(value)] as const,
  );
  return (frame) => {
    const made: Dict = new Map();
    for (const [keyOf, valueOf, vaultOf] of parts) {
      const key = keyOf(frame);
      frame.render.at = at;
      const value = valueOf(frame);
      made.set(keyFor(made, key), value);
      if (hasVaulted()) keepVault(frame, vaultOf, made, key, value);
    }
    return made;
  };
}

export function compileArguments({ positional, named, rest, namedRest }: Arguments): EvaluateArguments {
  const parts = positional.map(compileExpression);
  const namedParts = named.map(([name, value]) => [name, compileExpression(value)] as const);
  const restOf = rest && compileExpression(rest);
  const namedRestOf = namedRest && compileExpression(namedRest);
  return (frame) => {
    const args = parts.map((part) => part(frame));
    if (restOf) args.push(...iterate(restOf(frame)));
    const kwargs = new Map<string, Value>();
    for (const [name, part] of namedParts) kwargs.set(name, part(frame));
    if (namedRestOf) spread(namedRestOf(frame), kwargs);
    return { args, kwargs };
  };
}

function spread(value: Value, kwargs: Map<string, Value>): void {
  if (value instanceof Undefined) raiseUndefined(value);
  if (!isMapping(value)) throw typeError(`argument after ** must be a mapping, not ${pyType(value)}`);
  for (const key of value.keys()) kwargs.set(pyStr(key), value.get(key) as Value);
}

function compileCall({ callee, args, at }: Of<'call'>): Evaluate {
  const calleeOf = compileExpression(callee);
  const argumentsOf = compileArguments(args);
  return (frame) => {
    const target = calleeOf(frame);
    const given = argumentsOf(frame);
    frame.render.at = at;
    return locate(frame, frame.render.call(target, given.args, given.kwargs), at);
  };
}

/** Filters that write a vaulted value as it stands in its file. */
const SHOWS_VAULT = /(?:^|\.)to_(?:nice_)?yaml$/;

function compileFilter({ of, name, args, at }: Of<'filter'>): Evaluate {
  const valueOf = compileExpression(of);
  const vaultOf = SHOWS_VAULT.test(name) ? compileVaultOf(of) : undefined;
  const argumentsOf = compileArguments(args);
  return (frame) => {
    const plain = valueOf(frame);
    const value = vaultOf?.(frame, plain) ?? plain;
    const given = argumentsOf(frame);
    frame.render.at = at;
    return locate(frame, frame.render.filter(name, value, given.args, given.kwargs), at);
  };
}

function compileTest({ of, name, args, at }: Of<'test'>): Evaluate {
  const valueOf = compileExpression(of);
  const vaultOf = /(?:^|\.)vault_encrypted$/.test(name) ? compileVaultOf(of) : undefined;
  const argumentsOf = compileArguments(args);
  return (frame) => {
    const plain = valueOf(frame);
    const value = vaultOf?.(frame, plain) ?? plain;
    const given = argumentsOf(frame);
    frame.render.at = at;
    return frame.render.test(name, value, given.args, given.kwargs);
  };
}

function compileSign({ kind, of, at }: Of<'not' | 'negative' | 'positive'>): Evaluate {
  const valueOf = compileExpression(of);
  return (frame) => {
    const value = valueOf(frame);
    frame.render.at = at;
    if (kind === 'not') return !truthy(value);
    if (kind === 'negative') return negate(value);
    if (value instanceof Undefined) raiseUndefined(value);
    if (asFloat(value) === undefined) throw typeError(`bad operand type for unary +: '${pyType(value)}'`);
    return typeof value === 'boolean' ? Number(value) : value;
  };
}

function compileLogic({ kind, left, right, at }: Of<'and' | 'or'>): Evaluate {
  const leftOf = compileExpression(left);
  const rightOf = compileExpression(right);
  const stopsAt = kind === 'or';
  return (frame) => {
    const value = leftOf(frame);
    frame.render.at = at;
    return truthy(value) === stopsAt ? value : rightOf(frame);
  };
}

function compileBinary({ operator, left, right, at }: Of<'binary'>): Evaluate {
  const leftOf = compileExpression(left);
  const rightOf = compileExpression(right);
  return (frame) => {
    const a = leftOf(frame);
    const b = rightOf(frame);
    frame.render.at = at;
    return binaryOperation(operator, a, b);
  };
}

const COMPARE: Record<CompareOperator, (a: Value, b: Value) => boolean> = {
  '==': pyEquals,
  '!=': (a, b) => !pyEquals(a, b),
  '<': (a, b) => pyCompare(a, b, '<') < 0,
  '<=': (a, b) => pyCompare(a, b, '<=') <= 0,
  '>': (a, b) => pyCompare(a, b, '>') > 0,
  '>=': (a, b) => pyCompare(a, b, '>=') >= 0,
  in: (a, b) => contains(b, a),
  'not in': (a, b) => !contains(b, a),
};

function compileCompare({ first, rest, at }: Of<'compare'>): Evaluate {
  const firstOf = compileExpression(first);
  const steps = rest.map(([operator, operand]) => [COMPARE[operator], compileExpression(operand)] as const);
  return (frame) => {
    let left = firstOf(frame);
    for (const [compare, operand] of steps) {
      const right = operand(frame);
      frame.render.at = at;
      if (!compare(left, right)) return false;
      left = right;
    }
    return true;
  };
}

function compileConcat({ parts, at }: Of<'concat'>): Evaluate {
  const values = parts.map(compileExpression);
  return (frame) => {
    const items = values.map((value) => value(frame));
    frame.render.at = at;
    return items.map(pyStr).join('');
  };
}

function compileCondition({ test, value: chosen, otherwise, at }: Of<'condition'>): Evaluate {
  const testOf = compileExpression(test);
  const thenOf = compileExpression(chosen);
  const otherwiseOf = otherwise && compileExpression(otherwise);
  return (frame) => {
    const value = testOf(frame);
    frame.render.at = at;
    if (truthy(value)) return thenOf(frame);
    if (otherwiseOf) return otherwiseOf(frame);
    return new LenientUndefined('the inline if-expression evaluated to false and no else section was defined.');
  };
}

const COMPILERS: { [K in Expression['kind']]: Compile<K> } = {
  constant:
    ({ value }) =>
    () =>
      value,
  name: compileName,
  list: compileList as Compile<'list'>,
  tuple: compileList as Compile<'tuple'>,
  dict: compileDict,
  attribute: compileAttribute,
  item: compileItem,
  slice: compileSlice,
  call: compileCall,
  filter: compileFilter,
  test: compileTest,
  not: compileSign as Compile<'not'>,
  negative: compileSign as Compile<'negative'>,
  positive: compileSign as Compile<'positive'>,
  and: compileLogic as Compile<'and'>,
  or: compileLogic as Compile<'or'>,
  binary: compileBinary,
  compare: compileCompare,
  concat: compileConcat,
  condition: compileCondition,
};
