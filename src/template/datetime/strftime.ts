import { DAYS, MONTHS, dayOfYear, isoWeek, utcMilliseconds, weekday, type Fields } from './calendar.ts';

const two = (value: number): string => String(value).padStart(2, '0');
const blank = (value: number): string => String(value).padStart(2, ' ');
const hour12 = (fields: Fields): number => fields.hour % 12 || 12;

function offsetText(fields: Fields): string {
  if (fields.offset === undefined) return '';
  const minutes = Math.abs(fields.offset);
  return `${fields.offset < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}${two(minutes % 60)}`;
}

function epoch(fields: Fields): number {
  const offset = fields.offset ?? -new Date(utcMilliseconds(fields)).getTimezoneOffset();
  return Math.floor(utcMilliseconds(fields) / 1000) - offset * 60;
}

const COMPOSED: Record<string, string> = {
  c: '%a %b %e %H:%M:%S %Y',
  D: '%m/%d/%y',
  F: '%Y-%m-%d',
  r: '%I:%M:%S %p',
  R: '%H:%M',
  T: '%H:%M:%S',
  x: '%m/%d/%y',
  X: '%H:%M:%S',
  h: '%b',
};

const DIRECTIVES: Record<string, (fields: Fields) => string> = {
  a: (f) => DAYS[weekday(f)].slice(0, 3),
  A: (f) => DAYS[weekday(f)],
  b: (f) => MONTHS[f.month - 1].slice(0, 3),
  B: (f) => MONTHS[f.month - 1],
  C: (f) => two(Math.floor(f.year / 100)),
  d: (f) => two(f.day),
  e: (f) => blank(f.day),
  f: (f) => String(f.microsecond).padStart(6, '0'),
  G: (f) => String(isoWeek(f)[0]),
  g: (f) => two(isoWeek(f)[0] % 100),
  H: (f) => two(f.hour),
  I: (f) => two(hour12(f)),
  j: (f) => String(dayOfYear(f)).padStart(3, '0'),
  k: (f) => blank(f.hour),
  l: (f) => blank(hour12(f)),
  m: (f) => two(f.month),
  M: (f) => two(f.minute),
  n: () => '\n',
  p: (f) => (f.hour < 12 ? 'AM' : 'PM'),
  P: (f) => (f.hour < 12 ? 'am' : 'pm'),
  s: (f) => String(epoch(f)),
  S: (f) => two(f.second),
  t: () => '\t',
  u: (f) => String(weekday(f) || 7),
  U: (f) => two(Math.floor((dayOfYear(f) + 6 - weekday(f)) / 7)),
  V: (f) => two(isoWeek(f)[1]),
  w: (f) => String(weekday(f)),
  W: (f) => two(Math.floor((dayOfYear(f) + 6 - ((weekday(f) + 6) % 7)) / 7)),
  y: (f) => two(f.year % 100),
  Y: (f) => String(f.year),
  z: offsetText,
  Z: (f) => f.zone ?? '',
  '%': () => '%',
};

/** Formats as C's strftime in the C locale; glibc's `%-d` (no padding) and `%_d` (blanks) too. Unknown ones stay. */
export function strftime(format: string, fields: Fields): string {
  return format.replace(/%([-_^#0]?)([A-Za-z%])/g, (whole, flag: string, letter: string) => {
    const composed = COMPOSED[letter];
    const text = composed === undefined ? DIRECTIVES[letter]?.(fields) : strftime(composed, fields);
    if (text === undefined) return whole;
    if (flag === '-') return text.replace(/^[0 ]+(?=.)/, '');
    if (flag === '_') return text.replace(/^0+(?=.)/, (zeros) => ' '.repeat(zeros.length));
    if (flag === '0') return text.replace(/^ +/, (blanks) => '0'.repeat(blanks.length));
    return flag === '^' ? text.toUpperCase() : text;
  });
}
