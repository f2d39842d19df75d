import { Bed, CrashHost } from './bed/host.ts';
import { cutOff, KINDS, type Kind, type Outcome, type Undisturbed, undisturbed } from './cut.ts';

export interface MatrixOptions {
  /** Hosts that are tried on side by side. */
  readonly hosts: number;
  readonly kinds?: readonly Kind[];
  /** Which kill points; all when absent. */
  readonly points?: (run: Undisturbed) => readonly number[];
  readonly told?: (text: string) => void;
}

/** All that was tried with one playbook. */
export interface Tried {
  readonly run: Undisturbed;
  readonly outcomes: readonly Outcome[];
  /** Kill points that no try came to, although others came further. */
  readonly notReached: readonly Point[];
}

interface Point {
  readonly kind: Kind;
  readonly at: number;
}

/** A run may take a round trip less than the one that was counted; then it is tried again. */
const TRIES = 5;

/** Cuts a playbook off at each of its round trips, in each way. */
export async function cutEverywhere(bed: Bed, playbook: string, options: MatrixOptions): Promise<Tried> {
  const hosts = Array.from({ length: options.hosts }, (_, index) => new CrashHost(bed, `host${index}`));
  try {
    const run = await undisturbed(bed, hosts[0], playbook);
    options.told?.(`${playbook}: ${run.roundTrips} round trips`);
    const points = options.points?.(run) ?? Array.from({ length: run.roundTrips }, (_, index) => index + 1);
    // network cuts wait for the host: they come first, and the others run beside them
    const left = [...(options.kinds ?? KINDS)].reverse().flatMap((kind) => points.map((at) => ({ kind, at })));
    const outcomes: Outcome[] = [];
    const missed: Point[] = [];
    const one = async (host: CrashHost, point: Point): Promise<void> => {
      const outcome = await tried(bed, host, run, point);
      options.told?.(`${point.kind} ${point.at}: ${outcome ? wordsFor(outcome) : 'the run was over'}`);
      if (!outcome) missed.push(point);
      else outcomes.push(outcome);
      // this one took more round trips than the run that was counted
      const isBeyond = outcome !== undefined && options.points === undefined && point.at >= run.roundTrips;
      if (isBeyond) left.push({ ...point, at: point.at + 1 });
    };
    const work = async (host: CrashHost): Promise<void> => {
      for (let next = left.shift(); next; next = left.shift()) await one(host, next);
    };
    await Promise.all(hosts.map(work));
    return { run, outcomes, notReached: missed.filter((point) => isPassed(point, outcomes)) };
  } finally {
    await Promise.all(hosts.map((host) => host.stop()));
  }
}

const wordsFor = (outcome: Outcome): string => faultsOf(outcome).join('; ') || 'recovered';

/** Whether runs came further than a point at which they were over. */
function isPassed(point: Point, outcomes: readonly Outcome[]): boolean {
  return outcomes.some(({ kind, at }) => kind === point.kind && at > point.at);
}

async function tried(bed: Bed, host: CrashHost, run: Undisturbed, { kind, at }: Point): Promise<Outcome | undefined> {
  for (let i = 0; i < TRIES; i++) {
    const outcome = await cutOff(bed, host, run, kind, at);
    if (outcome) return outcome;
  }
  return undefined;
}

/** What is not as it should be after a kill point, in words. */
export function faultsOf(outcome: Outcome): string[] {
  const { failure, left, litter, locks, lostHandlers, otherDifferences } = outcome;
  const list = (what: string, paths: readonly string[]): string[] =>
    paths.length > 0 ? [`${what} ${paths.join(' ')}`] : [];
  return [
    ...(failure === undefined ? [] : [`the next run failed: ${failure.trim().split('\n').slice(-4).join(' | ')}`]),
    ...(left === 'running' ? ['something went on running'] : []),
    ...list('litter', litter),
    ...list('locks', locks),
    ...list('handlers lost', lostHandlers),
    ...list('differs', otherDifferences),
  ];
}
