import { isIPv4, isIPv6 } from 'node:net';

/** An address with the network it lies in; as `192.168.0.5/24`. */
export interface IpNetwork {
  readonly version: 4 | 6;
  readonly value: bigint;
  readonly prefix: number;
}

export function width(version: 4 | 6): number {
  return version === 4 ? 32 : 128;
}

/** As many ones as there are bits in an address. */
export function allOnes(version: 4 | 6): bigint {
  return (1n << BigInt(width(version))) - 1n;
}

function parseIpv4(text: string): bigint {
  return text.split('.').reduce((value, part) => value * 256n + BigInt(part), 0n);
}

function groupsOf(text: string): bigint[] {
  if (text === '') return [];
  return text.split(':').flatMap((group) => {
    if (!group.includes('.')) return [BigInt(`0x${group}`)];
    const value = parseIpv4(group);
    return [value >> 16n, value & 0xffffn];
  });
}

function parseIpv6(text: string): bigint {
  const [head, tail] = text.split('::').map(groupsOf);
  const middle = tail === undefined ? [] : Array<bigint>(8 - head.length - tail.length).fill(0n);
  return [...head, ...middle, ...(tail ?? [])].reduce((value, group) => value * 65536n + group, 0n);
}

/** The prefix length of a netmask or hostmask; undefined when the ones are not together. */
function maskPrefix(mask: bigint): number | undefined {
  const isHostmask = (mask & (mask + 1n)) === 0n;
  const host = isHostmask && mask !== 0n && mask !== allOnes(4) ? mask : mask ^ allOnes(4);
  if ((host & (host + 1n)) !== 0n) return undefined;
  return 32 - (host === 0n ? 0 : host.toString(2).length);
}

function parsePrefix(text: string, version: 4 | 6): number | undefined {
  if (/^\d+$/.test(text)) return Number(text) <= width(version) ? Number(text) : undefined;
  return version === 4 && isIPv4(text) ? maskPrefix(parseIpv4(text)) : undefined;
}

/** Reads `address` or `address/prefix` or `address/netmask`; undefined when it is neither. */
export function parseIp(text: string): IpNetwork | undefined {
  const [address, mask, more] = text.split('/');
  const version = isIPv4(address) ? 4 : isIPv6(address) && !address.includes('%') ? 6 : undefined;
  if (version === undefined || more !== undefined) return undefined;
  const prefix = mask === undefined ? width(version) : parsePrefix(mask, version);
  if (prefix === undefined) return undefined;
  return { version, value: version === 4 ? parseIpv4(address) : parseIpv6(address), prefix };
}

function formatIpv4(value: bigint): string {
  return [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 255n).join('.');
}

/** RFC 5952; IPv4-mapped and -compatible addresses end in dots, as inet_ntop(3) writes them. */
function formatIpv6(value: bigint): string {
  const isMapped = value >> 32n === 0xffffn;
  const isCompatible = value >> 32n === 0n && value >> 16n !== 0n;
  if (isMapped) return `::ffff:${formatIpv4(value & 0xffffffffn)}`;
  if (isCompatible) return `::${formatIpv4(value)}`;
  const groups = Array.from({ length: 8 }, (_, i) => ((value >> BigInt(112 - 16 * i)) & 0xffffn).toString(16));
  const runs = [...groups.join(':').matchAll(/(?:^|:)0(?::0)+(?=:|$)/g)].map((match) => match[0]);
  const longest = runs.reduce((best, run) => (zeros(run) > zeros(best) ? run : best), '');
  return longest === '' ? groups.join(':') : shortened(groups.join(':'), longest);
}

function zeros(run: string): number {
  return run.split('0').length;
}

function shortened(text: string, run: string): string {
  const at = new RegExp(`(?:^|:)${run.replace(/^:/, '')}(?=:|$)`).exec(text) as RegExpExecArray;
  return `${text.slice(0, at.index)}::${text.slice(at.index + at[0].length + 1)}`;
}

export function formatAddress(version: 4 | 6, value: bigint): string {
  return version === 4 ? formatIpv4(value) : formatIpv6(value);
}

export function hostMask({ version, prefix }: IpNetwork): bigint {
  return (1n << BigInt(width(version) - prefix)) - 1n;
}

/** The first address of the network. */
export function networkValue(ip: IpNetwork): bigint {
  return ip.value & ~hostMask(ip);
}

/** Number of addresses. */
export function sizeOf(ip: IpNetwork): bigint {
  return hostMask(ip) + 1n;
}

/** Whether all of `inner` lies in `outer`. */
export function isInside(inner: IpNetwork, outer: IpNetwork): boolean {
  if (inner.version !== outer.version || inner.prefix < outer.prefix) return false;
  return networkValue({ ...inner, prefix: outer.prefix }) === networkValue(outer);
}
