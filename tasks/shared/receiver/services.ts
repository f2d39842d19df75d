import { isIPv4, isIPv6 } from 'node:net';
import { formatIpAddress, parseIpAddress } from '../../../src/base/net/ip-address.ts';

/** A server behind a service, whose port it has where it has none of its own. */
export interface Server {
  readonly address: string;
  readonly port?: number;
  /** 0 drains. */
  readonly weight: number;
}

/** nft's word for an address's family; undefined for what is no address, or has a zone. */
export const familyOf = (address: string): 'ip' | 'ip6' | undefined =>
  isIPv4(address) ? 'ip' : isIPv6(address) && !address.includes('%') ? 'ip6' : undefined;

/** An address in one form, as inet_ntop(3) writes it, so that two can be compared; undefined for what is none. */
export function plainAddress(text: string): string | undefined {
  const found = parseIpAddress(text);
  return found && formatIpAddress(found);
}

/** As ipvsadm, nginx and HAProxy write it. */
export const withPort = (address: string, port: number): string =>
  address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;

/** The same with the address in one form. */
export const peerName = (address: string, port: number): string => withPort(plainAddress(address) ?? address, port);

/** Why nothing can be forwarded from a service's address to its servers, or undefined. */
export function wrongFamilies(vip: string, port: number, servers: readonly Server[]): string | undefined {
  const family = familyOf(vip);
  if (!family) return `${JSON.stringify(vip)} is no address`;
  if (servers.length === 0) return `${vip} port ${port} has no server`;
  const other = servers.find(({ address }) => familyOf(address) !== family);
  return other && `${JSON.stringify(other.address)} is no server for ${vip}: both have to be IPv4, or both IPv6`;
}

/**
 * A table as one nft file: loading it replaces the table in one step.
 * @param made the end of the comment `# Made by toa-play: ...`
 */
export const nftTable = (name: string, made: string, chains: readonly string[]): string =>
  [
    `# Made by toa-play: ${made}`,
    `table inet ${name} {}`,
    `delete table inet ${name}`,
    `table inet ${name} {`,
    ...chains,
    '}',
  ].join('\n');

export interface WithVip {
  readonly vip: string;
}

/** The services' addresses as networks of one address, each once. */
export const addresses = (services: readonly WithVip[]): string[] => [
  ...new Set(services.map(({ vip }) => (familyOf(vip) === 'ip' ? `${vip}/32` : `${vip}/128`))),
];
