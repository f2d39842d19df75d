import { kill } from '../support/kill.ts';
import type { Bed, Controller, CrashHost, Ended } from './bed/host.ts';
import { stateOf, type State } from './bed/state.ts';

/** What is cut off: the controller is killed, sshd's processes of the session are, or packets are dropped. */
export const KINDS = ['controller', 'session', 'network'] as const;
export type Kind = (typeof KINDS)[number];

/** A playbook, and what an undisturbed run of it needs and leaves. */
export interface Undisturbed {
  readonly playbook: string;
  readonly roundTrips: number;
  readonly state: State;
}

/** What one kill point came to. */
export interface Outcome {
  readonly kind: Kind;
  /** The round trip whose answer did not arrive. */
  readonly at: number;
  /** Why the run after it did not end well. */
  readonly failure?: string;
  /** What ran on the host when the run after it began. */
  readonly left: Left;
  readonly litter: readonly string[];
  readonly locks: readonly string[];
  readonly lostHandlers: readonly string[];
  readonly otherDifferences: readonly string[];
}

/** After a killed controller or session. */
const SOON_MS = 15_000;
/** A watched shell that hears nothing ends after 30 to 40 s (src/host/lease/watch.sh). */
const LEASE_MS = 60_000;
type Left = Awaited<ReturnType<CrashHost['settled']>>;

/** Runs a playbook on a fresh host and counts its round trips. @throws Error when it fails, or changes something again */
export async function undisturbed(bed: Bed, host: CrashHost, playbook: string): Promise<Undisturbed> {
  await host.boot();
  wellEnded(await host.play(playbook).ended, playbook);
  host.tell('end');
  const roundTrips = Number(await host.hear('turns'));
  await host.settled(SOON_MS);
  const state = stateOf(bed, host);
  await host.relay();
  wellEnded(await host.play(playbook).ended, playbook);
  await host.settled(SOON_MS);
  const different = differences(state, stateOf(bed, host));
  if (different.length > 0)
    throw new Error(`${playbook} leaves something else the second time: ${different.join(', ')}`);
  return { playbook, roundTrips, state };
}

function wellEnded({ code, output }: Ended, playbook: string): void {
  if (code !== 0) throw new Error(`${playbook} ended with ${code ?? 'a signal'}:\n${output}`);
}

/**
 * Cuts a run off at one round trip and runs it again.
 * @returns undefined when the run was over before that round trip
 */
export async function cutOff(
  bed: Bed,
  host: CrashHost,
  run: Undisturbed,
  kind: Kind,
  at: number,
): Promise<Outcome | undefined> {
  await host.boot();
  host.tell(`arm ${at}`);
  const controller = host.play(run.playbook);
  const isCut = await Promise.race([host.hear('cut').then(() => true), controller.ended.then(() => false)]);
  if (!isCut) return undefined;
  const left = await CUTS[kind](host, controller);
  await host.relay();
  const again = await host.play(run.playbook).ended;
  await host.settled(SOON_MS);
  const found = differences(run.state, stateOf(bed, host));
  return { kind, at, left, failure: again.code === 0 ? undefined : again.output, ...sorted(found, run.state) };
}

/** How each kind is done; then how the host is left. */
const CUTS: Readonly<Record<Kind, (host: CrashHost, controller: Controller) => Promise<Left>>> = {
  async controller(host, { pid, ended }) {
    kill(pid, 'SIGKILL');
    await ended;
    return host.settled(SOON_MS);
  },
  async session(host, { ended }) {
    for (const pid of host.sessions()) kill(pid, 'SIGKILL');
    host.tell('release');
    await ended;
    return host.settled(SOON_MS);
  },
  async network(host, { ended }) {
    host.unplug();
    await ended;
    const left = await host.settled(LEASE_MS);
    host.plugIn();
    return left;
  },
};

/** Paths that are not the same in both, with what they are. */
function differences(wanted: State, found: State): string[] {
  const paths = new Set([...wanted.keys(), ...found.keys()]);
  return [...paths].filter((path) => wanted.get(path) !== found.get(path)).sort();
}

function sorted(
  paths: readonly string[],
  wanted: State,
): Pick<Outcome, 'litter' | 'locks' | 'lostHandlers' | 'otherDifferences'> {
  const isLock = (path: string): boolean => /\/\.?toa-play\.lock/.test(path);
  const isHandlers = (path: string): boolean => path.startsWith('/srv/loaded.');
  const rest = paths.filter((path) => !isLock(path) && !isHandlers(path));
  return {
    locks: paths.filter(isLock),
    lostHandlers: paths.filter(isHandlers),
    litter: rest.filter((path) => !wanted.has(path)),
    otherDifferences: rest.filter((path) => wanted.has(path)),
  };
}
