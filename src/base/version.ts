/**
 * Ordering of versions and kernel releases. semver cannot do it: it puts 5.10.0-28-amd64 before 5.10.0-9-amd64. Gives a
 * number below, equal to or above zero, as `Array.sort` wants.
 */

function compareNumbers(a: string, b: string): number {
  const x = a.replace(/^0+/, '');
  const y = b.replace(/^0+/, '');
  if (x.length !== y.length) return x.length - y.length;
  return x === y ? 0 : x < y ? -1 : 1;
}

/** The pieces that rpm compares: runs of digits, runs of letters, and the signs `~` and `^`. */
function rpmPieces(version: string): string[] {
  return version.match(/\d+|[A-Za-z]+|[~^]/g) ?? [];
}

function compareRpmPiece(x: string | undefined, y: string | undefined): number {
  if (x === y) return 0;
  if (x === '~' || y === '~') return x === '~' ? -1 : 1;
  if (x === '^' || y === '^') {
    if (x === '^') return y === undefined ? 1 : -1;
    return x === undefined ? -1 : 1;
  }
  if (x === undefined || y === undefined) return x === undefined ? -1 : 1;
  const xDigit = /\d/.test(x);
  if (xDigit !== /\d/.test(y)) return xDigit ? 1 : -1;
  return xDigit ? compareNumbers(x, y) : x < y ? -1 : 1;
}

/**
 * Compares two versions or two releases as rpm's rpmvercmp does (rpm, docs/manual/dependencies.md and rpmvercmp); it serves
 * `uname -r` of all distributions.
 */
export function compareRpm(a: string, b: string): number {
  const x = rpmPieces(a);
  const y = rpmPieces(b);
  for (let i = 0; i < Math.max(x.length, y.length); i++) {
    const difference = compareRpmPiece(x[i], y[i]);
    if (difference !== 0) return difference;
  }
  return 0;
}
