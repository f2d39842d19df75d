import { pyRepr } from '../python/print.ts';

type Part = number | string;

function looseParts(version: string): Part[] {
  const pieces = version.split(/(\d+|[a-z]+|\.)/).filter((piece) => piece !== '' && piece !== '.');
  return pieces.map((piece) => (/^\d+$/.test(piece) ? Number(piece) : piece));
}

/**
 * Compares as distutils' LooseVersion does: runs of digits and of small letters, one by one.
 * @throws TypeError with Python's text where a number meets text
 */
export function compareLoose(a: string, b: string): number {
  const x = looseParts(a);
  const y = looseParts(b);
  for (let i = 0; i < Math.min(x.length, y.length); i++) {
    if (x[i] === y[i]) continue;
    if (typeof x[i] === typeof y[i]) return x[i] < y[i] ? -1 : 1;
    const [left, right] = [x[i], y[i]].map((part) => (typeof part === 'number' ? 'int' : 'str'));
    throw new TypeError(`'<' not supported between instances of '${left}' and '${right}'`);
  }
  return x.length - y.length;
}

const STRICT = /^(\d+)\.(\d+)(?:\.(\d+))?(?:([ab])(\d+))?$/;

function strictKey(version: string): number[] {
  const match = STRICT.exec(version);
  if (!match) throw new RangeError(`invalid version number ${pyRepr(version)}`);
  const [, major, minor, patch, kind, number] = match;
  // A release comes after its pre-releases.
  const stage = kind === undefined ? 2 : kind === 'a' ? 0 : 1;
  return [major, minor, patch ?? 0, stage, number ?? 0].map(Number);
}

/** Compares as distutils' StrictVersion does: `1.2`, `1.2.3`, `1.2a1`. @throws RangeError for any other form */
export function compareStrict(a: string, b: string): number {
  const x = strictKey(a);
  const y = strictKey(b);
  const at = x.findIndex((number, i) => number !== y[i]);
  return at < 0 ? 0 : x[at] - y[at];
}
