import { isIPv4, isIPv6 } from 'node:net';
import ipaddr from 'ipaddr.js';

/** An address of IPv4 or IPv6 as a number. */
export interface IpAddress {
  readonly version: 4 | 6;
  readonly value: bigint;
}

/** Bits of an address. */
export const addressBits = (version: 4 | 6): number => (version === 4 ? 32 : 128);

/** The last four bytes of an IPv6 address in dots as two groups: ipaddr.js takes `::1.2.3.4` for `::ffff:1.2.3.4`. */
function withoutDots(text: string): string {
  return text.replace(/\d+\.\d+\.\d+\.\d+$/, (dots) => {
    const [a, b, c, d] = dots.split('.').map(Number);
    return [(a << 8) | b, (c << 8) | d].map((group) => group.toString(16)).join(':');
  });
}

/**
 * Reads an address as inet_pton(3) does. ipaddr.js alone also takes what inet_aton(3) takes (`010.1`, `0x7f000001`) and
 * zones (`fe80::1%eth0`).
 */
export function parseIpAddress(text: string): IpAddress | undefined {
  const version = isIPv4(text) ? 4 : isIPv6(text) && !text.includes('%') ? 6 : undefined;
  if (version === undefined) return undefined;
  const bytes = ipaddr.parse(version === 4 ? text : withoutDots(text)).toByteArray();
  return { version, value: BigInt(`0x${Buffer.from(bytes).toString('hex')}`) };
}

/** RFC 5952; IPv4-mapped and -compatible addresses end in dots, as inet_ntop(3) writes them. */
export function formatIpAddress({ version, value }: IpAddress): string {
  const hex = value.toString(16).padStart(addressBits(version) / 4, '0');
  const address = ipaddr.fromByteArray([...Buffer.from(hex, 'hex')]);
  if (address instanceof ipaddr.IPv4) return address.toString();
  const low = { version: 4, value: value & 0xffffffffn } as const;
  if (value >> 32n === 0xffffn) return `::ffff:${formatIpAddress(low)}`;
  if (value >> 32n === 0n && value >> 16n !== 0n) return `::${formatIpAddress(low)}`;
  return address.toRFC5952String();
}
