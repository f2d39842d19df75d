/** The types that YAML 1.1 gives to plain (unquoted) scalars. */
export type ScalarType = 'bool' | 'float' | 'int' | 'merge' | 'null' | 'timestamp' | 'value' | 'indicator' | 'str';

const NUMBER_START = /^[-+0-9.]/;

const RULES: readonly [ScalarType, RegExp][] = [
  ['bool', /^(?:yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF)$/],
  ['null', /^(?:~|null|Null|NULL|)$/],
  ['merge', /^<<$/],
  ['value', /^=$/],
  ['indicator', /^[!&*]$/],
];

const NUMBER_RULES: readonly [ScalarType, RegExp][] = [
  ['int', /^[-+]?(?:0b[01_]+|0[0-7_]+|0|[1-9][0-9_]*|0x[0-9a-fA-F_]+|[1-9][0-9_]*(?::[0-5]?[0-9])+)$/],
  ['float', /^[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?$/],
  ['float', /^\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?$/],
  ['float', /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*$/],
  ['float', /^(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/],
  ['timestamp', /^\d{4}-\d\d-\d\d$/],
  ['timestamp', /^\d{4}-\d\d?-\d\d?(?:[Tt]|[ \t]+)\d\d?:\d\d:\d\d(?:\.\d*)?(?:[ \t]*(?:Z|[-+]\d\d?(?::\d\d)?))?$/],
];

/** The type of a plain scalar as PyYAML resolves it (https://yaml.org/type/, YAML 1.1; floats need a dot). */
export function scalarType(text: string): ScalarType {
  const rules = NUMBER_START.test(text) ? NUMBER_RULES : RULES;
  return rules.find(([, regex]) => regex.test(text))?.[0] ?? 'str';
}

function sexagesimal(text: string): number {
  return text.split(':').reduce((total, part) => total * 60 + Number(part), 0);
}

/** The value of a plain scalar of type `int`. */
export function scalarInteger(text: string): number | bigint {
  const plain = text.replaceAll('_', '');
  const negative = plain.startsWith('-');
  const digits = plain.replace(/^[-+]/, '');
  let magnitude: bigint;
  if (digits.includes(':')) magnitude = BigInt(sexagesimal(digits));
  else if (/^0[0-7]/.test(digits)) magnitude = BigInt(`0o${digits.slice(1)}`);
  else magnitude = BigInt(digits);
  const value = negative ? -magnitude : magnitude;
  return Number.isSafeInteger(Number(value)) ? Number(value) : value;
}

/** The number of a plain scalar of type `float`. */
export function scalarFloat(text: string): number {
  const plain = text.replaceAll('_', '').toLowerCase();
  const sign = plain.startsWith('-') ? -1 : 1;
  const digits = plain.replace(/^[-+]/, '');
  if (digits === '.inf') return sign * Infinity;
  if (digits === '.nan') return NaN;
  return sign * (digits.includes(':') ? sexagesimal(digits) : Number(digits));
}
