import type { Value } from '../../../../base/value.ts';
import type { Filter } from '../../../contract.ts';
import { asIndex, defined, pyType, truthy } from '../../../python/operations.ts';
import { pyStr } from '../../../python/print.ts';
import { addressBits, formatIpAddress } from '../../../../base/net/ip-address.ts';
import { Arguments, filterError } from '../arguments.ts';
import { pyClass } from '../python-class.ts';
import {
  allOnes,
  bracketed,
  hostMask,
  type IpNetwork,
  isHostmask,
  isInside,
  isLoopback,
  isMulticast,
  networkValue,
  parseIp,
  sizeOf,
  within,
} from './ip-network.ts';

interface Asked {
  readonly ip: IpNetwork;
  /** Whether the text had a prefix. */
  readonly isNetwork: boolean;
  readonly value: Value;
}

type Query = (asked: Asked) => Value;

const address = (ip: IpNetwork, value = ip.value): string => formatIpAddress({ version: ip.version, value });
const cidr = (ip: IpNetwork, value = ip.value): string => `${address(ip, value)}/${ip.prefix}`;
const netmask = (ip: IpNetwork): bigint => allOnes(ip.version) ^ hostMask(ip);
const isAtNetwork = (ip: IpNetwork): boolean => ip.value === networkValue(ip);
const lastValue = (ip: IpNetwork): bigint => networkValue(ip) | hostMask(ip);
const hasBroadcast = (ip: IpNetwork): boolean => ip.version === 6 || ip.prefix < 31;
const single = (ip: IpNetwork): IpNetwork => ({ ...ip, prefix: addressBits(ip.version) });
const whole = (value: bigint): Value => (value <= Number.MAX_SAFE_INTEGER ? Number(value) : value);

const PRIVATE = [
  '10.0.0.0/8',
  '100.64.0.0/10',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '239.0.0.0/8',
  'fc00::/7',
  'fec0::/10',
  '169.254.0.0/16',
  'fe80::/10',
];

function isPublic(ip: IpNetwork): boolean {
  const host = single(ip);
  const masks = isHostmask(ip.value) || isHostmask(ip.value ^ allOnes(ip.version));
  return !isMulticast(host) && !within(host, ...PRIVATE) && !isLoopback(host) && !masks;
}

function usable(ip: IpNetwork): [bigint, bigint] {
  const [first, last] = [networkValue(ip), lastValue(ip)];
  return sizeOf(ip) === 2n ? [first, last] : [first + 1n, last - 1n];
}

/** A query that makes sense for networks only. */
function ofNetwork(compute: (ip: IpNetwork) => Value): Query {
  return ({ ip, isNetwork }) => {
    if (!isNetwork) throw filterError('Not a network address');
    return sizeOf(ip) > 1n ? compute(ip) : null;
  };
}

function neighbour(step: bigint): Query {
  return ofNetwork((ip) => {
    const [first, last] = usable(ip);
    const next = ip.value + step;
    if (next < 0n) throw filterError(`failed to detect a valid IP address from ${next}`);
    return next >= first && next <= last ? address(ip, next) : null;
  });
}

function reverseName(ip: IpNetwork): string {
  if (ip.version === 4) return `${address(ip).split('.').toReversed().join('.')}.in-addr.arpa.`;
  return `${[...ip.value.toString(16).padStart(32, '0')].toReversed().join('.')}.ip6.arpa.`;
}

const ipQuery: Query = ({ ip }) => {
  const plain = sizeOf(ip) === 1n || !isAtNetwork(ip) || !hasBroadcast(ip) || ip.version === 6;
  return plain ? address(ip) : null;
};

const addressPrefix: Query = ({ ip }) => {
  const isEdge = ip.value === networkValue(ip) || ip.value === lastValue(ip);
  return sizeOf(ip) > 2n && isEdge ? false : cidr(ip);
};

const ipv4Query: Query = ({ ip, value }) => {
  if (ip.version === 4) return value;
  const isMapped = ip.value >> 32n === 0xffffn || ip.value >> 32n === 0n;
  if (!isMapped) return false;
  return cidr({ version: 4, value: ip.value & 0xffffffffn, prefix: Math.max(0, ip.prefix - 96) });
};

const ipv6Query: Query = ({ ip, value }) => {
  return ip.version === 6 ? value : cidr({ version: 6, value: ip.value | (0xffffn << 32n), prefix: ip.prefix + 96 });
};

const host: Query = ({ ip }) => (sizeOf(ip) === 1n || !isAtNetwork(ip) || !hasBroadcast(ip) ? cidr(ip) : null);

function when(holds: (ip: IpNetwork) => boolean): Query {
  return ({ ip, value }) => (holds(ip) ? value : null);
}

const loopback = when((ip) => isLoopback(single(ip)));
const network: Query = ({ ip }) => address(ip, networkValue(ip));
const subnet: Query = ({ ip }) => cidr(ip, networkValue(ip));
const hostmask: Query = ({ ip }) => address(ip, hostMask(ip));

