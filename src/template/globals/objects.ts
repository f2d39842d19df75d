import { Opaque, type Dict, type Value } from '../../base/value.ts';
import { typeError } from '../errors.ts';
import { Callable, GlobalFunction } from '../evaluate/callable.ts';
import { pyRepr, pyStr } from '../python/print.ts';

/** `namespace(...)`: attributes that `set` may change from inside a loop. */
export class Namespace extends Opaque {
  readonly pyType = 'Namespace';
  private readonly values: Dict;
  constructor(values: Dict) {
    super();
    this.values = values;
  }
  override getAttr(name: string): Value | undefined {
    return this.values.get(name);
  }
  getItem(key: Value): Value | undefined {
    return this.values.get(key);
  }
  setAttr(name: string, value: Value): void {
    this.values.set(name, value);
  }
  pyRepr(): string {
    return `<Namespace ${pyRepr(this.values)}>`;
  }
}

/** `cycler(a, b...)`: `next()` gives one after the other. */
export class Cycler extends Opaque {
  readonly pyType = 'Cycler';
  private readonly items: readonly Value[];
  private position = 0;
  constructor(items: readonly Value[]) {
    super();
    if (items.length === 0) throw typeError('at least one item has to be provided');
    this.items = items;
  }
  private next(): Value {
    const item = this.items[this.position];
    this.position = (this.position + 1) % this.items.length;
    return item;
  }
  override getAttr(name: string): Value | undefined {
    if (name === 'current') return this.items[this.position];
    if (name === 'next') return new GlobalFunction('next', () => this.next());
    if (name !== 'reset') return undefined;
    return new GlobalFunction('reset', () => {
      this.position = 0;
      return null;
    });
  }
}

/** `joiner(', ')`: nothing the first time it is called, then its text. */
export class Joiner extends Callable {
  readonly pyType = 'Joiner';
  private readonly separator: string;
  private used = false;
  constructor(separator: Value) {
    super();
    this.separator = pyStr(separator);
  }
  invoke(): Value {
    const text = this.used ? this.separator : '';
    this.used = true;
    return text;
  }
}
