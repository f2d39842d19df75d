import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Answer } from '../shared/answer.ts';
import { factsOf, type HostFacts } from './facts.ts';
import { neededOn } from './memory.ts';
import { makePlan, type Plan, type Wish } from './plan.ts';
import { type Release, releaseOf } from './releases.ts';
import { workersOf } from './workers.ts';
import { readConf } from '../../test/support/dpvs-conf.ts';

const recorded = (name: string): HostFacts =>
  factsOf(new Answer(readFileSync(join(import.meta.dirname, 'recorded', `${name}.txt`), 'utf8')));
const of = (text: string): Release => {
  const found = releaseOf(text);
  if (!found) throw new Error(text);
  return found;
};
const R630 = recorded('r630');
const GUEST = recorded('guest');

const wish = (more: Partial<Wish> = {}): Wish => ({
  release: of('1.8-10'),
  layout: 'pci',
  interfaces: ['eth2', 'eth3', 'eth4', 'eth5'],
  workers: undefined,
  kni: true,
  conf: {},
  pageSize: 2048,
  hugeDir: '/mnt/huge',
  driver: undefined,
  ...more,
});
const GUEST_WISH = { release: of('1.10.2'), interfaces: ['ens4', 'ens5'] };
const SMALL = { netif_defs: { pktpool_size: 65_535 }, ipvs_defs: { conn: { conn_pool_size: 131_071 } } };

function plan(given: Wish, facts: HostFacts): Plan {
  const made = makePlan(given, facts);
  if (!made.ok) throw new Error(made.problems.join('\n'));
  return made.plan;
}
const problems = (given: Wish, facts: HostFacts): string => {
  const made = makePlan(given, facts);
  return made.ok ? '' : made.problems.join('\n');
};

describe('the plan for the host of guide 002', () => {
  const made = plan(wish(), R630);

  it('has the NIC table, ports in the order in which DPDK finds them', () => {
    expect(made.ports.map(({ port, interface: name, pci, node }) => [port, name, pci, node])).toEqual([
      ['dpdk0', 'eth2', '0000:04:00.0', 0],
      ['dpdk1', 'eth3', '0000:04:00.1', 0],
      ['dpdk2', 'eth4', '0000:82:00.0', 1],
      ['dpdk3', 'eth5', '0000:82:00.1', 1],
    ]);
    const shuffled = plan(wish({ interfaces: ['0000:82:00.1', 'AA:BB:CC:23:33:04', 'eth3', 'eth2'] }), R630);
    expect(shuffled.ports).toEqual(made.ports);
  });

  it('has sixteen workers, as DPVS has sixteen queues, each with one queue on every port', () => {
    const workers = workersOf(readConf(made.conf));
    expect(workers.map(({ type }) => type)).toEqual(['master', ...Array.from({ length: 16 }, () => 'slave')]);
    expect(made.conf).toContain('rx_queue_ids 15');
    expect(made.conf).toContain('<init> mode perfect'.replace('<init> ', ''));
  });

  it('has modules, pages on each node, arguments of DPDK 18.11', () => {
    expect(made).toMatchObject({
      driver: 'igb_uio',
      modules: ['igb_uio', 'rte_kni'],
      max_socket: 2,
      takes_conf: false,
    });
    expect(made.nodes.every(({ need, pages }) => pages * 2048 >= need && (pages - 1) * 2048 < need)).toBe(true);
    expect(made.eal.join(' ')).toMatch(
      /^-l 0,1,.* --socket-mem \d+,\d+ --huge-dir \/mnt\/huge -w 0000:04:00\.0 -w 0000:04:00\.1 -w 0000:82:00\.0 -w 0000:82:00\.1$/,
    );
  });

  it('is the same when DPDK has the NICs already, and DPVS runs', () => {
    const nics = R630.nics.map(
      (nic) => `${nic.name} ${nic.mac} ${nic.pci} ${nic.driver} ${nic.driver} ${nic.node} ${nic.queues} `,
    );
    const text = readFileSync(join(import.meta.dirname, 'recorded/r630.txt'), 'utf8')
      .replaceAll(/^nic=eth[2-5] \S+ (\S+) \S+ \S+ (\d+) .*$/gm, 'nic=- - $1 - igb_uio $2 0 ')
      .replaceAll(
        /^node=(\d) (\S+) .*$/gm,
        (_, node: string, cpus: string) => `node=${node} ${cpus} 900000 9000 ${made.nodes[Number(node)].pages} 3`,
      );
    const again = factsOf(new Answer(`${text}running=1\n${nics.map((line) => `known=${line}`).join('\n')}\n`));
    expect(plan(wish(), again)).toEqual({ ...made, nics: again.nics });
  });
});