const QUERIES: Record<string, Query> = {
  '': ({ ip, isNetwork }) => (isNetwork ? cidr(ip) : address(ip)),
  address: ipQuery,
  'address/prefix': addressPrefix,
  bool: () => true,
  broadcast: ({ ip }) => (sizeOf(ip) > 2n ? address(ip, lastValue(ip)) : null),
  cidr: ({ ip }) => cidr(ip),
  first_usable: ofNetwork((ip) => address(ip, usable(ip)[0])),
  gateway: addressPrefix,
  gw: addressPrefix,
  host,
  'host/prefix': addressPrefix,
  hostmask,
  hostnet: addressPrefix,
  int: ({ ip, isNetwork }) => (isNetwork ? `${ip.value}/${ip.prefix}` : whole(ip.value)),
  ip: ipQuery,
  'ip/prefix': ({ ip }) => (sizeOf(ip) === 2n || (sizeOf(ip) > 1n && !isAtNetwork(ip)) ? cidr(ip) : null),
  ip_netmask: ({ ip }) => {
    const shown = sizeOf(ip) === 2n || (sizeOf(ip) > 1n && !isAtNetwork(ip));
    return shown ? `${address(ip)} ${address(ip, netmask(ip))}` : null;
  },
  ipv4: ipv4Query,
  ipv6: ipv6Query,
  last_usable: ofNetwork((ip) => address(ip, usable(ip)[1])),
  'link-local': when((ip) => within(single(ip), '169.254.0.0/16', 'fe80::/10')),
  lo: loopback,
  loopback,
  multicast: when(isMulticast),
  net: ({ ip }) => (sizeOf(ip) > 1n && isAtNetwork(ip) ? cidr(ip) : null),
  next_usable: neighbour(1n),
  netmask: ({ ip }) => address(ip, netmask(ip)),
  network,
  network_id: network,
  'network/prefix': subnet,
  network_netmask: ({ ip }) => `${address(ip, networkValue(ip))} ${address(ip, netmask(ip))}`,
  network_wildcard: ({ ip }) => `${address(ip, networkValue(ip))} ${address(ip, hostMask(ip))}`,
  prefix: ({ ip }) => ip.prefix,
  previous_usable: neighbour(-1n),
  private: when((ip) => within(ip, ...PRIVATE)),
  public: when(isPublic),
  range_usable: ofNetwork((ip) =>
    usable(ip)
      .map((value) => address(ip, value))
      .join('-'),
  ),
  revdns: ({ ip }) => reverseName(ip),
  router: addressPrefix,
  size: ({ ip }) => whole(sizeOf(ip)),
  size_usable: ({ ip }) => whole(sizeOf(ip) <= 2n ? (sizeOf(ip) - 1n) * 2n : sizeOf(ip) - 2n),
  subnet,
  type: ({ ip }) => (sizeOf(ip) === 1n || !isAtNetwork(ip) ? 'address' : 'network'),
  unicast: when((ip) => !isMulticast(ip)),
  v4: ipv4Query,
  v6: ipv6Query,
  version: ({ ip }) => ip.version,
  wildcard: hostmask,
  wrap: ({ ip, isNetwork, value }) => (ip.version === 4 ? value : bracketed(ip, isNetwork)),
};

/** A number is an IPv4 address when it fits, else an IPv6 one. */
function fromNumber(value: bigint, version: number | undefined): Asked | undefined {
  const fits4 = value <= allOnes(4) && version !== 6;
  if (value > allOnes(6)) return undefined;
  const ip: IpNetwork = fits4 ? { version: 4, value, prefix: 32 } : { version: 6, value, prefix: 128 };
  return { ip, isNetwork: false, value: cidr(ip) };
}

function read(value: Value, version: number | undefined): Asked | undefined {
  const text = pyStr(value);
  if (/^\d+$/.test(text)) return fromNumber(BigInt(text), version);
  const ip = parseIp(text);
  return ip === undefined ? undefined : { ip, isNetwork: text.includes('/'), value };
}

function nth({ ip, isNetwork }: Asked, index: number): Value {
  if (sizeOf(ip) === 1n) return isNetwork ? cidr(ip) : address(ip);
  const offset = BigInt(index);
  const value = index < 0 ? lastValue(ip) + 1n + offset : networkValue(ip) + offset;
  return value < networkValue(ip) || value > lastValue(ip) ? false : cidr(ip, value);
}

function answer(alias: string, value: Value, query: Value, version: number | undefined): Value {
  if (Array.isArray(value)) {
    return value.map((item) => answer(alias, item, pyStr(query), version)).filter((item) => truthy(item));
  }
  if (value === true || !truthy(defined(value))) return false;
  const asked = read(value, version);
  if (asked === undefined || (version !== undefined && asked.ip.version !== version)) return false;
  const name = pyStr(query);
  const index = /^-?\d+$/.test(name) ? Number(name) : asIndex(query);
  if (index !== undefined) return nth(asked, index);
  if (name in QUERIES) return QUERIES[name](asked);
  const outer = parseIp(name);
  if (outer !== undefined) return isInside(asked.ip, outer) ? asked.value : null;
  throw filterError(`${alias}: unknown filter type: ${name}`);
}

function ipFilter(alias: string, version: number | undefined): Filter {
  return (_context, value, args, kwargs) => {
    const bound = new Arguments(alias, ['query?', 'version?'], args, kwargs);
    if (!/^(?:str|int|bool|list|tuple)$/.test(pyType(defined(value)))) {
      throw filterError(`Unrecognized type <${pyClass(value)}> for ${alias} filter <value>`);
    }
    return answer(alias, defined(value), bound.optional('query') ?? '', version ?? bound.optionalInteger('version'));
  };
}

/** `ipaddr`, `ipv4`, `ipv6` of ansible.utils. */
export const ipFilters: Record<string, Filter> = {
  ipaddr: ipFilter('ipaddr', undefined),
  ipv4: ipFilter('ipv4', 4),
  ipv6: ipFilter('ipv6', 6),
};
