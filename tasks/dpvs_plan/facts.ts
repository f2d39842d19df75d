import type { Answer } from '../shared/answer.ts';

/** Memory of one NUMA node, in KiB; huge pages of the size that is planned for. */
export interface MemoryNode {
  readonly node: number;
  readonly cpus: readonly number[];
  /** What could be made huge pages: free, and the kernel's caches. */
  readonly available: number;
  readonly pages: number;
  readonly free: number;
}

export interface Nic {
  /** The kernel's name; of one that DPDK has, the name that it had. '' where nobody knows it. */
  readonly name: string;
  readonly mac: string;
  /** '' for a device without PCI (veth, bond...). */
  readonly pci: string;
  /** The kernel's driver, also of a NIC that DPDK has now. */
  readonly driver: string;
  /** The driver that has it now, e.g. igb_uio. */
  readonly bound: string;
  readonly node: number;
  readonly queues: number;
  /** Addresses and routes are on it: this host is reached over it. */
  readonly used: string;
}

export interface HostFacts {
  readonly arch: string;
  readonly kernel: string;
  readonly cpus: readonly number[];
  readonly siblings: readonly (readonly number[])[];
  readonly nodes: readonly MemoryNode[];
  readonly nics: readonly Nic[];
  readonly iommu: boolean;
  readonly vhostNet: boolean;
  readonly running: boolean;
  /** What DPVS is, by `dpvs -v`: `1.9.4`; '' where there is none yet. */
  readonly installed: string;
}

/** Numbers of a list as the kernel writes them: `0-3,8`. */
export function cpuList(text: string): number[] {
  return text
    .trim()
    .split(',')
    .flatMap((part) => {
      const found = /^(\d{1,4})(?:-(\d{1,4}))?$/.exec(part);
      if (!found) return [];
      const [first, last] = [Number(found[1]), Number(found[2] ?? found[1])];
      return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index);
    });
}

const count = (text: string | undefined): number => (/^\d{1,15}$/.test(text ?? '') ? Number(text) : 0);
const plain = (word: string | undefined): string => (word === undefined || word === '-' ? '' : word);

const NIC_NAME = /^[\w.@-]{1,15}$/;
const PCI = /^[0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]$/;
const MAC = /^[0-9a-f]{2}(?::[0-9a-f]{2}){5}$/;
const DRIVER = /^[\w-]{1,40}$/;

const matching = (text: string, pattern: RegExp): string => (pattern.test(text) ? text : '');

/** `NAME MAC PCI DRIVER BOUND NODE QUEUES USED`, `-` for nothing. What does not look like one is nothing. */
function nicOf(line: string): Nic {
  const [name, mac, pci, driver, bound, node, queues, ...used] = line.split(' ').map(plain);
  return {
    name: matching(name, NIC_NAME),
    mac: matching(mac ?? '', MAC),
    pci: matching(pci ?? '', PCI),
    driver: matching(driver ?? '', DRIVER),
    bound: matching(bound ?? '', DRIVER),
    node: count(node),
    queues: count(queues),
    used: used.join(' '),
  };
}

/** `NODE CPUS FREE_KB CACHE_KB PAGES FREE` */
function nodeOf(line: string): MemoryNode {
  const [node, cpus, free, cache, pages, unused] = line.split(' ');
  return {
    node: count(node),
    cpus: cpuList(cpus ?? ''),
    available: count(free) + count(cache),
    pages: count(pages),
    free: count(unused),
  };
}

/** What a NIC was before DPDK got it, from the table that was kept (`known=`): the kernel does not say any more. */
function remembered(nic: Nic, known: readonly Nic[]): Nic {
  const before = known.find(({ pci }) => pci !== '' && pci === nic.pci);
  if (nic.name !== '' || !before) return nic;
  return { ...before, bound: nic.bound, node: nic.node, used: '' };
}

/** The host, as dpvs_plan.sh tells it. */
export function factsOf(said: Answer): HostFacts {
  const known = said.all('known').map(nicOf);
  return {
    arch: said.get('arch') ?? '',
    kernel: said.get('kernel') ?? '',
    cpus: cpuList(said.get('cpus') ?? ''),
    siblings: [...new Set(said.all('siblings'))].map(cpuList),
    nodes: said.all('node').map(nodeOf),
    nics: said
      .all('nic')
      .map(nicOf)
      .map((nic) => remembered(nic, known)),
    iommu: said.is('iommu'),
    vhostNet: said.is('vhost_net'),
    running: said.is('running'),
    installed: /^dpvs version: ([\w.-]{1,20})/.exec(said.get('version') ?? '')?.[1] ?? '',
  };
}
