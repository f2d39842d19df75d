import { addressBits, formatIpAddress, parseIpAddress, type IpAddress } from '../../../../base/net/ip-address.ts';

/** An address with the network it lies in; as `192.168.0.5/24`. */
export interface IpNetwork extends IpAddress {
  readonly prefix: number;
}

/** As many ones as there are bits in an address. */
export function allOnes(version: 4 | 6): bigint {
  return (1n << BigInt(addressBits(version))) - 1n;
}

/** Whether all ones are together at the end, as in a hostmask. */
export const isHostmask = (value: bigint): boolean => (value & (value + 1n)) === 0n;

/** The prefix length of a netmask or hostmask; undefined when the ones are not together. */
function maskPrefix(mask: bigint): number | undefined {
  const host = isHostmask(mask) && mask !== 0n && mask !== allOnes(4) ? mask : mask ^ allOnes(4);
  if (!isHostmask(host)) return undefined;
  return 32 - (host === 0n ? 0 : host.toString(2).length);
}

function parsePrefix(text: string, version: 4 | 6): number | undefined {
  if (/^\d+$/.test(text)) return Number(text) <= addressBits(version) ? Number(text) : undefined;
  const mask = parseIpAddress(text);
  return version === 4 && mask?.version === 4 ? maskPrefix(mask.value) : undefined;
}

/** Reads `address` or `address/prefix` or `address/netmask`; undefined when it is neither. */
export function parseIp(text: string): IpNetwork | undefined {
  const [first, mask, more] = text.split('/');
  const address = parseIpAddress(first);
  if (address === undefined || more !== undefined) return undefined;
  const prefix = mask === undefined ? addressBits(address.version) : parsePrefix(mask, address.version);
  return prefix === undefined ? undefined : { ...address, prefix };
}

export function hostMask({ version, prefix }: IpNetwork): bigint {
  return (1n << BigInt(addressBits(version) - prefix)) - 1n;
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

/** Whether it lies in one of these networks, given as texts that `parseIp` reads. */
export const within = (ip: IpNetwork, ...networks: readonly string[]): boolean =>
  networks.some((network) => isInside(ip, parseIp(network) as IpNetwork));

export const isLoopback = (ip: IpNetwork): boolean => within(ip, '127.0.0.0/8', '::1/128');
export const isMulticast = (ip: IpNetwork): boolean => within(ip, '224.0.0.0/4', 'ff00::/8');

/** The address in brackets, as it stands before a port; with the prefix behind them where it was given as a network. */
export function bracketed(ip: IpNetwork, isNetwork: boolean): string {
  const address = `[${formatIpAddress(ip)}]`;
  return isNetwork ? `${address}/${ip.prefix}` : address;
}
