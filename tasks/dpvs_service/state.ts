import { plainAddress, withPort } from '../shared/receiver/services.ts';
import { plainNetwork } from './services.ts';

/** What DPVS has; every name in one form. */
export interface State {
  /** `ADDRESS/LENGTH DEVICE` */
  readonly addresses: ReadonlySet<string>;
  /** `NETWORK VIA DEVICE`, `-` without a gateway; those of addresses (scope host) are not here. */
  readonly routes: ReadonlySet<string>;
  readonly services: ReadonlyMap<string, ServiceState>;
}

export interface ServiceState {
  readonly scheduler: string;
  readonly persistent: number | undefined;
  readonly synproxy: boolean;
  /** `ADDRESS:PORT` to weight and connections. */
  readonly servers: ReadonlyMap<string, { readonly weight: number; readonly active: number }>;
  readonly local: ReadonlySet<string>;
}

export const EMPTY: State = { addresses: new Set(), routes: new Set(), services: new Map() };

/** `dpip addr show`: `inet 10.0.96.204/32 scope global dpdk2` */
function addressesOf(text: string): string[] {
  return [...text.matchAll(/^(?:\[\d+\] )?inet6? (\S+) scope \S+ (\w[\w.]*)/gm)].flatMap(([, network, device]) => {
    const plain = plainNetwork(network);
    return plain === undefined ? [] : [`${plain} ${device}`];
  });
}

/** `dpip route show`: `inet 10.0.96.0/24 via 0.0.0.0 src 0.0.0.0 dev dpdk2 mtu 1500 tos 0 scope link ...`; IPv6 without `via` */
function routesOf(text: string): string[] {
  return text.split('\n').flatMap((line) => {
    const found = /^inet(6?) (\S+)(?: via (\S+))?.* dev (\w[\w.]*).* scope (\w+)/.exec(line.trim());
    if (!found || found[5] === 'host' || found[5] === 'kni_host') return [];
    const network = plainNetwork(found[2] === 'default' && found[1] === '6' ? 'default6' : found[2]);
    const via = plainAddress(found[3] ?? '');
    return network === undefined
      ? []
      : [`${network} ${via === undefined || via === '0.0.0.0' || via === '::' ? '-' : via} ${found[4]}`];
  });
}

/** `10.0.0.1:80` or `[::1]:80` in one form. */
function plainPeer(text: string): string | undefined {
  const found = /^\[?([^\]]+)\]?:(\d{1,5})$/.exec(text);
  const address = found ? plainAddress(found[1]) : undefined;
  return found && address !== undefined ? withPort(address, Number(found[2])) : undefined;
}

interface Found {
  scheduler: string;
  persistent: number | undefined;
  synproxy: boolean;
  servers: Map<string, { weight: number; active: number }>;
  local: Set<string>;
}

/** `ipvsadm -ln`: `TCP  10.0.96.204:80 rr synproxy`, then its servers, `-> 192.168.229.1:80 FullNat 1 0 0` */
function servicesOf(text: string): Map<string, Found> {
  const services = new Map<string, Found>();
  let current: Found | undefined;
  for (const line of text.split('\n')) {
    const service = /^(TCP|UDP) +(\S+) (\S+)(.*)$/.exec(line.trimEnd());
    const server = /^ *-> +(\S+) +\w+ +(\d{1,9}) +(\d{1,9}) /.exec(`${line} `);
    const peer = plainPeer((service ? service[2] : server?.[1]) ?? '');
    if (service && peer !== undefined) {
      const persistent = / persistent (\d{1,9})/.exec(service[4])?.[1];
      current = {
        scheduler: service[3],
        persistent: persistent === undefined ? undefined : Number(persistent),
        synproxy: / synproxy\b/.test(service[4]),
        servers: new Map(),
        local: new Set(),
      };
      services.set(`${service[1] === 'TCP' ? '-t' : '-u'} ${peer}`, current);
    } else if (server && peer !== undefined) {
      current?.servers.set(peer, { weight: Number(server[2]), active: Number(server[3]) });
    }
  }
  return services;
}

/** `ipvsadm -G` of one service each, after a line `@ -t 10.0.96.204:80`: a line with address, conflicts, connections */
function localsOf(text: string, services: ReadonlyMap<string, Found>): void {
  let current: Found | undefined;
  for (const line of text.split('\n')) {
    const name = /^@ (-[tu]) (\S+)$/.exec(line.trim());
    if (name) current = services.get(`${name[1]} ${plainPeer(name[2]) ?? ''}`);
    const local = plainAddress(/^\s*(\S+) +\d+ +\d+ *$/.exec(line)?.[1] ?? '');
    if (local !== undefined) current?.local.add(local);
  }
}

/** What DPVS says of itself. Lines that are not understood are nothing. */
export function stateOf(addresses: string, routes: string, services: string, locals: string): State {
  const found = servicesOf(services);
  localsOf(locals, found);
  return { addresses: new Set(addressesOf(addresses)), routes: new Set(routesOf(routes)), services: found };
}
