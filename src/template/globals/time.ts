import type { Value } from '../../base/value.ts';
import type { CallContext } from '../contract.ts';
import { localFields, utcFields } from '../datetime/calendar.ts';
import { PyDateTime } from '../datetime/objects.ts';
import { strftime } from '../datetime/strftime.ts';
import { pyStr } from '../python/print.ts';
import { truthy } from '../python/types.ts';

/** `now(utc=false, fmt=none)`: a datetime without a zone, or its text when there is a format. */
export function nowGlobal(args: Value[], kwargs: Map<string, Value>, context: CallContext): Value {
  const milliseconds = context.env.now().getTime();
  const utc = truthy(args[0] ?? kwargs.get('utc') ?? false);
  const { offset: _zone, ...fields } = utc ? utcFields(milliseconds, 0) : localFields(milliseconds);
  const microsecond = (((milliseconds % 1000) + 1000) % 1000) * 1000;
  const naive = { ...fields, microsecond, offset: undefined };
  const format = args[1] ?? kwargs.get('fmt') ?? null;
  return format === null || format === '' ? new PyDateTime(naive) : strftime(pyStr(format), naive);
}
