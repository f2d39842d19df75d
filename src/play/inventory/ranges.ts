import { ToaError } from '../../base/errors.ts';
import { tryAddress, type Address } from './address.ts';

const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';
/** More hosts than this from one line is a slip of the pen, not a fleet. */
const MAX_HOSTS = 1_000_000;

function fail(message: string, text: string): never {
  throw new ToaError('E_INVENTORY_RANGE', `${message}: ${text}`, {
    remedy: 'write a range as [begin:end] or [begin:end:step], e.g. web[01:20], db-[a:c], rack[1:9:2]',
  });
}

function integer(text: string, whole: string): number {
  const trimmed = text.trim();
  if (!/^[-+]?\d+$/.test(trimmed)) fail(`'${text}' is not a number in a host range`, whole);
  return Number(trimmed);
}

function letters(begin: string, end: string, step: number, whole: string): string[] | undefined {
  const from = LETTERS.indexOf(begin);
  const to = LETTERS.indexOf(end);
  if (begin.length !== 1 || end.length !== 1 || from < 0 || to < 0) return undefined;
  if (from > to) fail('host range must have begin <= end', whole);
  return LETTERS.slice(from, to + 1)
    .split('')
    .filter((_, i) => i % step === 0);
}

function sequence(range: string, whole: string): string[] {
  const bounds = range.split(':');
  if (bounds.length !== 2 && bounds.length !== 3) fail('host range must be begin:end or begin:end:step', whole);
  const begin = bounds[0] || '0';
  const end = bounds[1];
  if (!end) fail('host range must specify end value', whole);
  const isPadded = begin.startsWith('0') && begin.length > 1;
  if (isPadded && begin.length !== end.length) {
    fail('host range must specify equal-length begin and end formats', whole);
  }
  const step = bounds.length === 3 ? integer(bounds[2], whole) : 1;
  if (step < 1) fail('the step of a host range must be 1 or more', whole);
  const named = letters(begin, end, step, whole);
  if (named) return named;
  const [from, to] = [integer(begin, whole), integer(end, whole)];
  if ((to - from) / step > MAX_HOSTS) fail('this host range is too large', whole);
  const out: string[] = [];
  for (let n = from; n <= to; n += step) out.push(isPadded ? String(n).padStart(begin.length, '0') : String(n));
  return out;
}

/**
 * The names that a host pattern with ranges stands for: `web[01:03]`, `db-[a:c]`, `r[1:2]n[1:9:2]`; the name itself
 * when there is no range. The first range varies slowest.
 * @throws ToaError E_INVENTORY_RANGE
 */
function expandRanges(pattern: string): string[] {
  const open = pattern.indexOf('[');
  if (open < 0) return [pattern];
  const close = pattern.indexOf(']');
  if (close < open) fail('a host range is not closed', pattern);
  const head = pattern.slice(0, open);
  const tails = expandRanges(pattern.slice(close + 1));
  const middles = sequence(pattern.slice(open + 1, close), pattern);
  if (middles.length * tails.length > MAX_HOSTS) fail('this host range is too large', pattern);
  return middles.flatMap((middle) => tails.map((tail) => head + middle + tail));
}

/** The hosts and the port of an entry such as `web[1:3].lan:2222`. What is no address is taken as a name. */
export function expandHosts(pattern: string): { hosts: string[]; port?: number } {
  const address: Address = tryAddress(pattern) ?? { host: pattern };
  return { hosts: expandRanges(address.host), port: address.port };
}
