import { plainAddress, type Server } from '../shared/receiver/services.ts';

export interface Service {
  readonly vip: string;
  readonly port: number;
  readonly protocol: 'tcp' | 'udp';
  /** The side of the clients: dpdkN, or the interface that it was. */
  readonly device: string;
  readonly scheduler: string;
  readonly persistent?: number;
  readonly synproxy: boolean;
  readonly servers: readonly Server[];
  /** Addresses that servers see; each needs enough ports for its connections. */
  readonly local: readonly string[];
  readonly local_device: string;
}

export interface Route {
  /** A network, or `default`, `default6`. */
  readonly to: string;
  readonly via?: string;
  readonly device: string;
}

export interface Wanted {
  readonly routes: readonly Route[];
  readonly services: readonly Service[];
}

export const isSix = (address: string): boolean => address.includes(':');

/** A network as DPVS shows it: its address in one form, and the length; `default` is a length of 0. */
export function plainNetwork(text: string): string | undefined {
  if (text === 'default') return '0.0.0.0/0';
  if (text === 'default6') return '::/0';
  const [address, length, ...more] = text.split('/');
  const plain = plainAddress(address ?? '');
  if (plain === undefined || more.length > 0) return undefined;
  const most = isSix(plain) ? 128 : 32;
  if (length === undefined) return `${plain}/${most}`;
  return /^\d{1,3}$/.test(length) && Number(length) <= most ? `${plain}/${Number(length)}` : undefined;
}

function wrongService(service: Service): string[] {
  const at = `${service.vip} port ${service.port}`;
  const servers = service.servers.map(({ address }) => address);
  const bad = [service.vip, ...servers, ...service.local].filter((text) => plainAddress(text) === undefined);
  if (bad.length > 0) return bad.map((text) => `${at}: ${JSON.stringify(text)} is no address`);
  const family = servers.map(isSix);
  const other = service.local.filter((text) => family.some((six) => six !== isSix(text)));
  return [
    ...(new Set(family).size > 1 ? [`${at}: its servers are of both families`] : []),
    ...(!isSix(service.vip) && family.includes(true)
      ? [`${at}: IPv4 clients cannot reach IPv6 servers (NAT64 goes the other way)`]
      : []),
    ...other.map((text) => `${at}: local address ${text} is of another family than its servers`),
    ...(service.local.length === 0 ? [`${at} has no local address: FullNAT needs one, on the servers' side`] : []),
    ...(service.synproxy && service.protocol === 'udp' ? [`${at}: synproxy is TCP's`] : []),
  ];
}

function wrongRoute({ to, via, device }: Route): string[] {
  const network = plainNetwork(to);
  if (network === undefined) return [`route ${JSON.stringify(to)} is no network`];
  if (via === undefined) return [];
  const gateway = plainAddress(via);
  if (gateway === undefined) return [`route ${to}: ${JSON.stringify(via)} is no address`];
  return isSix(gateway) === isSix(network) ? [] : [`route ${to} on ${device}: ${via} is of another family`];
}

const twice = (all: readonly string[]): string[] => [...new Set(all.filter((one, at) => all.indexOf(one) !== at))];

/** Everything that is wrong with what is wanted, each with its place. */
export function wrongWanted({ routes, services }: Wanted): string[] {
  const names = services.map(({ vip, port, protocol }) => `${plainAddress(vip) ?? vip} port ${port} (${protocol})`);
  const local = new Set(services.flatMap((service) => service.local.map((text) => plainAddress(text))));
  const both = services.filter(({ vip }) => local.has(plainAddress(vip)));
  return [
    ...routes.flatMap(wrongRoute),
    ...services.flatMap(wrongService),
    ...twice(names).map((name) => `${name} comes twice`),
    ...both.map(({ vip }) => `${vip} is a service's and a local address`),
  ];
}
