import { blockInside, type Conf, idsOf, inside, isConf, numberOf, redirects } from './conf/check.ts';
import type { HostFacts } from './facts.ts';
import { MAX_CPU } from './conf/keys.ts';
import type { Port } from './nics.ts';

/** CPUs of DPVS: one that controls, and those that never sleep. */
export interface Cpus {
  readonly master: number;
  readonly workers: readonly number[];
}

export interface Layout extends Partial<Cpus> {
  readonly problems: readonly string[];
  readonly warnings: readonly string[];
}

/** CPUs of nodes that have ports first; of each core one before the second of any. */
function inOrder(facts: HostFacts, ports: readonly Port[]): number[] {
  const near = new Set(
    facts.nodes.filter(({ node }) => ports.some(({ nic }) => nic.node === node)).flatMap(({ cpus }) => cpus),
  );
  const second = new Set(facts.siblings.flatMap((cpus) => cpus.slice(1)));
  const rank = (cpu: number): number => (near.size > 0 && !near.has(cpu) ? 2 : 0) + (second.has(cpu) ? 1 : 0);
  return facts.cpus.filter((cpu) => cpu <= MAX_CPU).toSorted((a, b) => rank(a) - rank(b) || a - b);
}

/** How many workers there can be: one on each queue, and one alone where no NIC sends replies to the right one. */
export function mostWorkers(ports: readonly Port[], redirect: boolean): number {
  if (ports.some(({ flows }) => !flows) && !redirect) return 1;
  return Math.min(...ports.map(({ queues }) => queues));
}

/** @param wanted of workers; as many as there can be when it is not given */
export function layOut(
  wanted: number | undefined,
  facts: HostFacts,
  ports: readonly Port[],
  redirect: boolean,
): Layout {
  const cpus = inOrder(facts, ports);
  const most = mostWorkers(ports, redirect);
  if (cpus.length < 2) {
    return {
      problems: [`DPVS needs two CPUs, one for itself and one for a worker; this host has ${cpus.length}`],
      warnings: [],
    };
  }
  const problems = [];
  if (wanted !== undefined && wanted > cpus.length - 1) {
    problems.push(`${wanted} workers need ${wanted + 1} CPUs; this host has ${cpus.length} that DPVS can use`);
  }
  if (wanted !== undefined && wanted > most) {
    const lame = ports
      .filter(({ flows }) => !flows)
      .map(({ nic, port }) => `${nic.name || port} (${nic.driver || 'no driver'})`);
    problems.push(
      lame.length > 0 && !redirect
        ? `${lame.join(', ')} cannot send replies to the worker that waits for them (no rte_flow): one worker, or ipvs_defs > conn > redirect: on`
        : `${wanted} workers need as many queues; there is a port with ${most}`,
    );
  }
  const [master, ...others] = cpus;
  return {
    problems,
    warnings: facts.siblings.some((each) => each.length > 1)
      ? ['hyper-threading is on: two workers that never sleep may share a core; the guide turns it off in the BIOS']
      : [],
    master,
    workers: others.slice(0, Math.min(wanted ?? most, most)),
  };
}

/** `worker_defs` for a layout: each worker has the queue of its number on every port. */
export function workerConf({ master, workers }: Cpus, ports: readonly Port[]): Conf {
  const on = (queue: number) =>
    Object.fromEntries(ports.map(({ port }) => [port, { rx_queue_ids: [queue], tx_queue_ids: [queue] }]));
  const slaves = workers.map((cpu, index) => [`cpu${cpu}`, { type: 'slave', cpu_id: cpu, port: on(index) }] as const);
  return { worker: Object.fromEntries([[`cpu${master}`, { type: 'master', cpu_id: master }], ...slaves]) };
}

interface Worker {
  readonly name: string;
  readonly type: string;
  readonly cpu: number | undefined;
  readonly ports: readonly (readonly [string, Conf])[];
}

