/** A moment or day by its fields, without a time zone unless `offset` says one. */
export interface Fields {
  readonly year: number;
  /** 1 to 12 */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly microsecond: number;
  /** Minutes east of UTC. */
  readonly offset?: number;
  /** The zone's name, for `%Z`. */
  readonly zone?: string;
}

export const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];
export const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];

const DAY_MS = 86_400_000;

/** Milliseconds since 1970 of the fields as if they were UTC; microseconds below a millisecond are not in it. */
export function utcMilliseconds(fields: Fields): number {
  const date = new Date(0);
  date.setUTCFullYear(fields.year, fields.month - 1, fields.day);
  date.setUTCHours(fields.hour, fields.minute, fields.second, Math.floor(fields.microsecond / 1000));
  return date.getTime();
}

/** The fields of a moment, in UTC. */
export function utcFields(milliseconds: number, microsecond: number): Fields {
  const date = new Date(milliseconds);
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
    microsecond,
  };
}

/** The fields of a moment in the controller's time zone. */
export function localFields(milliseconds: number): Fields {
  const date = new Date(milliseconds);
  const offset = -date.getTimezoneOffset();
  const fields = utcFields(milliseconds + offset * 60_000, (((milliseconds % 1000) + 1000) % 1000) * 1000);
  const parts = new Intl.DateTimeFormat('en', { timeZoneName: 'short' }).formatToParts(date);
  return { ...fields, offset, zone: parts.find((part) => part.type === 'timeZoneName')?.value ?? '' };
}

/** 0 is Sunday. */
export function weekday(fields: Fields): number {
  return new Date(utcMilliseconds(fields)).getUTCDay();
}

/** 1 is the first of January. */
export function dayOfYear(fields: Fields): number {
  const start = utcMilliseconds({ ...fields, month: 1, day: 1 });
  return Math.round((utcMilliseconds(fields) - start) / DAY_MS) + 1;
}

/** Year and week of ISO 8601. */
export function isoWeek(fields: Fields): [number, number] {
  const midnight = utcMilliseconds({ ...fields, hour: 0, minute: 0, second: 0, microsecond: 0 });
  const isoDay = weekday(fields) || 7;
  const thursday = new Date(midnight + (4 - isoDay) * DAY_MS);
  const year = thursday.getUTCFullYear();
  const start = utcMilliseconds({ ...fields, year, month: 1, day: 1, hour: 0, minute: 0, second: 0, microsecond: 0 });
  return [year, Math.floor((thursday.getTime() - start) / DAY_MS / 7) + 1];
}
