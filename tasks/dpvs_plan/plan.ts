import { booleanOf } from '../../src/base/value.ts';
import { blockInside, type Conf, inside, isConf, redirects, wrongConf } from './conf/check.ts';
import { confText } from './conf/write.ts';
import { ealArgs } from './eal.ts';
import type { HostFacts, Nic } from './facts.ts';
import { wrongHost, wrongKernelPath } from './host.ts';
import { type NodePages, planMemory } from './memory.ts';
import { choosePorts, type Port } from './nics.ts';
import type { Release } from './releases.ts';
import { layOut, workerConf, workersOf, wrongWorkers } from './workers.ts';

export interface Wish {
  readonly release: Release;
  readonly layout: 'pci' | 'vdev';
  readonly interfaces: readonly string[];
  readonly workers: number | undefined;
  /** The host's kernel gets packets that are not DPVS's, over dpdkN.kni. */
  readonly kni: boolean;
  /** Data of dpvs.conf: what it has goes before what is planned. */
  readonly conf: Conf;
  /** KiB. */
  readonly pageSize: number;
  readonly hugeDir: string;
  readonly driver: string | undefined;
}

export interface Plan {
  readonly version: string;
  readonly dpdk: string;
  readonly layout: 'pci' | 'vdev';
  readonly ports: readonly {
    port: string;
    interface: string;
    mac: string;
    pci: string;
    node: number;
    flows: boolean;
    bind: boolean;
  }[];
  readonly nics: readonly Nic[];
  readonly nodes: readonly NodePages[];
  /** DPVS's compile-time number of NUMA nodes has to be this. */
  readonly max_socket: number;
  readonly page_kb: number;
  readonly huge_dir: string;
  readonly driver: string;
  readonly modules: readonly string[];
  readonly eal: readonly string[];
  readonly takes_conf: boolean;
  readonly conf: string;
}

export type Planned =
  | { readonly ok: true; readonly plan: Plan; readonly warnings: readonly string[] }
  | { readonly ok: false; readonly about: 'host' | 'conf'; readonly problems: readonly string[] };

/** `over` laid over `under`: dicts key by key, all else whole. */
export function laidOver(under: Conf, over: Conf): Conf {
  const merged = { ...under };
  for (const [key, value] of Object.entries(over)) {
    const below = Object.hasOwn(under, key) ? under[key] : undefined;
    merged[key] = isConf(below) && isConf(value) ? laidOver(below, value) : value;
  }
  return merged;
}

function deviceConf(port: Port, wish: Wish, workers: number, apart: boolean): Conf {
  const free = apart && wish.release.number >= 1_009_010 ? { mbuf_fast_free: 'off' } : {};
  return {
    rx: { queue_number: workers, descriptor_number: 1024, rss: 'all' },
    tx: { queue_number: workers, descriptor_number: 1024, ...free },
    ...(wish.release.line === '1.8' && wish.layout === 'pci'
      ? { fdir: { mode: 'perfect', pballoc: '64k', status: 'matched' } }
      : {}),
    // two ports without it stop DPVS at its start ("RING: Cannot reserve memory")
    kni_name: `${port.port}.kni`,
  };
}

/** What dpvs.conf is where the user says nothing. */
function planned(wish: Wish, ports: readonly Port[], cpus: { master: number; workers: readonly number[] }): Conf {
  const apart = new Set(ports.map(({ nic }) => nic.node)).size > 1;
  const flows = ports.every((port) => port.flows);
  const small = wish.layout === 'vdev';
  const count = cpus.workers.length;
  const { kniSwitch } = wish.release;
  return {
    global_defs: { log_level: 'INFO', log_file: '/var/log/dpvs.log', ...(kniSwitch && { kni: wish.kni }) },
    netif_defs: {
      pktpool_size: small ? 65_535 : 1_048_575,
      pktpool_cache: 256,
      device: Object.fromEntries(ports.map((port) => [port.port, deviceConf(port, wish, count, apart)])),
    },
    worker_defs: workerConf(cpus, ports),
    ipvs_defs: { conn: { conn_pool_size: small ? 65_536 : 2_097_152 } },
    ...(wish.release.line !== '1.8' && { sa_pool: { flow_enable: flows ? 'on' : 'off' } }),
  };
}

