import { float, PyFloat, type Value } from '../../../base/value.ts';
import type { Filter } from '../../contract.ts';
import { asFloat, defined, pyType } from '../../python/operations.ts';
import { pyStr } from '../../python/print.ts';
import { Arguments, filterError } from './arguments.ts';

const UNITS: readonly [string, number][] = ['Y', 'Z', 'E', 'P', 'T', 'G', 'M', 'K', 'B'].map((unit, index) => [
  unit,
  2 ** (10 * (8 - index)),
]);

function numeric(filter: string, value: Value): number {
  const number = asFloat(defined(value));
  if (number === undefined)
    throw filterError(`${filter}() can only be used on numbers: must be real number, not ${pyType(value)}`);
  return number;
}

const log: Filter = (_context, value, args, kwargs) => {
  const bound = new Arguments('logarithm', ['base?'], args, kwargs);
  const x = numeric('log', value);
  if (x <= 0) throw filterError('math domain error');
  if (!bound.has('base')) return float(Math.log(x));
  const base = numeric('log', bound.value('base'));
  if (base === 10) return float(Math.log10(x));
  if (base === 1) throw filterError('float division by zero');
  return float(Math.log(x) / Math.log(base));
};

const pow: Filter = (_context, value, args, kwargs) => {
  const bound = new Arguments('power', ['y'], args, kwargs);
  return float(numeric('pow', value) ** numeric('pow', bound.value('y')));
};

const root: Filter = (_context, value, args, kwargs) => {
  const bound = new Arguments('inversepower', ['base?'], args, kwargs);
  const base = bound.has('base') ? numeric('root', bound.value('base')) : 2;
  const x = numeric('root', value);
  if (base === 2 && x < 0) throw filterError('root() can only be used on numbers: math domain error');
  return float(base === 2 ? Math.sqrt(x) : x ** (1 / base));
};

const humanReadable: Filter = (_context, value, args, kwargs) => {
  const bound = new Arguments('human_readable', ['isbits?', 'unit?'], args, kwargs);
  const size = asFloat(defined(value));
  if (size === undefined) {
    const types = `'${pyType(value)}' and 'int'`;
    throw filterError(`human_readable() failed on bad input: '>=' not supported between instances of ${types}`);
  }
  const wanted = bound.optional('unit');
  const unit = wanted === undefined ? undefined : pyStr(wanted).toUpperCase();
  const [suffix, limit] = UNITS.find(([name, least]) => (unit === undefined ? size >= least : unit === name)) ?? [
    'B',
    1,
  ];
  const base = bound.flag('isbits') ? 'bits' : 'Bytes';
  return `${fixed2(size / limit)} ${limit === 1 ? base : suffix + base[0]}`;
};

/** `%.2f`: exact halves go to the even digit, as in C. */
function fixed2(value: number): string {
  const scaled = value * 100;
  const isTie = Number.isInteger(scaled * 2) && !Number.isInteger(scaled) && scaled / 100 === value;
  if (!isTie) return value.toFixed(2);
  const floor = Math.floor(scaled);
  return ((floor % 2 === 0 ? floor : floor + 1) / 100).toFixed(2);
}

/** Python's round(): halves to even. */
function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  if (value - floor !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}

const humanToBytes: Filter = (_context, value, args, kwargs) => {
  const bound = new Arguments('human_to_bytes', ['default_unit?', 'isbits?'], args, kwargs);
  const text = pyStr(defined(value));
  const fail = (): never => {
    throw filterError(`human_to_bytes() can't interpret following string: ${text}`);
  };
  const match = /^\s*(\d*\.?\d*)\s*([A-Za-z]+)?/.exec(text);
  if (!match || !/\d/.test(match[1])) return fail();
  const number = Number(match[1]);
  const unit = match[2] ?? (bound.has('default_unit') ? bound.text('default_unit') : undefined);
  if (unit === undefined || unit === '') return roundHalfEven(number);
  const limit = UNITS.find(([name]) => name === unit[0].toUpperCase())?.[1];
  if (limit === undefined) return fail();
  const [unitClass, unitName] = bound.flag('isbits') ? ['b', 'bit'] : ['B', 'byte'];
  if (unit.length > 1 && !unit.toLowerCase().includes(unitName) && unit[1] !== unitClass) return fail();
  return integer(roundHalfEven(number * limit));
};

function integer(value: number): number | bigint {
  return Number.isSafeInteger(value) ? value : BigInt(value);
}

export function isNan(value: Value): boolean {
  return Number.isNaN(value instanceof PyFloat ? value.value : value);
}

/** Ansible's mathstuff: numbers and sizes. */
export const mathFilters: Record<string, Filter> = {
  log,
  pow,
  root,
  human_readable: humanReadable,
  human_to_bytes: humanToBytes,
};
