import type { NodePages } from './memory.ts';
import type { Port } from './nics.ts';
import type { Release } from './releases.ts';

export interface EalWish {
  readonly release: Release;
  readonly ports: readonly Port[];
  readonly pci: boolean;
  readonly nodes: readonly NodePages[];
  readonly master: number;
  /** All CPUs that dpvs.conf names, the master's too. */
  readonly cpus: readonly number[];
  readonly hugeDir: string;
}

const MIB = 1024;

/** Memory: huge pages by node; for the layout vdev ordinary memory. */
function memoryArgs({ pci, nodes, hugeDir }: EalWish): string[] {
  const mib = nodes.map(({ need }) => Math.ceil(need / MIB));
  if (!pci) return ['--no-huge', '-m', String(mib.reduce((sum, one) => sum + one, 0))];
  return ['--socket-mem', mib.join(','), '--huge-dir', hugeDir];
}

function deviceArgs({ pci, ports, release }: EalWish): string[] {
  if (pci) return ports.flatMap(({ nic }) => [release.allow, nic.pci]);
  return ['--no-pci', ...ports.flatMap(({ nic }, index) => ['--vdev', `net_af_packet${index},iface=${nic.name}`])];
}

/** The arguments of `dpvs -- ...`, for DPDK's environment layer: which CPUs, which memory, which devices and no others. */
export function ealArgs(wish: EalWish): string[] {
  const cpus = wish.cpus.toSorted((a, b) => a - b);
  const main = wish.master === cpus[0] ? [] : [wish.release.mainLcore, String(wish.master)];
  return ['-l', cpus.join(','), ...main, ...memoryArgs(wish), ...deviceArgs(wish)];
}
