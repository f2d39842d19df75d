import { Undefined, type Value } from '../../base/value.ts';
import { pyEquals } from '../python/compare.ts';
import { typeError } from '../errors.ts';
import { toArray } from '../python/types.ts';
import { Callable, GlobalFunction } from './callable.ts';

/** The `loop` variable of a `for` block. */
export class Loop extends Callable {
  readonly pyType = 'LoopContext';
  /** Of the present iteration, from 0. */
  position = 0;
  private readonly items: readonly Value[];
  private readonly depth: number;
  private readonly recurse: ((items: Value) => Value) | undefined;
  private lastChecked: readonly Value[] | undefined;

  constructor(items: readonly Value[], depth: number, recurse?: (items: Value) => Value) {
    super();
    this.items = items;
    this.depth = depth;
    this.recurse = recurse;
  }

  invoke(args: Value[]): Value {
    if (this.recurse === undefined) {
      throw typeError("The loop must have the 'recursive' marker to be called recursively.");
    }
    return this.recurse(args[0]);
  }

  private changed(args: readonly Value[]): boolean {
    const last = this.lastChecked;
    this.lastChecked = args;
    return last === undefined || !pyEquals([...last], [...args]);
  }

  private cycle(args: readonly Value[]): Value {
    if (args.length === 0) throw typeError('no items for cycling given');
    return args[this.position % args.length];
  }

  override getAttr(name: string): Value | undefined {
    const { position, items } = this;
    switch (name) {
      case 'index':
        return position + 1;
      case 'index0':
        return position;
      case 'revindex':
        return items.length - position;
      case 'revindex0':
        return items.length - position - 1;
      case 'first':
        return position === 0;
      case 'last':
        return position === items.length - 1;
      case 'length':
        return items.length;
      case 'depth':
        return this.depth;
      case 'depth0':
        return this.depth - 1;
      default:
        return this.neighbour(name);
    }
  }

  private neighbour(name: string): Value | undefined {
    const { position, items } = this;
    if (name === 'previtem') return items[position - 1] ?? outside(position > 0, 'there is no previous item');
    if (name === 'nextitem')
      return items[position + 1] ?? outside(position + 1 < items.length, 'there is no next item');
    if (name === 'cycle') return new GlobalFunction('cycle', (args) => this.cycle(args));
    if (name === 'changed') return new GlobalFunction('changed', (args) => this.changed(args));
    return undefined;
  }
}

function outside(exists: boolean, hint: string): Value {
  return exists ? null : new Undefined(hint);
}

/** One value for each of `count` names. @throws ToaError E_TEMPLATE_TYPE as Python's unpacking */
export function unpack(value: Value, count: number): readonly Value[] {
  const items = toArray(value);
  if (items.length > count) throw typeError(`too many values to unpack (expected ${count})`);
  if (items.length < count) throw typeError(`not enough values to unpack (expected ${count}, got ${items.length})`);
  return items;
}