describe('the plan for a virtual machine', () => {
  it('has one worker and flow_enable off, whatever the queues, since virtio has no rte_flow', () => {
    const made = plan(wish({ ...GUEST_WISH, conf: SMALL }), GUEST);
    expect(made.conf).toContain('flow_enable off');
    expect(made.ports.map(({ flows }) => flows)).toEqual([false, false]);
    expect(workersOf(readConf(made.conf))).toHaveLength(2);
    expect(made).toMatchObject({ driver: 'uio_pci_generic', modules: ['uio_pci_generic', 'vhost-net'], max_socket: 1 });
    expect(made.eal).toContain('-a');
  });

  it('has more workers where replies are redirected', () => {
    const conf = { ...SMALL, ipvs_defs: { conn: { conn_pool_size: 131_071, redirect: true } } };
    expect(workersOf(readConf(plan(wish({ ...GUEST_WISH, conf }), GUEST).conf))).toHaveLength(4);
  });

  it('needs neither NIC nor huge pages nor module in the layout vdev', () => {
    const made = plan(wish({ ...GUEST_WISH, layout: 'vdev', kni: false, interfaces: ['veth0', 'ens4'] }), GUEST);
    expect(made).toMatchObject({ modules: [], driver: '', nodes: [{ pages: 0 }] });
    expect(made.eal.join(' ')).toMatch(
      /^-l 0,1 --no-huge -m \d+ --no-pci --vdev net_af_packet0,iface=veth0 --vdev net_af_packet1,iface=ens4$/,
    );
    expect(made.conf).toMatch(/kni off[^]*flow_enable off/);
    expect(made.conf).toContain('kni_name dpdk1.kni');
  });
});

