const IDENTIFIER = '(?:0|[1-9]\\d*|\\d*[a-zA-Z-][0-9a-zA-Z-]*)';
const SEMVER = new RegExp(
  `^(0|[1-9]\\d*)\\.(0|[1-9]\\d*)\\.(0|[1-9]\\d*)(?:-(${IDENTIFIER}(?:\\.${IDENTIFIER})*))?(?:\\+([0-9a-zA-Z-]+(?:\\.[0-9a-zA-Z-]+)*))?$`,
);

function parse(version: string): { core: number[]; pre: string[] } {
  const match = SEMVER.exec(version);
  if (!match) throw new RangeError(`invalid semantic version '${version}'`);
  return { core: match.slice(1, 4).map(Number), pre: match[4]?.split('.') ?? [] };
}

function compareIdentifiers(a: string, b: string): number {
  if (a === b) return 0;
  const aNumber = /^\d+$/.test(a);
  if (aNumber !== /^\d+$/.test(b)) return aNumber ? -1 : 1;
  if (aNumber) return Number(a) - Number(b);
  return a < b ? -1 : 1;
}

/** Compares by Semantic Versioning 2.0.0, section 11 (build metadata is ignored). @throws RangeError for another form */
export function compareSemantic(a: string, b: string): number {
  const x = parse(a);
  const y = parse(b);
  const at = x.core.findIndex((number, i) => number !== y.core[i]);
  if (at >= 0) return x.core[at] - y.core[at];
  if (x.pre.length === 0 || y.pre.length === 0) return y.pre.length - x.pre.length;
  for (let i = 0; i < Math.min(x.pre.length, y.pre.length); i++) {
    const order = compareIdentifiers(x.pre[i], y.pre[i]);
    if (order !== 0) return order;
  }
  return x.pre.length - y.pre.length;
}
