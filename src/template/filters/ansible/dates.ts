import { PyDateTime } from '../../datetime/objects.ts';
import { localFields, utcFields } from '../../datetime/calendar.ts';
import { strftime as format } from '../../datetime/strftime.ts';
import { strptime } from '../../datetime/strptime.ts';
import type { Filter } from '../../contract.ts';
import { asFloat, defined } from '../../python/operations.ts';
import { pyStr } from '../../python/print.ts';
import { Arguments, filterError } from './arguments.ts';

const toDatetime: Filter = (_context, value, args, kwargs) => {
  const bound = new Arguments('to_datetime', ['format?'], args, kwargs);
  return new PyDateTime(strptime(pyStr(defined(value)), bound.text('format', '%Y-%m-%d %H:%M:%S')));
};

const strftime: Filter = (context, value, args, kwargs) => {
  const bound = new Arguments('strftime', ['second?', 'utc?'], args, kwargs);
  const given = bound.optional('second');
  const number = typeof given === 'string' && given.trim() !== '' ? Number(given) : asFloat(given ?? null);
  if (given !== undefined && (number === undefined || Number.isNaN(number))) {
    throw filterError(`Invalid value for epoch value (${pyStr(given)})`);
  }
  const milliseconds = given === undefined ? context.env.now().getTime() : Math.floor(number as number) * 1000;
  const utc = { ...utcFields(milliseconds, 0), offset: 0, zone: 'UTC' };
  return format(pyStr(defined(value)), bound.flag('utc') ? utc : localFields(milliseconds));
};

/** Dates and times. */
export const dateFilters: Record<string, Filter> = { to_datetime: toDatetime, strftime };
