import { isIP } from 'node:net';
import { suggestedNetworks } from './networks.ts';

export type Counters = Readonly<Record<string, number>>;

/** A peer whose option a receiver did not take, as `toa-bpf status` tells. */
export interface RefusedPeer {
  readonly address: string;
  /** The name of a counter. */
  readonly reason: string;
  readonly count: number;
  readonly seconds_ago: number;
}

/** Why options are refused: counters of the receivers, in words. */
export const REFUSALS: Readonly<Record<string, string>> = {
  not_allowed: 'from outside the allow-list',
  bad_family: 'an IPv4 client on an IPv6 connection',
  syn_only_refused: 'in the SYN alone, where no vendor vouches for it',
  malformed: 'malformed',
  bad_address: 'no address of a client',
  bad_port: 'port 0',
  bad_version: 'of an unknown version',
  probe_address: "the probe's own address",
  no_memory: 'no memory',
};

/** Receivers that do not count their probes apart count the probe's forgeries here. */
const PROBED = new Set(['bad_family', 'syn_only_refused']);

const counted = (counters: Counters, name: string): number => {
  const value = counters[name];
  return typeof value === 'number' && Number.isFinite(value) ? value : 0;
};

/** Options of real connections that were refused, by reason; only reasons that occurred. */
export function refusals(counters: Counters): Record<string, number> {
  const isApart = 'probe_refused' in counters;
  const names = Object.keys(REFUSALS).filter((name) => isApart || !PROBED.has(name));
  return Object.fromEntries(names.map((name) => [name, counted(counters, name)] as const).filter(([, n]) => n > 0));
}

/** Clients of real connections that a receiver took; receivers that do not count probes apart have them among these. */
export function clientsOf(counters: Counters): number {
  const accepted = counted(counters, 'accepted_ack') + counted(counters, 'accepted_syn');
  return 'probe_connections' in counters ? accepted : Math.max(0, accepted - counted(counters, 'probe_accepted'));
}

/** What came to `now` since `before`; all of it where the counters began anew in between. */
export function since(before: Record<string, number>, now: Record<string, number>): Record<string, number> {
  if (Object.entries(before).some(([name, n]) => counted(now, name) < n)) return now;
  const more = Object.entries(now).map(([name, n]) => [name, n - counted(before, name)] as const);
  return Object.fromEntries(more.filter(([, n]) => n > 0));
}

export function total(by: Readonly<Record<string, number>>): number {
  return Object.values(by).reduce((sum, n) => sum + n, 0);
}

function ago(seconds: number): string {
  if (seconds < 120) return `${seconds} s`;
  return seconds < 7200 ? `${Math.floor(seconds / 60)} min` : `${Math.floor(seconds / 3600)} h`;
}

/** Receivers keep so many. */
const MOST = 16;

/**
 * The entries of `status.refused` that can be true, seen last first. A host may say anything: what is no address or no
 * reason of ours is left out.
 */
export function refusedPeers(value: unknown): RefusedPeer[] {
  if (!Array.isArray(value)) return [];
  const peers = value.slice(0, MOST).filter((one): one is RefusedPeer => {
    const { address, reason, count, seconds_ago } = (one ?? {}) as Partial<RefusedPeer>;
    return (
      typeof address === 'string' &&
      isIP(address) !== 0 &&
      typeof reason === 'string' &&
      Object.hasOwn(REFUSALS, reason) &&
      [count, seconds_ago].every((number) => Number.isSafeInteger(number) && Number(number) >= 0)
    );
  });
  return peers.sort((a, b) => a.seconds_ago - b.seconds_ago);
}

/** `10.9.0.7 (5 times, 12 s ago)`, the last ones first, at most three. */
export function peersText(peers: readonly RefusedPeer[]): string {
  const shown = peers.slice(0, 3).map((one) => `${one.address} (${one.count} times, ${ago(one.seconds_ago)} ago)`);
  return shown.join(', ') + (peers.length > 3 ? ` and ${peers.length - 3} more` : '');
}

/** What to do about peers outside the allow-list: the networks that would let them in. */
export function letIn(peers: readonly RefusedPeer[]): string {
  const outside = peers.filter((one) => one.reason === 'not_allowed').map((one) => one.address);
  const networks = suggestedNetworks(outside);
  if (networks.length === 0) return 'check toa_balancers';
  return `if those are your balancers, add ${networks.join(', ')} to toa_balancers`;
}

/**
 * One sentence about connections that carried an option and were refused; undefined when there were none.
 * @param by refusals by reason
 * @param when "since the last run"
 */
export function refusedText(
  by: Readonly<Record<string, number>>,
  peers: readonly RefusedPeer[],
  when: string,
): string | undefined {
  const sum = total(by);
  if (sum === 0) return undefined;
  const reasons = Object.entries(by).map(([name, n]) => `${n} ${REFUSALS[name] ?? name}`);
  const told = peers.filter((one) => one.reason in by);
  const last = told.length > 0 ? `; last: ${peersText(told)}` : '';
  const remedy = by['not_allowed'] ? `; ${letIn(told)}` : '';
  return `${sum} connections ${when} carried an option and were refused, so services saw the balancer: ${reasons.join(', ')}${last}${remedy}`;
}