/** The configuration that will be in force: workers of the user's own take the place of the planned ones as a whole. */
function wholeConf(wish: Wish, ports: readonly Port[], cpus: { master: number; workers: readonly number[] }): Conf {
  const own = inside(wish.conf, 'worker_defs', 'worker') !== undefined;
  const under = planned(wish, ports, cpus);
  return laidOver(own ? { ...under, worker_defs: {} } : under, wish.conf);
}

/** What contradicts the ports: devices that are none, replies that would be sent nowhere. */
function wrongTogether(conf: Conf, ports: readonly Port[]): string[] {
  const names = ports.map(({ port }) => port);
  const others = Object.keys(blockInside(conf, 'netif_defs', 'device')).filter((name) => !names.includes(name));
  const lame = ports.filter(({ flows }) => !flows).map(({ port, nic }) => `${port} (${nic.driver || 'no driver'})`);
  const asked = booleanOf(inside(conf, 'sa_pool', 'flow_enable')) === true;
  return [
    ...others.map((name) => `netif_defs > device ${name}: there is no such port; there are ${names.join(', ')}`),
    ...(asked && lame.length > 0
      ? [
          `sa_pool > flow_enable: on, but ${lame.join(', ')} has no rte_flow: local addresses would be taken and nothing would connect`,
        ]
      : []),
  ];
}

function planOf(wish: Wish, facts: HostFacts, ports: readonly Port[], conf: Conf): Plan | readonly string[] {
  const workers = workersOf(conf);
  const cpus = workers.flatMap(({ cpu }) => cpu ?? []);
  const master = workers.find(({ type }) => type === 'master')?.cpu ?? cpus[0];
  const memory = planMemory(conf, workers.length - 1, facts, wish.pageSize);
  if (memory.problems.length > 0) return memory.problems;
  const pci = wish.layout === 'pci';
  const driver =
    wish.driver ?? (wish.release.line === '1.8' ? 'igb_uio' : facts.iommu ? 'vfio-pci' : 'uio_pci_generic');
  const binds = pci && ports.some(({ shared }) => !shared);
  const kernel = !wish.kni ? [] : wish.release.kernelPath === 'rte_kni' ? ['rte_kni'] : ['vhost-net'];
  return {
    version: wish.release.text,
    dpdk: wish.release.dpdk,
    layout: wish.layout,
    ports: ports.map(({ port, nic, flows, shared }) => ({
      port,
      interface: nic.name,
      mac: nic.mac,
      pci: nic.pci,
      node: nic.node,
      flows,
      bind: pci && !shared,
    })),
    nics: facts.nics,
    nodes: pci ? memory.nodes : memory.nodes.map((node) => ({ ...node, pages: 0 })),
    max_socket: facts.nodes.length,
    page_kb: wish.pageSize,
    huge_dir: wish.hugeDir,
    driver: binds ? driver : '',
    modules: [...(binds ? [driver] : []), ...kernel],
    eal: ealArgs({ release: wish.release, ports, pci, nodes: memory.nodes, master, cpus, hugeDir: wish.hugeDir }),
    takes_conf: wish.release.takesConf,
    conf: confText(conf),
  };
}

/** From what a host is and what is wished to how DPVS runs there; or every reason why it cannot, in one go. */
export function makePlan(wish: Wish, facts: HostFacts): Planned {
  const wrong = wrongConf(wish.conf, wish.release);
  if (wrong.length > 0) return { ok: false, about: 'conf', problems: wrong };
  const { ports, problems } = choosePorts(wish.interfaces, facts, wish.layout === 'pci');
  const layout = layOut(wish.workers, facts, ports, redirects(wish.conf));
  const host = [...wrongHost(wish, facts), ...wrongKernelPath(wish, facts), ...problems];
  if (host.length > 0) return { ok: false, about: 'host', problems: host };
  if (layout.problems.length > 0) return { ok: false, about: 'host', problems: layout.problems };
  const conf = wholeConf(wish, ports, { master: layout.master ?? 0, workers: layout.workers ?? [] });
  const contradicts = [
    ...wrongConf(conf, wish.release),
    ...wrongTogether(conf, ports),
    ...wrongWorkers(conf, ports, facts.cpus),
  ];
  if (contradicts.length > 0) return { ok: false, about: 'conf', problems: contradicts };
  const plan = planOf(wish, facts, ports, conf);
  return 'eal' in plan ? { ok: true, plan, warnings: layout.warnings } : { ok: false, about: 'host', problems: plan };
}
