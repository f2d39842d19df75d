import type { Value } from '../../../base/value.ts';
import type { CallContext, Filter } from '../../contract.ts';
import { typeError } from '../../errors.ts';
import { pyStr } from '../../python/print.ts';
import { iterate, truthy } from '../../python/types.ts';
import { attributeGetter } from './attribute.ts';

/** `map('filter', args...)` or `map(attribute='a.b', default=...)`. */
const map: Filter = (context, value, args, kwargs) => {
  const items = itemsOf(value);
  const attribute = kwargs.get('attribute');
  if (args.length === 0 && attribute !== undefined) {
    return Array.from(items, attributeGetter(attribute, kwargs.get('default')));
  }
  const [name, ...rest] = args;
  if (name === undefined) throw typeError('map requires a filter argument');
  const filter = pyStr(name);
  return Array.from(items, (item) => context.filter(filter, item, rest, kwargs));
};

/** As Jinja2 has it, anything false (0, none, false) has no items. */
function itemsOf(value: Value): Iterable<Value> {
  return truthy(value) ? iterate(value) : [];
}

type Wanted = (item: Value) => boolean;

function tester(context: CallContext, args: Value[], kwargs: Map<string, Value>): Wanted {
  const [name, ...rest] = args;
  if (name === undefined) return truthy;
  const test = pyStr(name);
  return (item) => context.test(test, item, rest, kwargs);
}

/** `select(test, args...)` keeps, `reject` drops what passes the test; without a test, what is true. */
function choosing(keep: boolean): Filter {
  return (context, value, args, kwargs) => {
    const passes = tester(context, args, kwargs);
    return Array.from(itemsOf(value)).filter((item) => passes(item) === keep);
  };
}

/** `selectattr(attribute, test, args...)` and `rejectattr`. */
function choosingByAttribute(keep: boolean): Filter {
  return (context, value, args, kwargs) => {
    const [attribute, ...rest] = args;
    if (attribute === undefined) throw typeError('Missing parameter for attribute name');
    const get = attributeGetter(attribute);
    const passes = tester(context, rest, kwargs);
    return Array.from(itemsOf(value)).filter((item) => passes(get(item)) === keep);
  };
}

export const selectFilters: Record<string, Filter> = {
  map,
  reject: choosing(false),
  rejectattr: choosingByAttribute(false),
  select: choosing(true),
  selectattr: choosingByAttribute(true),
};