describe('what cannot run is refused with the reason', () => {
  it.each<[string, Partial<Wish>, HostFacts, string]>([
    [
      'the way of the session',
      { interfaces: ['eth0', 'eth2'] },
      R630,
      'eth0 has the default route: this host would be cut off',
    ],
    ['a name that is none', { interfaces: ['eth9'] }, R630, 'there is no network interface eth9'],
    ['a name twice', { interfaces: ['eth2', '0000:04:00.0'] }, R630, '0000:04:00.0 is named twice'],
    ['no name', { interfaces: [] }, R630, 'no interface is named'],
    ['no PCI', { ...GUEST_WISH, interfaces: ['veth0'] }, GUEST, 'veth0 is no PCI device'],
    ['an old kernel', { release: of('1.10.2') }, R630, 'needs DPDK 24.11, that a kernel from 4.19 on; this is 3.10.0'],
    ['too many workers', { workers: 17 }, R630, '17 workers need as many queues; there is a port with 16'],
    ['too few CPUs', { ...GUEST_WISH, workers: 4 }, GUEST, '4 workers need 5 CPUs; this host has 4'],
    [
      'workers without rte_flow',
      { ...GUEST_WISH, workers: 2 },
      GUEST,
      'ens4 (virtio_net), ens5 (virtio_net) cannot send replies',
    ],
    ['too little memory', GUEST_WISH, GUEST, 'node 0: DPVS needs'],
    ['vfio without IOMMU', { ...GUEST_WISH, driver: 'vfio-pci' }, GUEST, 'vfio-pci needs an IOMMU'],
    ['no vhost-net', GUEST_WISH, { ...GUEST, vhostNet: false }, 'there is no vhost-net'],
    [
      'vdev with 1.8',
      { ...GUEST_WISH, release: of('1.8-10'), layout: 'vdev', kni: false },
      GUEST,
      'the layout vdev needs `kni off`',
    ],
    [
      'another DPVS',
      {},
      { ...R630, installed: '1.9.4' },
      '/sbin/dpvs is 1.9.4; the version that is asked for is 1.8-10',
    ],
    ['one CPU', { ...GUEST_WISH, conf: SMALL }, { ...GUEST, cpus: [0] }, 'DPVS needs two CPUs'],
    [
      'flows that no NIC has',
      { ...GUEST_WISH, conf: { ...SMALL, sa_pool: { flow_enable: 'on' } } },
      GUEST,
      'nothing would connect',
    ],
    [
      'a device that is none',
      { conf: { netif_defs: { device: { dpdk4: { mtu: 1500 } } } } },
      R630,
      'device dpdk4: there is no such port',
    ],
    ['another CPU', {}, { ...R630, arch: 'ppc64le' }, 'this host is ppc64le'],
  ])('%s', (_, more, facts, reason) => expect(problems(wish(more), facts)).toContain(reason));

  it('names its releases', () => {
    expect(releaseOf('1.7')).toBeUndefined();
    expect(releaseOf('1.9.4')).toMatchObject({ dpdk: '20.11', kernelPath: 'rte_kni', takesConf: true });
    expect(releaseOf('v1.9.10')).toMatchObject({ dpdk: '20.11', kernelPath: 'virtio-user' });
    expect(releaseOf('1.10.2')).toMatchObject({ dpdk: '24.11', line: '1.10' });
  });
});

describe("workers of the user's own", () => {
  const slave = (cpu: number, rx: number[], tx = rx, port = 'dpdk0') => ({
    type: 'slave',
    cpu_id: cpu,
    port: { [port]: { rx_queue_ids: rx, tx_queue_ids: tx } },
  });
  const master = { type: 'master', cpu_id: 0 };
  const two = { rx: { queue_number: 2 }, tx: { queue_number: 2 } };
  const conf = (worker: Record<string, unknown>) => ({
    netif_defs: { device: { dpdk0: two } },
    worker_defs: { worker },
  });
  const asked = (worker: Record<string, unknown>): string =>
    problems(wish({ interfaces: ['eth2'], conf: conf(worker) }), R630);

  it('are taken as they are when they keep the rules', () => {
    expect(asked({ cpu0: master, cpu2: slave(2, [0]), cpu4: slave(4, [1]) })).toBe('');
  });

  it.each<[Record<string, unknown>, string]>([
    [{ cpu2: slave(2, [0]), cpu4: slave(4, [1]) }, 'there has to be one worker of type master; there are 0'],
    [{ cpu0: master, cpu2: slave(2, [0]), cpu4: slave(4, [0, 1]) }, 'two workers have rx queue 0'],
    [{ cpu0: master, cpu2: slave(2, [0], [0, 1]) }, 'no worker has rx queue 1 of 2'],
    [{ cpu0: master, cpu2: slave(2, [0]), cpu4: slave(4, [1, 2]) }, 'rx queue 2 is beyond its 2'],
    [{ cpu0: master, cpu2: slave(2, [0]), other: slave(2, [1]) }, 'two workers are on CPU 2'],
    [{ cpu0: master, cpu2: slave(2, [0]), cpu40: slave(40, [1]) }, 'this host has no CPU 40'],
    [{ cpu0: master, cpu2: slave(2, [0, 1], [0, 1]), cpu4: slave(4, [], []) }, 'worker cpu4 has no tx queue on dpdk0'],
    [{ cpu0: master, cpu2: slave(2, [0, 1], [0, 1], 'dpdk7') }, 'there is no port dpdk7'],
    [{ cpu0: master }, 'there is no worker of type slave'],
  ])('%j: %s', (worker, reason) => expect(asked(worker)).toContain(reason));
});

