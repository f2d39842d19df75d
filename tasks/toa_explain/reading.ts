import type { Answer } from '../shared/answer.ts';
import { moduleState } from '../shared/receiver/kmod.ts';
import { parseJson } from '../shared/receiver/programs.ts';
import { type Counters, refusedPeers } from '../shared/receiver/refused.ts';
import type { Evidence, Handshake, HookProgram, Json, Listener, Process, WatchedPeer } from './evidence.ts';

const list = (value: unknown): Json[] =>
  Array.isArray(value) ? value.filter((one): one is Json => typeof one === 'object' && one !== null) : [];
const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const number = (value: unknown): number => (typeof value === 'number' && Number.isFinite(value) ? value : 0);

/** `KEY REST` lines. */
const split = (line: string): [string, string] => {
  const at = line.indexOf(' ');
  return at < 0 ? [line, ''] : [line.slice(0, at), line.slice(at + 1)];
};

function hooksOf(json: string): Process['hooks'] {
  const said = parseJson(json);
  if (said['ok'] !== true) return undefined;
  const program = (one: Json): HookProgram => ({
    id: number(one['id']),
    name: text(one['name']),
    ours: one['ours'] === true,
  });
  return new Map(list(said['hooks']).map((hook) => [text(hook['hook']), list(hook['programs']).map(program)]));
}

function listenersOf(json: string | undefined): Listener[] {
  const found = list(parseJson(json)['listeners']).map((one) => ({
    pid: number(one['pid']),
    process: text(one['process']),
    address: text(one['address']),
    protocol: text(one['protocol']),
    defer_accept: number(one['defer_accept']),
    save_syn: number(one['save_syn']),
    inode: number(one['inode']),
  }));
  // workers share the socket of their parent
  return found.filter((one, at) => found.findIndex((other) => other.inode === one.inode) === at);
}

function handshakeOf(json: string | undefined): Handshake | undefined {
  const one = list(parseJson(json)['cases'])[0];
  if (!one) return undefined;
  return {
    result: text(one['result']),
    getpeername: text(one['getpeername']),
    process: text(one['process']),
    recorded: typeof one['recorded'] === 'boolean' ? one['recorded'] : undefined,
    httpNames: text(one['http_names']),
  };
}

function processesOf(said: Answer): Process[] {
  const groups = new Map(said.all('group').map(split));
  const hooks = new Map(said.all('hooks').map(split));
  return said.all('process').map((line) => {
    const [pid, began, same, ...name] = line.split(' ');
    const own = hooks.get(pid);
    return {
      pid: Number(pid),
      name: name.join(' '),
      began: Number(began) || 0,
      sameNetwork: same === '1',
      cgroup: groups.get(pid) ?? '',
      hooks: own === undefined ? undefined : hooksOf(own),
    };
  });
}

const counts = (lines: readonly string[]): Map<number, number> =>
  new Map(lines.map((line) => line.split(' ').map(Number) as [number, number]));

/** Connections of the probe itself come from these. */
const isProbe = (address: string): boolean => /^198\.1[89]\.|^fd74:6f61:/.test(address);

function watchedOf(json: Json): WatchedPeer[] {
  return list(json['peers'])
    .map((one) => ({
      address: text(one['address']),
      connections: number(one['connections']),
      without: number(one['without']),
      options: list(one['options']).map((option) => ({
        kind: number(option['kind']),
        len: number(option['len']),
        places: text(option['places']),
        connections: number(option['connections']),
      })),
    }))
    .filter((one) => !isProbe(one.address));
}

function receiverOf(
  said: Answer,
): Pick<Evidence, 'attached' | 'complete' | 'module' | 'kinds' | 'allow' | 'refused' | 'counters'> {
  const status = parseJson(said.get('status'));
  const module = said.get('module') === 'ours' ? moduleState(said.all('module_state')) : undefined;
  const attached = status['attached'] === true;
  const networks = attached ? status['allow'] : module && said.all('module_network');
  return {
    attached,
    complete: attached ? status['complete'] !== false : module !== undefined,
    module,
    kinds: attached ? text(status['kinds']) : (module?.kinds ?? ''),
    allow: Array.isArray(networks) ? networks.map(String) : ['any'],
    refused: attached ? refusedPeers(status['refused']) : (module?.refused ?? []),
    counters: ((attached ? parseJson(said.get('stats'))['counters'] : module?.counters) as Counters | undefined) ?? {},
  };
}

/** Reads what the host said. Nothing in it is trusted to have a form. */
export function evidenceOf(said: Answer, port: number | undefined): Evidence {
  const watch = parseJson(said.get('watch'));
  const top = said
    .all('hooks')
    .map(split)
    .find(([pid]) => pid === '0');
  const listeners = listenersOf(said.get('listeners'));
  return {
    port,
    now: Number(said.get('now')) || 0,
    ...receiverOf(said),
    since: Number(said.get('since')) || 0,
    modules: said.all('loaded'),
    check: parseJson(said.get('check')),
    hooks: top && hooksOf(top[1]),
    listens: listeners.length > 0 || said.is('listening'),
    listeners,
    processes: processesOf(said),
    udp: said.is('udp'),
    probe: handshakeOf(said.get('probe')),
    probeData: handshakeOf(said.get('probe_data')),
    probeHttp: handshakeOf(said.get('probe_http')),
    own: list(parseJson(said.get('probe'))['cases']).map((one) => ({
      name: text(one['name']),
      result: text(one['result']),
      ok: one['ok'] === true,
    })),
    services: said
      .all('service')
      .map(Number)
      .toSorted((a, b) => a - b),
    before: counts(said.all('before')),
    after: counts(said.all('after')),
    others: new Map(
      said
        .all('other')
        .map(split)
        .map(([at, json]) => [Number(at), listenersOf(json)[0]?.process ?? '']),
    ),
    peers: said
      .all('peer')
      .map(split)
      .map(([address, count]) => ({ address, count: Number(count) || 0 })),
    fronts: [...new Set(said.all('front').map((line) => split(line)[1]))],
    watched: watchedOf(watch),
    unwatched: watch['ok'] === true ? '' : text(watch['message']) || 'no answer',
    watchedFor: Math.round(number(watch['ms']) / 1000),
    mptcpClients: number(watch['mptcp']),
    datagrams: number(watch['udp']),
  };
}
