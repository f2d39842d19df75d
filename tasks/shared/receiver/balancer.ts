import { isIPv4, isIPv6 } from 'node:net';
import { verbScript } from '../answer.ts';
import * as args from '../args.ts';

export const DIRECTOR_SH = verbScript('shared/receiver', 'director.sh');

/** Arguments that the balancer's verbs share. Their words stand in rules, units and scripts, so only plain ones. */
export const port = () => args.int().refine((value) => value > 0 && value < 65536, 'a port from 1 to 65535');
export const device = () =>
  args.str().refine((name) => /^[\w.@-]{1,15}$/.test(name), 'the name of a network interface');
export const tableName = () =>
  args.str().refine((name) => /^[a-z][a-z0-9_]{0,30}$/.test(name), 'letters, digits and _');

/** nft's word for an address's family; undefined for what is no address, or has a zone. */
export const familyOf = (address: string): 'ip' | 'ip6' | undefined =>
  isIPv4(address) ? 'ip' : isIPv6(address) && !address.includes('%') ? 'ip6' : undefined;

/** Addresses as networks of one address, each once. */
export const addressesOf = (addresses: readonly string[]): string[] => [
  ...new Set(addresses.map((address) => (familyOf(address) === 'ip' ? `${address}/32` : `${address}/128`))),
];
