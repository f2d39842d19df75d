import { Undefined, type Value } from '../../../base/value.ts';
import { raiseUndefined, typeError } from '../../errors.ts';
import { pyStr } from '../../python/print.ts';
import { asIndex, pyType, truthy } from '../../python/types.ts';

type Kwargs = ReadonlyMap<string, Value>;

/** Reads the arguments of one call of a filter, by place or by name. */
export class FilterArguments {
  private readonly args: readonly Value[];
  private readonly kwargs: Kwargs;
  constructor(args: readonly Value[], kwargs: Kwargs) {
    this.args = args;
    this.kwargs = kwargs;
  }

  /** The argument, undefined when it is not given. @throws ToaError E_TEMPLATE_UNDEFINED */
  value(place: number, name: string): Value | undefined {
    const value = this.args[place] ?? this.kwargs.get(name);
    if (value instanceof Undefined) raiseUndefined(value);
    return value;
  }

  flag(place: number, name: string, otherwise: boolean): boolean {
    const value = this.value(place, name);
    return value === undefined ? otherwise : truthy(value);
  }

  text(place: number, name: string, otherwise: string): string {
    const value = this.value(place, name);
    return value === undefined ? otherwise : pyStr(value);
  }

  /** @throws ToaError E_TEMPLATE_TYPE when it is no integer */
  integer(place: number, name: string, otherwise: number): number {
    const value = this.value(place, name);
    if (value === undefined || value === null) return otherwise;
    const index = asIndex(value);
    if (index === undefined) throw typeError(`'${pyType(value)}' object cannot be interpreted as an integer`);
    return index;
  }
}
