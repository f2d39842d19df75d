import { failure, type ModuleResult } from '../../src/base/result.ts';
import { familyOf, nftTable, type Server, wrongFamilies } from '../shared/receiver/services.ts';

export interface Service {
  readonly vip: string;
  readonly port: number;
  readonly servers: readonly Server[];
  readonly persistent: boolean;
}

export interface Balancer {
  /** Of the nftables table. */
  readonly name: string;
  readonly services: readonly Service[];
  readonly masquerade: boolean;
}

/** Why a list of services cannot be used, or undefined. */
export function wrongServices(services: readonly Service[]): ModuleResult | undefined {
  const seen = new Set<string>();
  for (const { vip, port, servers } of services) {
    const key = `${vip} port ${port}`;
    const wrong = seen.has(key) ? `${key} comes twice` : wrongFamilies(vip, port, servers);
    if (wrong)
      return failure(wrong, { code: 'E_NAT_SERVICE', remedy: 'vip, port and servers: [{address, port, weight}]' });
    seen.add(key);
  }
  return undefined;
}

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));

/** Servers that new connections go to, with weights in lowest terms. */
function taking(servers: readonly Server[]): readonly Server[] {
  const open = servers.filter(({ weight }) => weight > 0);
  const common = open.reduce((sum, { weight }) => gcd(sum, weight), 0);
  return open.map((server) => ({ ...server, weight: server.weight / common }));
}

/** Where a new connection goes: turns by weight, or by the client's address where it is to stay with one server. */
function target(service: Service, family: string): string {
  const servers = taking(service.servers);
  const at = (server: Server, mark: string): string => `${server.address}${mark}${server.port ?? service.port}`;
  if (servers.length === 1)
    return family === 'ip' ? at(servers[0], ':') : `[${servers[0].address}]:${servers[0].port ?? service.port}`;
  const total = servers.reduce((sum, { weight }) => sum + weight, 0);
  let next = 0;
  const ranges = servers.map((server) => {
    const [first, last] = [next, (next += server.weight) - 1];
    return `${first === last ? first : `${first}-${last}`} : ${at(server, ' . ')}`;
  });
  const choose = service.persistent ? `jhash ${family} saddr mod ${total}` : `numgen inc mod ${total}`;
  return `${choose} map { ${ranges.join(', ')} }`;
}

function destination(service: Service): string[] {
  const family = familyOf(service.vip) ?? 'ip';
  if (taking(service.servers).length === 0) return [];
  return [`    ${family} daddr ${service.vip} tcp dport ${service.port} dnat ${family} to ${target(service, family)}`];
}

function sources(services: readonly Service[]): string[] {
  const all = services.flatMap(({ servers, port }) =>
    servers.map((server) => ({ ...server, port: server.port ?? port })),
  );
  const rules = all.map(
    ({ address, port }) => `    ${familyOf(address)} daddr ${address} tcp dport ${port} ct status dnat masquerade`,
  );
  return [...new Set(rules)];
}

/** The rules as one nft file: loading it replaces the table in one step. Only for services that are not wrong. */
export function ruleset({ name, services, masquerade }: Balancer): string {
  return nftTable(name, 'what this balancer forwards.', [
    '  chain services {',
    '    type nat hook prerouting priority -100; policy accept;',
    ...services.flatMap(destination),
    '  }',
    ...(masquerade
      ? ['  chain sources {', '    type nat hook postrouting priority 100; policy accept;', ...sources(services), '  }']
      : []),
  ]);
}

/** Addresses and ports of servers that are being drained: weight 0. */
export const drained = (services: readonly Service[]): string[] =>
  services.flatMap(({ servers, port }) =>
    servers.filter(({ weight }) => weight === 0).map((server) => `${server.address} ${server.port ?? port}`),
  );
