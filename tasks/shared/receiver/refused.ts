import { isIP } from 'node:net';
import { parseJson } from './programs.ts';

/** A peer whose option was refused: one of the last 16. `count` is since the receiver was attached or loaded. */
export interface RefusedPeer {
  readonly address: string;
  /** Name of a counter. */
  readonly reason: string;
  readonly count: number;
  readonly seconds_ago: number;
}

/** Connections that carried an option and show the balancer all the same. */
export interface Refusals {
  /** Seconds since 1970 of the proof before; 0: since the receiver was attached or loaded. */
  readonly since: number;
  readonly total: number;
  readonly by_reason: Readonly<Record<string, number>>;
  /** Seen last first, at most 16. */
  readonly peers: readonly RefusedPeer[];
}

/** Counters of options that were read and not taken (kmod/include/toa_abi.h); the probe's own forgeries are not in them. */
export const REFUSALS = [
  'not_allowed',
  'syn_only_refused',
  'bad_family',
  'bad_address',
  'bad_port',
  'bad_version',
  'malformed',
  'probe_address',
  'no_memory',
] as const;

const MOST = 16;
const number = (value: unknown): number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : 0;
const record = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};

/** What a host says of the last peers that it refused; what is no address or no reason of ours is left out. */
export function refusedPeers(said: unknown): RefusedPeer[] {
  if (!Array.isArray(said)) return [];
  return said
    .slice(0, MOST)
    .map(record)
    .filter(({ address, reason }) => isIP(String(address)) !== 0 && REFUSALS.some((name) => name === reason))
    .map(({ address, reason, count, seconds_ago }) => ({
      address: String(address),
      reason: String(reason),
      count: number(count),
      seconds_ago: number(seconds_ago),
    }))
    .sort((a, b) => a.seconds_ago - b.seconds_ago);
}

/** Refusals by reason, without those that did not happen. @param counters what a receiver counted, as a host says it */
export function refusalsByReason(counters: unknown): Record<string, number> {
  const said = record(counters);
  return Object.fromEntries(
    REFUSALS.map((name) => [name, number(said[name])] as const).filter(([, count]) => count > 0),
  );
}

/** What a host says beside a proof, in its own words. */
export interface ProofWords {
  /** What the receiver counts now: `{"counters":{},"refused":[]}`. */
  readonly stats?: string;
  /** The proof that was kept: `{"at":0,"boot_id":"","counters":{}}`. */
  readonly before?: string;
  readonly bootId?: string;
  /** The host's clock, seconds since 1970. */
  readonly now?: string;
}

/**
 * What was refused since the proof before. Counters start anew at a boot, and when a receiver is attached afresh, which
 * shows in one that fell: then since that.
 */
export function refusedSince({ stats, before, bootId, now: clock }: ProofWords): Refusals {
  const said = parseJson(stats);
  const proof = parseJson(before);
  const now = record(said['counters']);
  const old = record(proof['counters']);
  const fell = Object.keys(old).some((name) => number(now[name]) < number(old[name]));
  const goesOn = bootId !== undefined && proof['boot_id'] === bootId && Object.keys(old).length > 0 && !fell;
  const since = goesOn ? number(proof['at']) : 0;
  const rise = REFUSALS.map((name) => [name, number(now[name]) - (goesOn ? number(old[name]) : 0)] as const);
  const by_reason = Object.fromEntries(rise.filter(([, count]) => count > 0));
  const total = Object.values(by_reason).reduce((sum, count) => sum + count, 0);
  const age = since === 0 ? Infinity : Math.max(0, Number(clock) - since) + 1;
  const peers = refusedPeers(said['refused']).filter((peer) => peer.seconds_ago <= age && by_reason[peer.reason]);
  return { since, total, by_reason, peers };
}
