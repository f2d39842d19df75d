import type { ModuleState } from '../shared/receiver/kmod.ts';
import type { Counters, RefusedPeer } from '../shared/receiver/refused.ts';

/** An object that a host told. */
export type Json = Readonly<Record<string, unknown>>;

/** A socket that listens on the port, as it says itself (`toa-probe listeners`). */
export interface Listener {
  readonly pid: number;
  readonly process: string;
  readonly address: string;
  readonly protocol: string;
  /** Seconds of TCP_DEFER_ACCEPT; 0: off, -1: unknown. */
  readonly defer_accept: number;
  readonly save_syn: number;
}

/** A program at one of the receiver's hooks (`toa-bpf hooks`). */
export interface HookProgram {
  readonly id: number;
  readonly name: string;
  readonly ours: boolean;
}

/** A process that listens. */
export interface Process {
  readonly pid: number;
  readonly name: string;
  /** Seconds since 1970; 0: unknown. */
  readonly began: number;
  /** Its network is the host's own, no container's. */
  readonly sameNetwork: boolean;
  /** Its cgroup v2, from the host's root; '' where the kernel has none. */
  readonly cgroup: string;
  readonly hooks: ReadonlyMap<string, readonly HookProgram[]> | undefined;
}

/** What connections from one peer brought (`toa-probe watch`). */
export interface WatchedPeer {
  readonly address: string;
  readonly connections: number;
  readonly without: number;
  readonly options: readonly {
    readonly kind: number;
    readonly len: number;
    readonly places: string;
    readonly connections: number;
  }[];
}

/** One handshake of `toa-probe port`. */
export interface Handshake {
  readonly result: string;
  readonly getpeername: string;
  readonly process: string;
  readonly recorded: boolean | undefined;
  readonly httpNames: string;
}

/** All that was measured on the host, nothing judged. */
export interface Evidence {
  readonly port: number | undefined;
  readonly now: number;
  readonly attached: boolean;
  readonly complete: boolean;
  readonly module: ModuleState | undefined;
  readonly kinds: string;
  readonly allow: readonly string[];
  readonly refused: readonly RefusedPeer[];
  readonly counters: Counters;
  /** When the receiver was attached or loaded, seconds since 1970; 0: unknown. */
  readonly since: number;
  readonly modules: readonly string[];
  readonly check: Json;
  readonly hooks: ReadonlyMap<string, readonly HookProgram[]> | undefined;
  readonly listens: boolean;
  readonly listeners: readonly Listener[];
  readonly processes: readonly Process[];
  readonly udp: boolean;
  readonly probe: Handshake | undefined;
  readonly probeData: Handshake | undefined;
  readonly probeHttp: Handshake | undefined;
  /** Own listeners' results, where no port was asked about. */
  readonly own: readonly { readonly name: string; readonly result: string; readonly ok: boolean }[];
  readonly services: readonly number[];
  /** Connections within the host by listening port, before and after a request to the service. */
  readonly before: ReadonlyMap<number, number>;
  readonly after: ReadonlyMap<number, number>;
  /** Who listens on those ports. */
  readonly others: ReadonlyMap<number, string>;
  readonly peers: readonly { readonly address: string; readonly count: number }[];
  /** Programs of this host that have connections to the port. */
  readonly fronts: readonly string[];
  readonly watched: readonly WatchedPeer[];
  readonly watchedFor: number;
  /** Why packets could not be watched; '' they were. */
  readonly unwatched: string;
  readonly mptcpClients: number;
  readonly datagrams: number;
}
