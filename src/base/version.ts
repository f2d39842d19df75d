/**
 * Ordering of package versions and kernel releases. semver cannot do it: it puts 5.10.0-28-amd64 before
 * 5.10.0-9-amd64. Each function gives a number below, equal to or above zero, as `Array.sort` wants.
 */

function compareNumbers(a: string, b: string): number {
  const x = a.replace(/^0+/, '');
  const y = b.replace(/^0+/, '');
  if (x.length !== y.length) return x.length - y.length;
  return x === y ? 0 : x < y ? -1 : 1;
}

/** Debian's order of characters outside numbers: `~`, then the end, then letters, then the rest (deb-version(7)). */
function debianOrder(character: string | undefined): number {
  if (character === undefined || /\d/.test(character)) return 0;
  if (character === '~') return -1;
  return /[A-Za-z]/.test(character) ? character.charCodeAt(0) : character.charCodeAt(0) + 256;
}

function compareDebianPart(a: string, b: string): number {
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    while ((i < a.length && !/\d/.test(a[i])) || (j < b.length && !/\d/.test(b[j]))) {
      const difference = debianOrder(a[i]) - debianOrder(b[j]);
      if (difference !== 0) return difference;
      i++;
      j++;
    }
    const x = /^\d*/.exec(a.slice(i))?.[0] ?? '';
    const y = /^\d*/.exec(b.slice(j))?.[0] ?? '';
    const difference = compareNumbers(x, y);
    if (difference !== 0) return difference;
    i += x.length;
    j += y.length;
  }
  return 0;
}

function debianParts(version: string): { epoch: string; upstream: string; revision: string } {
  const colon = version.indexOf(':');
  const rest = version.slice(colon + 1);
  const dash = rest.lastIndexOf('-');
  return {
    epoch: colon < 0 ? '0' : version.slice(0, colon),
    upstream: dash < 0 ? rest : rest.slice(0, dash),
    revision: dash < 0 ? '' : rest.slice(dash + 1),
  };
}

/** Compares as `dpkg --compare-versions` does (deb-version(7)). */
export function compareDebian(a: string, b: string): number {
  const x = debianParts(a);
  const y = debianParts(b);
  return (
    compareNumbers(x.epoch, y.epoch) ||
    compareDebianPart(x.upstream, y.upstream) ||
    compareDebianPart(x.revision, y.revision)
  );
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

/** Compares two versions or two releases as rpm's rpmvercmp does (rpm, docs/manual/dependencies.md and rpmvercmp). */
export function compareRpm(a: string, b: string): number {
  const x = rpmPieces(a);
  const y = rpmPieces(b);
  for (let i = 0; i < Math.max(x.length, y.length); i++) {
    const difference = compareRpmPiece(x[i], y[i]);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Compares `uname -r` texts of one distribution: rpm's order serves all of them (5.10.0-9 before 5.10.0-28). */
export function compareKernelRelease(a: string, b: string): number {
  return compareRpm(a, b);
}
