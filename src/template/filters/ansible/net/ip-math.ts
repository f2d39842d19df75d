import type { Value } from '../../../../base/value.ts';
import { formatIpAddress } from '../../../../base/net/ip-address.ts';
import type { Filter } from '../../../contract.ts';
import { asIndex, defined } from '../../../python/operations.ts';
import { pyStr } from '../../../python/print.ts';
import { Arguments, filterError } from '../arguments.ts';
import { allOnes, bracketed, networkValue, parseIp, sizeOf } from './ip-network.ts';

function wrapped(value: Value): Value {
  const text = pyStr(value);
  const ip = parseIp(text);
  return ip?.version === 6 ? bracketed(ip, text.includes('/')) : value;
}

/** IPv6 addresses in brackets; whatever is none as it is. */
const ipwrap: Filter = (_context, value) => {
  const given = defined(value);
  return Array.isArray(given) ? given.map(wrapped) : wrapped(given);
};

const ipmath: Filter = (_context, value, args, kwargs) => {
  const amount = new Arguments('ipmath', ['amount'], args, kwargs).value('amount');
  const ip = parseIp(pyStr(defined(value)));
  if (!ip) throw filterError(`You must pass a valid IP address; ${pyStr(value)} is invalid`);
  const step = asIndex(amount);
  if (step === undefined) {
    throw filterError(`You must pass an integer for arithmetic; ${pyStr(amount)} is not a valid integer`);
  }
  const moved = ip.value + BigInt(step);
  if (moved < 0n || moved > allOnes(ip.version)) throw filterError('result outside valid IP address boundary!');
  return formatIpAddress({ version: ip.version, value: moved });
};

/** The n-th address of a network; false where it has not so many. */
const nthhost: Filter = (_context, value, args, kwargs) => {
  const query = new Arguments('nthhost', ['query?'], args, kwargs).optional('query');
  const ip = parseIp(pyStr(defined(value)));
  if (!ip || query === undefined || !/^\s*[-+]?\d+\s*$/.test(pyStr(query))) return false;
  const nth = BigInt(pyStr(query).trim());
  const size = sizeOf(ip);
  if (nth >= size || nth < -size) return false;
  return formatIpAddress({ version: ip.version, value: networkValue(ip) + (nth < 0n ? size + nth : nth) });
};

/** Filters of ansible.utils that count with addresses. */
export const ipMathFilters: Readonly<Record<string, Filter>> = { ipwrap, ipmath, nthhost };
