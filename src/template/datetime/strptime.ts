import { ToaError } from '../../base/errors.ts';
import { pyRepr } from '../python/print.ts';
import { DAYS, MONTHS, type Fields } from './calendar.ts';

const choice = (names: readonly string[]): string => `(${names.join('|')})`;
const short = (names: readonly string[]): string[] => names.map((name) => name.slice(0, 3));

const PATTERNS: Record<string, string> = {
  a: choice(short(DAYS)),
  A: choice(DAYS),
  b: choice(short(MONTHS)),
  B: choice(MONTHS),
  d: '(3[01]|[12]\\d|0[1-9]|[1-9]| [1-9])',
  f: '(\\d{1,6})',
  H: '(2[0-3]|[01]\\d|\\d)',
  I: '(1[0-2]|0[1-9]|[1-9])',
  j: '(36[0-6]|3[0-5]\\d|[12]\\d\\d|0[1-9]\\d|00[1-9]|[1-9]\\d|0[1-9]|[1-9])',
  m: '(1[0-2]|0[1-9]|[1-9])',
  M: '([0-5]\\d|\\d)',
  p: '(am|pm)',
  S: '(6[01]|[0-5]\\d|\\d)',
  u: '([1-7])',
  U: '(5[0-3]|[0-4]\\d|\\d)',
  w: '([0-6])',
  W: '(5[0-3]|[0-4]\\d|\\d)',
  y: '(\\d\\d)',
  Y: '(\\d{4})',
  z: '([+-]\\d\\d:?[0-5]\\d(?::?[0-5]\\d(?:\\.\\d{1,6})?)?|Z)',
  Z: '(UTC|GMT)',
};
const COMPOSED: Record<string, string> = {
  c: '%a %b %d %H:%M:%S %Y',
  D: '%m/%d/%y',
  T: '%H:%M:%S',
  R: '%H:%M',
  F: '%Y-%m-%d',
  x: '%m/%d/%y',
  X: '%H:%M:%S',
};

function compile(format: string): { regex: RegExp; letters: string[] } {
  const letters: string[] = [];
  const expanded = format.replace(/%([cDTRFxX])/g, (_, letter: string) => COMPOSED[letter]);
  const source = expanded.replace(/%(.?)|(\s+)|([^%\s]+)/g, (_, letter?: string, space?: string, text?: string) => {
    if (space !== undefined) return '\\s+';
    if (text !== undefined) return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
    if (letter === '%') return '%';
    if (letter === undefined || !(letter in PATTERNS)) {
      const fault = letter ? `'${letter}' is a bad directive in format '${format}'` : `stray % in format '${format}'`;
      throw new ToaError('E_FILTER_ARGS', fault);
    }
    letters.push(letter);
    return PATTERNS[letter];
  });
  return { regex: new RegExp(`^${source}`, 'i'), letters };
}

function nameIndex(names: readonly string[], text: string): number {
  return names.findIndex((name) => name.slice(0, 3).toLowerCase() === text.slice(0, 3).toLowerCase());
}

function zoneOffset(text: string): number {
  if (/^z$/i.test(text)) return 0;
  const match = /^([+-])(\d\d):?(\d\d)/.exec(text) as RegExpExecArray;
  return (match[1] === '-' ? -1 : 1) * (Number(match[2]) * 60 + Number(match[3]));
}

function fieldOf(letter: string, text: string): Partial<Record<keyof Fields | 'pm' | 'yday', number>> {
  const number = Number(text);
  switch (letter) {
    case 'b':
    case 'B':
      return { month: nameIndex(MONTHS, text) + 1 };
    case 'd':
      return { day: number };
    case 'f':
      return { microsecond: Number(text.padEnd(6, '0')) };
    case 'H':
    case 'I':
      return { hour: number };
    case 'j':
      return { yday: number };
    case 'm':
      return { month: number };
    case 'M':
      return { minute: number };
    case 'p':
      return { pm: text.toLowerCase() === 'pm' ? 1 : 0 };
    case 'S':
      return { second: number };
    case 'y':
      return { year: number + (number <= 68 ? 2000 : 1900) };
    case 'Y':
      return { year: number };
    case 'z':
      return { offset: zoneOffset(text) };
    default:
      return {};
  }
}

/**
 * Reads a date and time by a format of Python's `datetime.strptime` (English names).
 * @throws ToaError E_FILTER_ARGS with Python's text when it does not fit
 */
export function strptime(text: string, format: string): Fields {
  const { regex, letters } = compile(format);
  const match = regex.exec(text);
  if (!match) {
    throw new ToaError('E_FILTER_ARGS', `time data ${pyRepr(text)} does not match format ${pyRepr(format)}`);
  }
  if (match[0].length < text.length) {
    throw new ToaError('E_FILTER_ARGS', `unconverted data remains: ${text.slice(match[0].length)}`);
  }
  const found = Object.assign({}, ...letters.map((letter, i) => fieldOf(letter, match[i + 1])));
  const { pm, yday, ...given } = found;
  if (pm !== undefined) given.hour = ((given.hour ?? 0) % 12) + pm * 12;
  const fields = { year: 1900, month: 1, day: 1, hour: 0, minute: 0, second: 0, microsecond: 0, ...given };
  return checked(yday === undefined ? fields : withDayOfYear(fields, yday));
}

function withDayOfYear(fields: Fields, yday: number): Fields {
  const date = new Date(Date.UTC(fields.year, 0, yday));
  return { ...fields, month: date.getUTCMonth() + 1, day: date.getUTCDate() };
}

function checked(fields: Fields): Fields {
  const days = new Date(Date.UTC(fields.year, fields.month, 0)).getUTCDate();
  if (fields.day > days) throw new ToaError('E_FILTER_ARGS', 'day is out of range for month');
  return fields;
}
