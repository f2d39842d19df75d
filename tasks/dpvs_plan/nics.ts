import type { HostFacts, Nic } from './facts.ts';
import { MAX_QUEUES } from './conf/keys.ts';

/** A port of DPVS: dpdk0, dpdk1... in the order in which DPDK finds them. */
export interface Port {
  readonly port: string;
  readonly nic: Nic;
  /** Whether it can be told which queue a reply goes to: without, one worker only. */
  readonly flows: boolean;
  readonly queues: number;
  /** It stays with the kernel's driver, and DPDK works beside it. */
  readonly shared: boolean;
}

/** Kernel drivers whose DPDK drivers have rte_flow with what DPVS asks for, or (mlx5, by a patch of DPVS's) nearly. */
const FLOWS = ['ixgbe', 'i40e', 'ice', 'mlx5_core'];
/** Their DPDK drivers share the NIC with the kernel: nothing is bound. */
const SHARED = ['mlx4_core', 'mlx5_core', 'mana'];

const wanted = (nic: Nic, word: string): boolean =>
  [nic.name, nic.mac, nic.pci].includes(word.toLowerCase()) || nic.name === word;

/** Bus numbers in order: DPDK probes so, and numbers its ports by it. */
export const byPci = (a: Nic, b: Nic): number => (a.pci < b.pci ? -1 : a.pci > b.pci ? 1 : 0);

const portOf = (nic: Nic, index: number, pci: boolean): Port => ({
  port: `dpdk${index}`,
  nic,
  flows: pci && FLOWS.includes(nic.driver),
  queues: pci ? Math.min(nic.queues === 0 ? 1 : nic.queues, MAX_QUEUES) : 1,
  shared: SHARED.includes(nic.driver),
});

export interface Chosen {
  readonly ports: readonly Port[];
  readonly problems: readonly string[];
}

/** Why a NIC cannot be a port. */
function wrongNic(nic: Nic, word: string, pci: boolean): string[] {
  if (pci && nic.pci === '')
    return [`${word} is no PCI device: DPDK's drivers cannot have it (layout: vdev is for such)`];
  if (nic.used !== '') return [`${word} has ${nic.used}: this host would be cut off. Take them from it first`];
  if (!pci && nic.name === '')
    return [`${word} belongs to ${nic.bound || 'no driver'}: the layout vdev needs one that the kernel has`];
  return [];
}

/**
 * The ports of the interfaces that the user names, by name, MAC or PCI address.
 * @param pci false for the layout vdev: af_packet on interfaces that the kernel keeps, in the order given
 */
export function choosePorts(words: readonly string[], facts: HostFacts, pci: boolean): Chosen {
  const found = words.map((word) => ({ word, nic: facts.nics.find((nic) => wanted(nic, word)) }));
  const nics = found.flatMap(({ nic }) => (nic ? [nic] : []));
  const twice = words.filter(
    (word, index) => nics.length === words.length && nics.indexOf(nics[index]) !== index && word,
  );
  const problems = [
    ...(words.length === 0 ? ['no interface is named that DPVS should have'] : []),
    ...found.flatMap(({ word, nic }) => (nic ? wrongNic(nic, word, pci) : [`there is no network interface ${word}`])),
    ...twice.map((word) => `${word} is named twice`),
  ];
  const ordered = pci ? nics.toSorted(byPci) : nics;
  return { ports: ordered.map((nic, index) => portOf(nic, index, pci)), problems };
}
