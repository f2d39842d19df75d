import { addressBits, parseIpAddress } from '../../../src/base/net/ip-address.ts';
import { failure, type ModuleResult } from '../../../src/base/result.ts';

/** First and last address of a network, IPv4 as v4-mapped IPv6. */
interface Range {
  readonly first: bigint;
  readonly last: bigint;
}

const V4_MAPPED = 0xffffn << 32n;
const V4: Range = { first: V4_MAPPED, last: V4_MAPPED | 0xffffffffn };
/** 2000::/3: what is routed on the internet. */
const V6: Range = { first: 1n << 125n, last: (1n << 126n) - 1n };

/**
 * Reads a network as `toa-bpf` and the module do (kmod/include/toa_text.h): `10.0.0.0/8`, `2001:db8::/32` or an address
 * alone, and not a byte more.
 */
function parseNetwork(text: string): Range | undefined {
  const parts = /^([0-9a-fA-F.:]+)(?:\/(0|[1-9]\d{0,2}))?$/.exec(text);
  if (!parts || parts[0].length !== text.length) return undefined;
  const address = parseIpAddress(parts[1]);
  if (!address) return undefined;
  const full = addressBits(address.version);
  const bits = Number(parts[2] ?? full);
  if (bits > full) return undefined;
  const host = (1n << BigInt(full - bits)) - 1n;
  const value = address.version === 4 ? V4_MAPPED | address.value : address.value;
  return { first: value & ~host, last: value | host };
}

/** True for text that `toa-bpf` and the module take as a network. */
export const isNetwork = (text: string): boolean => parseNetwork(text) !== undefined;

function covers(ranges: readonly Range[], whole: Range): boolean {
  let next = whole.first;
  for (const { first, last } of ranges.toSorted((a, b) => (a.first < b.first ? -1 : 1))) {
    if (first > next) break;
    if (last >= next) next = last + 1n;
  }
  return next > whole.last;
}

/** The word that is to be written down where every peer may say which address its client has. */
const ANY = 'any';

const isAny = (balancers: readonly string[]): boolean => balancers.length === 1 && balancers[0] === ANY;

/**
 * Why a list of balancers cannot be used, or undefined. Nothing is not "everybody": that has to be said.
 * @param balancers as the verbs take them: networks, or `any` alone
 */
export function wrongBalancers(balancers: readonly string[]): ModuleResult | undefined {
  if (balancers.length === 0) {
    return failure(
      'toa_balancers is not set: without a list, any peer could choose the address that services, logs, sshd and fail2ban see',
      {
        code: 'E_TOA_BALANCERS',
        remedy:
          "give the balancers' own networks, e.g. toa_balancers: [10.0.0.0/8]; or, knowing this, toa_balancers: any",
      },
    );
  }
  if (isAny(balancers)) return undefined;
  const bad = balancers.find((one) => !isNetwork(one));
  if (bad === undefined) return undefined;
  const msg =
    bad === ANY
      ? "'any' stands alone: with it, the networks beside it would mean nothing"
      : `${JSON.stringify(bad)} is no IPv4 or IPv6 network`;
  return failure(msg, {
    code: 'E_TOA_NETWORK',
    remedy: 'one network per item, as 10.0.0.0/8, 2001:db8::/32 or 192.0.2.7',
  });
}

/** The lines of the allow-list; none: everybody. Only for lists that are not wrong. */
export const allowList = (balancers: readonly string[]): string => (isAny(balancers) ? '' : balancers.join('\n'));

/** What follows where everybody is let in. */
export const ANY_PEER = 'any peer can choose the address that services, logs, sshd and fail2ban see';

/** In which way a list lets in everybody, by word or by width; undefined where it does not. */
export function opening(balancers: readonly string[]): string | undefined {
  if (isAny(balancers)) return 'no allow-list (toa_balancers: any)';
  const ranges = balancers.map(parseNetwork).filter((range) => range !== undefined);
  const families = [covers(ranges, V4) ? 'IPv4' : '', covers(ranges, V6) ? 'IPv6' : ''].filter(Boolean);
  if (families.length === 0) return undefined;
  return `the allow-list (toa_balancers) lets in all of ${families.join(' and ')}`;
}

/** What to warn of: a list that lets in everybody. */
export function openList(balancers: readonly string[]): string | undefined {
  const how = opening(balancers);
  return how && `${how}: ${ANY_PEER}`;
}

/** Peers of one network of this many bits are taken for one group of balancers. */
const NEAR = { four: 24, six: 64 };

function networkOf(range: Range): string {
  const isFour = range.first >> 32n === 0xffffn;
  if (isFour) {
    const bytes = [24n, 16n, 8n, 0n].map((shift) => (range.first >> shift) & 0xffn);
    return `${bytes.slice(0, 3).join('.')}.0/${NEAR.four}`;
  }
  const groups = [112n, 96n, 80n, 64n].map((shift) => ((range.first >> shift) & 0xffffn).toString(16));
  return `${groups.join(':')}::/${NEAR.six}`;
}

/** The smallest networks that one would write down for these addresses: one by one, or /24 (IPv6: /64) where several are near. */
export function suggestedNetworks(addresses: readonly string[]): string[] {
  const near = new Map<string, string[]>();
  for (const address of new Set(addresses)) {
    const range = parseNetwork(address);
    if (!range || address.includes('/')) continue;
    const network = networkOf(range);
    near.set(network, [...(near.get(network) ?? []), address]);
  }
  return [...near].map(([network, of]) => (of.length > 1 ? network : `${of[0]}/${of[0].includes(':') ? 128 : 32}`));
}

/** Whether a peer may name a client. @param allow networks; `any` lets in all. Text that is no address is not let in. */
export function isAllowed(address: string, allow: readonly string[]): boolean {
  const peer = parseNetwork(address);
  if (!peer) return false;
  return isAny(allow) || allow.some((one) => covers([parseNetwork(one) ?? { first: 1n, last: 0n }], peer));
}
