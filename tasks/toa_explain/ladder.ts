import type { Evidence } from './evidence.ts';
import { allowedRung, kindRung, optionRung } from './rungs/option.ts';
import { aloneRung, cgroupRung, receiverRung } from './rungs/receiver.ts';
import type { Rung } from './rungs/rung.ts';
import { asksRung, listenerRung, listensRung, proofRung, proxyRung } from './rungs/service.ts';

export interface Explanation {
  /** In the order in which they decide; those that a broken one makes meaningless are left out. */
  readonly ladder: readonly Rung[];
  /** The first that breaks. */
  readonly broken: Rung | undefined;
  /** One sentence. */
  readonly verdict: string;
}

const HOST = [receiverRung, aloneRung];
const SERVICE = [
  listensRung,
  ...HOST,
  cgroupRung,
  optionRung,
  kindRung,
  allowedRung,
  listenerRung,
  proofRung,
  proxyRung,
  asksRung,
];
const WHOLE = [...HOST, optionRung, allowedRung, proofRung];

/** Where nothing further can be said. */
const ENDS = new Set(['udp', 'nobody']);

/** What a broken rung before them breaks, too. */
const FOLLOW: Readonly<Record<string, readonly string[]>> = {
  receiver: ['cgroup', 'proof'],
  cgroup: ['proof'],
  alone: ['proof'],
  listener: ['proof'],
};

/** A rung that is only broken since another one is, says no more than that. */
function settled(rungs: readonly Rung[]): Rung[] {
  const by = new Map<string, string>();
  return rungs.map((one) => {
    const cause = by.get(one.rung);
    if (one.state === 'broken') for (const next of FOLLOW[one.rung] ?? []) by.set(next, by.get(next) ?? one.rung);
    if (one.state !== 'broken' || cause === undefined) return one;
    return { ...one, state: 'note', remedy: undefined, evidence: `${one.evidence} (see ${cause})` };
  });
}

function verdict(evidence: Evidence, ladder: readonly Rung[], broken: Rung | undefined): string {
  const what = evidence.port === undefined ? 'the host' : `port ${evidence.port}`;
  if (broken) return `${what} does not show clients: ${broken.rung} (${broken.code})`;
  const open = ladder.find((one) => one.state === 'unknown' && one.rung !== 'kind');
  if (open) return `nothing is wrong with ${what} as far as can be seen; not known: ${open.rung} (${open.code})`;
  return `${what} shows clients`;
}

/** Walks the ladder. */
export function explain(evidence: Evidence): Explanation {
  const rungs = (evidence.port === undefined ? WHOLE : SERVICE).map((rung) => rung(evidence));
  const end = rungs.findIndex((one) => one.state === 'broken' && ENDS.has(one.code));
  const ladder = settled(end < 0 ? rungs : rungs.slice(0, end + 1));
  const broken = ladder.find((one) => one.state === 'broken');
  return { ladder, broken, verdict: verdict(evidence, ladder, broken) };
}
