import { type Conf, inside, numberOf, redirects, rounded } from './conf/check.ts';
import type { HostFacts, MemoryNode } from './facts.ts';

const KIB = 1024;
/** A packet's buffer: 2,048 bytes and headroom, DPDK's header, the pool's header. */
const PACKET = 2368;
/** A connection, its place in the pool included. */
const CONNECTION = 576;
/** A redirect entry beside each connection, where `redirect` is on. */
const REDIRECT = 192;
/** 2^20 heads of lists for each worker, and as many for the templates. */
const TABLE = 16 * 2 ** 20;
/** Rings, routes, neighbours and kin on the first node; sets and timers on the others. Estimated from runs, not exact. */
const FIRST = 384 * 2 ** 20;
const OTHER = 128 * 2 ** 20;

const DEFAULTS = { packets: 65_535, connections: 2_097_151 };

export interface NodePages {
  readonly node: number;
  /** KiB that DPVS wants there. */
  readonly need: number;
  /** Huge pages that the node has to have, those of others on this host included. */
  readonly pages: number;
}

/** KiB of huge pages that DPVS takes on a node: it makes its pools on each, whether a port is there or not. */
export function neededOn(conf: Conf, workers: number, first: boolean): number {
  const packets = numberOf(inside(conf, 'netif_defs', 'pktpool_size')) ?? DEFAULTS.packets;
  const connections = numberOf(inside(conf, 'ipvs_defs', 'conn', 'conn_pool_size')) ?? DEFAULTS.connections;
  const bytes =
    rounded(packets, '2^n-1') * PACKET +
    rounded(connections, '2^n-1') * (CONNECTION + (redirects(conf) ? REDIRECT : 0)) +
    (first ? FIRST : OTHER) +
    (first ? 1 + workers : workers) * TABLE;
  return Math.ceil(bytes / KIB);
}

function pagesFor(memory: MemoryNode, need: number, size: number, running: boolean): number {
  const others = running ? 0 : memory.pages - memory.free;
  return Math.max(memory.pages, Math.ceil(need / size) + Math.max(0, others));
}

/**
 * Huge pages by node, and why they cannot be had.
 * @param size of a page, in KiB
 */
export function planMemory(
  conf: Conf,
  workers: number,
  facts: HostFacts,
  size: number,
): { readonly nodes: readonly NodePages[]; readonly problems: readonly string[] } {
  const nodes = facts.nodes.map((memory, index) => {
    const need = neededOn(conf, workers, index === 0);
    return { memory, need, pages: pagesFor(memory, need, size, facts.running) };
  });
  const problems = nodes.flatMap(({ memory, need, pages }) => {
    const more = (pages - memory.pages) * size;
    if (more <= memory.available * 0.9) return [];
    const mib = (kib: number): number => Math.round(kib / KIB);
    return [
      `node ${memory.node}: DPVS needs ${mib(need)} MiB of huge pages there; ${mib(more)} MiB more would have to be made of ${mib(memory.available)} MiB: smaller pktpool_size and conn_pool_size, or more memory`,
    ];
  });
  return { nodes: nodes.map(({ memory, need, pages }) => ({ node: memory.node, need, pages })), problems };
}