/** The workers of dpvs.conf's data, however they came there. */
export function workersOf(conf: Conf): Worker[] {
  return Object.entries(blockInside(conf, 'worker_defs', 'worker')).flatMap(([name, worker]) => {
    if (!isConf(worker)) return [];
    const ports = Object.entries(blockInside(worker, 'port'));
    return [
      {
        name,
        type: String(worker['type'] ?? 'slave'),
        cpu: numberOf(worker['cpu_id']),
        ports: ports.flatMap(([port, queues]) => (isConf(queues) ? [[port, queues] as const] : [])),
      },
    ];
  });
}

const twice = <T>(all: readonly T[]): T[] => [...new Set(all.filter((one, index) => all.indexOf(one) !== index))];

function queueProblems(workers: readonly Worker[], port: string, rings: Conf, way: 'rx' | 'tx'): string[] {
  const ids = workers.flatMap(({ ports }) =>
    ports.filter(([name]) => name === port).flatMap(([, queues]) => idsOf(queues[`${way}_queue_ids`] ?? [])),
  );
  const ring = numberOf(inside(rings, way, 'queue_number'));
  const missing = Array.from({ length: ring ?? 0 }, (_, id) => id).filter((id) => !ids.includes(id));
  const beyond = ids.filter((id) => id !== undefined && id >= (ring ?? 0));
  return [
    ...twice(ids).map((id) => `${port}: two workers have ${way} queue ${id}`),
    ...missing.map((id) => `${port}: no worker has ${way} queue ${id} of ${ring}`),
    ...beyond.map((id) => `${port}: ${way} queue ${id} is beyond its ${ring ?? 0}`),
  ];
}

function oneWorker({ name, type, cpu, ports }: Worker, all: readonly string[], online: readonly number[]): string[] {
  if (cpu === undefined) return [`worker ${name} has no cpu_id`];
  if (!online.includes(cpu)) return [`worker ${name}: this host has no CPU ${cpu}`];
  if (type === 'master') return ports.length > 0 ? [`worker ${name}: the master has no ports`] : [];
  const unknown = ports
    .filter(([port]) => !all.includes(port))
    .map(([port]) => `worker ${name}: there is no port ${port}`);
  if (type === 'kni') return unknown;
  const lacks = all.filter(
    (port) => !ports.some(([own, queues]) => own === port && idsOf(queues['tx_queue_ids'] ?? []).length > 0),
  );
  return [
    ...unknown,
    ...lacks.map((port) => `worker ${name} has no tx queue on ${port}: each worker needs one on every port`),
  ];
}

/**
 * What DPVS stops on, or works wrongly with, in the workers: one master, CPUs that are there and used once, queues from 0
 * without a gap and each with one worker, and several workers only where replies find theirs.
 * @param conf whole data of dpvs.conf
 */
export function wrongWorkers(conf: Conf, ports: readonly Port[], online: readonly number[]): string[] {
  const workers = workersOf(conf);
  const names = ports.map(({ port }) => port);
  const masters = workers.filter(({ type }) => type === 'master').length;
  const slaves = workers.filter(({ type }) => type === 'slave').length;
  const lame = ports.filter(({ flows }) => !flows).map(({ port }) => port);
  return [
    ...(masters === 1 ? [] : [`there has to be one worker of type master; there are ${masters}`]),
    ...(slaves > 0 ? [] : ['there is no worker of type slave']),
    ...(slaves > 1 && lame.length > 0 && !redirects(conf)
      ? [`${lame.join(', ')}: no rte_flow, so one worker of type slave, or ipvs_defs > conn > redirect: on`]
      : []),
    ...workers.flatMap((worker) => oneWorker(worker, names, online)),
    ...twice(workers.flatMap(({ cpu }) => cpu ?? [])).map((cpu) => `two workers are on CPU ${cpu}`),
    ...names.flatMap((port) => {
      const rings = blockInside(conf, 'netif_defs', 'device', port);
      return (['rx', 'tx'] as const).flatMap((way) => queueProblems(workers, port, rings, way));
    }),
  ];
}