describe('whatever the host and the wish', () => {
  const driver = fc.constantFrom('ixgbe', 'i40e', 'mlx5_core', 'virtio_net', 'vmxnet3', 'igb', 'e1000');
  const nic = fc.record({ driver, node: fc.integer({ min: 0, max: 1 }), queues: fc.integer({ min: 0, max: 64 }) });
  const host = fc.record({
    nics: fc.array(nic, { minLength: 1, maxLength: 4 }),
    cpus: fc.integer({ min: 1, max: 40 }),
    nodes: fc.integer({ min: 1, max: 2 }),
    workers: fc.option(fc.integer({ min: 1, max: 20 }), { nil: undefined }),
    version: fc.constantFrom('1.8-10', '1.9.4', '1.9.10', '1.10.2'),
    redirect: fc.boolean(),
    vdev: fc.boolean(),
  });
  type Host = typeof host extends fc.Arbitrary<infer T> ? T : never;

  function facts({ nics, cpus, nodes }: Host): HostFacts {
    const all = Array.from({ length: cpus }, (_, cpu) => cpu);
    return {
      ...GUEST,
      cpus: all,
      nodes: Array.from({ length: nodes }, (_, node) => ({
        node,
        cpus: all.filter((cpu) => cpu % nodes === node),
        available: 60_000_000,
        pages: 0,
        free: 0,
      })),
      nics: nics.map((one, index) => ({
        ...one,
        name: `eth${index}`,
        mac: '',
        pci: `0000:0${9 - index}:00.0`,
        bound: one.driver,
        used: '',
      })),
    };
  }

  it('a plan keeps the rules of workers and queues, and fits the memory', () => {
    let made = 0;
    fc.assert(
      fc.property(host, (given) => {
        const here = facts(given);
        const conf = given.redirect ? { ipvs_defs: { conn: { redirect: 'on' } } } : {};
        const layout = given.vdev ? ('vdev' as const) : ('pci' as const);
        const wished = wish({
          release: of(given.version),
          layout,
          kni: !given.vdev,
          interfaces: here.nics.map(({ name }) => name),
          workers: given.workers,
          conf,
        });
        const planned = makePlan(wished, here);
        if (!planned.ok) {
          expect(planned.problems.length).toBeGreaterThan(0);
          return;
        }
        made += 1;
        const read = readConf(planned.plan.conf);
        const workers = workersOf(read);
        const slaves = workers.filter(({ type }) => type === 'slave');
        const cpus = workers.map(({ cpu }) => cpu);
        expect(workers.length - slaves.length).toBe(1);
        expect(new Set(cpus).size).toBe(cpus.length);
        if (given.workers !== undefined) expect(slaves.length).toBe(given.workers);
        const flows = planned.plan.ports.every((port) => port.flows);
        if (!flows && !given.redirect) expect(slaves).toHaveLength(1);
        if (given.version !== '1.8-10') expect(planned.plan.conf).toContain(`flow_enable ${flows ? 'on' : 'off'}`);
        const pcis = planned.plan.ports.map(({ pci }) => pci);
        if (!given.vdev) expect(pcis).toEqual(pcis.toSorted());
        for (const [index, node] of planned.plan.nodes.entries()) {
          expect(node.need).toBe(neededOn(read, slaves.length, index === 0));
          expect(node.pages * 2048).toBeGreaterThanOrEqual(given.vdev ? 0 : node.need);
        }
      }),
    );
    expect(made).toBeGreaterThan(10);
  });
});
