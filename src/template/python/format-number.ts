/** Digits of an integer for the types d, i, u, o, x, X, b; with its prefix when `alternate`. */
export function formatInteger(value: bigint, type: string, alternate = false): string {
  const bases: Record<string, [number, string]> = { o: [8, '0o'], x: [16, '0x'], X: [16, '0X'], b: [2, '0b'] };
  const [base, prefix] = bases[type] ?? [10, ''];
  const digits = (value < 0n ? -value : value).toString(base);
  return `${value < 0n ? '-' : ''}${alternate ? prefix : ''}${type === 'X' ? digits.toUpperCase() : digits}`;
}

function exponential(value: number, precision: number): string {
  return value.toExponential(precision).replace(/e([+-])(\d)$/, 'e$10$2');
}

function general(value: number, precision: number, alternate: boolean): string {
  const digits = precision === 0 ? 1 : precision;
  const exponent = value === 0 ? 0 : Number(value.toExponential(digits - 1).split('e')[1]);
  const fixed = exponent >= -4 && exponent < digits;
  const text = fixed ? fixedDigits(value, digits - 1 - exponent) : exponential(value, digits - 1);
  if (alternate || !text.includes('.')) return text;
  return text.replace(/\.?0+(e|$)/, '$1');
}

/** `toFixed` for every size; JavaScript's own turns to exponents from 1e21 on. */
function fixedDigits(value: number, precision: number): string {
  if (value < 1e21) return value.toFixed(precision);
  return precision === 0 ? BigInt(value).toString() : `${BigInt(value)}.${'0'.repeat(precision)}`;
}

/** A float that is not negative, for the types e, E, f, F, g, G. */
export function formatFloat(value: number, type: string, precision: number, alternate = false): string {
  const upper = type !== type.toLowerCase();
  let text: string;
  if (!Number.isFinite(value)) text = Number.isNaN(value) ? 'nan' : 'inf';
  else if (type === 'e' || type === 'E') text = exponential(value, precision);
  else if (type === 'g' || type === 'G') text = general(value, precision, alternate);
  else text = fixedDigits(value, precision);
  return upper ? text.toUpperCase() : text;
}
