import { pyRepr } from '../python/print.ts';

const VERSION = new RegExp(
  [
    '^\\s*v?(?:(\\d+)!)?(\\d+(?:\\.\\d+)*)',
    '(?:[-_.]?(alpha|beta|preview|pre|a|b|c|rc)[-_.]?(\\d+)?)?',
    '(?:-(\\d+)|[-_.]?(post|rev|r)[-_.]?(\\d+)?)?',
    '(?:[-_.]?(dev)[-_.]?(\\d+)?)?',
    '(?:\\+([a-z0-9]+(?:[-_.][a-z0-9]+)*))?\\s*$',
  ].join(''),
  'i',
);

const STAGES: Record<string, number> = { a: 0, alpha: 0, b: 1, beta: 1, c: 2, rc: 2, pre: 2, preview: 2 };

interface Key {
  readonly release: number[];
  /** Pre, post and dev as numbers that compare in PEP 440's order. */
  readonly stages: number[];
  readonly local: (number | string)[] | undefined;
}

function preKey(kind: string | undefined, number: string | undefined, isDevOnly: boolean): number[] {
  if (kind !== undefined) return [STAGES[kind.toLowerCase()], Number(number ?? 0)];
  // 1.0.dev1 is before 1.0a1, and 1.0 after 1.0rc1.
  return isDevOnly ? [-1, 0] : [3, 0];
}

function parse(version: string): Key {
  const match = VERSION.exec(version);
  if (!match) throw new RangeError(`Invalid version: ${pyRepr(version)}`);
  const [, epoch, release, kind, pre, implicitPost, postWord, post, devWord, dev, local] = match;
  const hasPost = implicitPost !== undefined || postWord !== undefined;
  const postNumber = hasPost ? Number(implicitPost ?? post ?? 0) : -1;
  const devNumber = devWord === undefined ? Infinity : Number(dev ?? 0);
  const numbers = release
    .replace(/(?:\.0+)+$/, '')
    .split('.')
    .map(Number);
  return {
    release: [Number(epoch ?? 0), ...numbers],
    stages: [...preKey(kind, pre, !hasPost && devWord !== undefined), postNumber, devNumber],
    local: local
      ?.toLowerCase()
      .split(/[-_.]/)
      .map((part) => (/^\d+$/.test(part) ? Number(part) : part)),
  };
}

function compareNumbers(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const [x, y] = [a[i] ?? 0, b[i] ?? 0];
    if (x !== y) return x < y ? -1 : 1;
  }
  return 0;
}

function compareLocal(a: Key['local'], b: Key['local']): number {
  if (a === undefined || b === undefined) return Number(a !== undefined) - Number(b !== undefined);
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const [x, y] = [a[i], b[i]];
    if (x === y) continue;
    if (typeof x !== typeof y) return typeof x === 'string' ? -1 : 1;
    return x < y ? -1 : 1;
  }
  return a.length - b.length;
}

/** Compares by PEP 440 (https://peps.python.org/pep-0440/). @throws RangeError for another form */
export function comparePep440(a: string, b: string): number {
  const x = parse(a);
  const y = parse(b);
  return compareNumbers(x.release, y.release) || compareNumbers(x.stages, y.stages) || compareLocal(x.local, y.local);
}
