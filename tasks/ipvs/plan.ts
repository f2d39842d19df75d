import { failure, type ModuleResult } from '../../src/base/result.ts';
import { familyOf, nftTable, peerName, type Server as Balanced, wrongFamilies } from '../shared/receiver/services.ts';

/** How a packet reaches its server: ipvsadm's -m, -g and -i. */
export const FORWARD = { nat: '-m', route: '-g', tunnel: '-i' } as const;
export type Forward = keyof typeof FORWARD;

export interface Server extends Balanced {
  readonly forward: Forward;
}

export interface Service {
  readonly vip: string;
  readonly port: number;
  readonly scheduler: string;
  /** Seconds for which a client stays with its server; 0: each connection by itself. */
  readonly persistent: number;
  readonly servers: readonly Server[];
}

interface Entry {
  readonly options: string;
  /** By `ADDRESS:PORT`: ipvsadm's words for it. */
  readonly servers: Map<string, { readonly forward: string; readonly weight: number }>;
}
/** TCP services by `ADDRESS:PORT`. */
export type Table = Map<string, Entry>;

/** What to do, as arguments of ipvsadm, and for whom to wait between the two. */
export interface Plan {
  readonly first: readonly string[];
  /** Servers that new connections no longer go to: `ADDRESS PORT`. */
  readonly drain: readonly string[];
  readonly last: readonly string[];
}

function wrongService({ vip, port, servers }: Service): string | undefined {
  const wrong = wrongFamilies(vip, port, servers);
  if (wrong !== undefined) return wrong;
  const moved = servers.find((one) => one.forward !== 'nat' && (one.port ?? port) !== port);
  return moved && `${moved.address}: only NAT changes the port, ${moved.forward} leaves it ${port}`;
}

/** Why one service of those before it cannot stand; only for one that is right by itself. */
function wrongBeside({ vip, port, servers }: Service, seen: Set<string>): string | undefined {
  const key = peerName(vip, port);
  if (seen.has(key)) return `${key} comes twice`;
  seen.add(key);
  const all = new Set(servers.map((one) => peerName(one.address, one.port ?? port)));
  return all.size < servers.length ? `${key} has a server twice` : undefined;
}

/** Why a list of services cannot be used, or undefined. */
export function wrongServices(services: readonly Service[]): ModuleResult | undefined {
  const seen = new Set<string>();
  for (const service of services) {
    const wrong = wrongService(service) ?? wrongBeside(service, seen);
    if (wrong !== undefined)
      return failure(wrong, { code: 'E_IPVS_SERVICE', remedy: 'vip, port and servers: [{address, port, weight}]' });
  }
  return undefined;
}

/** The table that a list of services makes. Only for services that are not wrong. */
export function tableOf(services: readonly Service[]): Table {
  const entry = (service: Service): Entry => ({
    options: `-s ${service.scheduler}${service.persistent > 0 ? ` -p ${service.persistent}` : ''}`,
    servers: new Map(
      service.servers.map((one) => [
        peerName(one.address, one.port ?? service.port),
        { forward: FORWARD[one.forward], weight: one.weight },
      ]),
    ),
  });
  return new Map(services.map((service) => [peerName(service.vip, service.port), entry(service)]));
}

/** Reads what `ipvsadm -Sn` writes. Services that are not TCP, and words that it does not know, are left out. */
export function parseTable(text: string): Table {
  const table: Table = new Map();
  for (const line of text.split('\n')) {
    const service = /^-A -t (\S+) (-s \S+(?: -p \d+)?)/.exec(line);
    if (service) table.set(service[1], { options: service[2], servers: new Map() });
    const server = /^-a -t (\S+) -r (\S+) (-[mgi]) -w (\d+)/.exec(line);
    if (server) table.get(server[1])?.servers.set(server[2], { forward: server[3], weight: Number(server[4]) });
  }
  return table;
}

/** The table as `ipvsadm --restore` takes it, and as `ipvsadm -Sn` writes it. */
export function linesOf(table: Table): string[] {
  return [...table].flatMap(([service, { options, servers }]) => [
    `-A -t ${service} ${options}`,
    ...[...servers].map(([server, { forward, weight }]) => `-a -t ${service} -r ${server} ${forward} -w ${weight}`),
  ]);
}

const spaced = (server: string): string => server.replace(/^\[?(.*?)\]?:(\d+)$/, '$1 $2');

/** What one service needs: what it lacks first, who leaves it last. */
function changes(service: string, have: Entry | undefined, want: Entry, drains: boolean): Plan {
  const first: string[] = [];
  const drain: string[] = [];
  const last: string[] = [];
  if (have?.options !== want.options) first.push(`${have ? '-E' : '-A'} -t ${service} ${want.options}`);
  for (const [server, { forward, weight }] of want.servers) {
    const old = have?.servers.get(server);
    if (old?.forward !== forward || old.weight !== weight)
      first.push(`${old ? '-e' : '-a'} -t ${service} -r ${server} ${forward} -w ${weight}`);
    if (weight === 0) drain.push(spaced(server));
  }
  for (const [server, { forward, weight }] of have?.servers ?? []) {
    if (want.servers.has(server)) continue;
    if (drains && weight > 0) first.push(`-e -t ${service} -r ${server} ${forward} -w 0`);
    if (drains) drain.push(spaced(server));
    last.push(`-d -t ${service} -r ${server}`);
  }
  return { first, drain, last };
}

/**
 * What leads from the kernel's table to the one that is wanted. Services of others are left alone.
 * @param kept the table of the last run: what is no longer wanted of it goes
 * @param drains who leaves gets no new connection, and is waited for
 */
export function plan(have: Table, want: Table, kept: Table, drains: boolean): Plan {
  const parts = [...want].map(([service, entry]) => changes(service, have.get(service), entry, drains));
  for (const [service] of kept) {
    const old = have.get(service);
    if (!old || want.has(service)) continue;
    const gone = changes(service, old, { options: old.options, servers: new Map() }, drains);
    parts.push({ ...gone, last: [`-D -t ${service}`] });
  }
  const all = (key: keyof Plan): string[] => parts.flatMap((part) => part[key]);
  return { first: all('first'), drain: [...new Set(all('drain'))], last: all('last') };
}

/** Settings of IPVS, `NAME VALUE`, by the kernel's release. They exist only when ip_vs is loaded. */
export function settings(release: string, masquerade: boolean): string[] {
  const [major = 0, minor = 0] = release.split('.').map((part) => Number.parseInt(part, 10));
  const old = major < 5 || (major === 5 && minor < 9);
  return [
    // packets to a server that was removed end their connection, instead of vanishing
    'net.ipv4.vs.expire_nodest_conn 1',
    ...(masquerade ? ['net.ipv4.vs.conntrack 1'] : []),
    // before 5.9 a port that a client uses again waits for a second where conntrack is on
    ...(masquerade && old ? ['net.ipv4.vs.conn_reuse_mode 0'] : []),
  ];
}

/** nft rules that make servers answer to this host: of what IPVS sends by NAT, and nothing else. */
export function masquerading(name: string, services: readonly Service[]): string {
  const rules = services.flatMap(({ vip, port, servers }) => {
    const family = familyOf(vip) ?? 'ip';
    return servers
      .filter(({ forward }) => forward === 'nat')
      .map(
        (one) =>
          `    ct original ${family} daddr ${vip} ${family} daddr ${one.address} tcp dport ${one.port ?? port} masquerade`,
      );
  });
  return nftTable(name, 'servers of this director answer to it.', [
    '  chain sources {',
    '    type nat hook postrouting priority 100; policy accept;',
    ...new Set(rules),
    '  }',
  ]);
}
