import { peerName, plainAddress, type Server } from '../shared/receiver/services.ts';
import { isSix, plainNetwork, type Service, type Wanted } from './services.ts';
import { EMPTY, type ServiceState, type State } from './state.ts';

/** A command with its words, none of which has a blank. */
export type Command = readonly string[];

const dpip = (what: 'addr' | 'route', six: boolean, ...words: string[]): Command => [
  'dpip',
  ...(six ? ['-6'] : []),
  what,
  ...words,
];

const plain = (address: string): string => plainAddress(address) ?? address;

/** `-t 10.0.96.204:80` */
const nameOf = ({ protocol, vip, port }: Service): string =>
  `${protocol === 'udp' ? '-u' : '-t'} ${peerName(vip, port)}`;
const peerOf = (service: Service, { address, port }: Server): string => peerName(address, port ?? service.port);

/** Addresses of services, as `ADDRESS/LENGTH DEVICE`. */
const addressesOf = ({ services }: Wanted): string[] => [
  ...new Set(services.map(({ vip, device }) => `${plain(vip)}/${isSix(vip) ? 128 : 32} ${device}`)),
];
const routesOf = ({ routes }: Wanted): string[] =>
  routes.map(({ to, via, device }) => `${plainNetwork(to)} ${via === undefined ? '-' : plain(via)} ${device}`);

const addressCommand = (verb: 'add' | 'del', name: string): Command => {
  const [address, device] = name.split(' ');
  return dpip('addr', isSix(address), verb, address, 'dev', device);
};

function routeCommand(verb: 'add' | 'del', name: string): Command {
  const [network, via, device] = name.split(' ');
  const to = network.endsWith('/0') ? 'default' : network;
  return dpip('route', isSix(network), verb, to, ...(via === '-' ? [] : ['via', via]), 'dev', device);
}

function serviceWords(service: Service, edit = false): string[] {
  return [
    ...nameOf(service).split(' '),
    '-s',
    service.scheduler,
    ...(service.persistent === undefined ? [] : ['-p', String(service.persistent)]),
    ...(service.synproxy || (edit && service.protocol === 'tcp')
      ? ['-j', service.synproxy ? 'enable' : 'disable']
      : []),
  ];
}

const ipvsadm = (...words: string[]): Command => ['ipvsadm', ...words];

/** What makes one service as it is wanted. */
function serviceChanges(service: Service, is: ServiceState | undefined): { make: Command[]; drop: Command[] } {
  const name = nameOf(service).split(' ');
  const wanted = new Map(service.servers.map((server) => [peerOf(service, server), server.weight] as const));
  const local = service.local.map(plain);
  const same =
    is &&
    is.scheduler === service.scheduler &&
    is.persistent === service.persistent &&
    is.synproxy === service.synproxy;
  const make: Command[] = [];
  if (!is) make.push(ipvsadm('-A', ...serviceWords(service)));
  else if (!same) make.push(ipvsadm('-E', ...serviceWords(service, true)));
  for (const [peer, weight] of wanted) {
    const has = is?.servers.get(peer);
    const words = [...name, '-r', peer, '-b', '-w', String(weight)];
    if (!has) make.push(ipvsadm('-a', ...words));
    else if (has.weight !== weight) make.push(ipvsadm('-e', ...words));
  }
  const laddr = (verb: '--add-laddr' | '--del-laddr', address: string): Command =>
    ipvsadm(verb, '-z', address, ...name, '-F', service.local_device);
  make.push(...local.filter((address) => !is?.local.has(address)).map((address) => laddr('--add-laddr', address)));
  const gone = [...(is?.servers.keys() ?? [])].filter((peer) => !wanted.has(peer));
  const unused = [...(is?.local ?? [])].filter((address) => !local.includes(address));
  return {
    make,
    drop: [
      ...gone.map((peer) => ipvsadm('-d', ...name, '-r', peer)),
      ...unused.map((address) => laddr('--del-laddr', address)),
    ],
  };
}

/** What is ours on this DPVS: `addr NAME`, `route NAME`, `service NAME`, one an item. */
export const owned = (wanted: Wanted): string[] => [
  ...addressesOf(wanted).map((name) => `addr ${name}`),
  ...routesOf(wanted).map((name) => `route ${name}`),
  ...wanted.services.map((service) => `service ${nameOf(service)}`),
];

/** What was ours, is there, and is not wanted any more: services first, since they need the others. */
function leftovers(before: readonly string[], wanted: Wanted, is: State): Command[] {
  const still = new Set(owned(wanted));
  const gone = before
    .filter((item) => !still.has(item))
    .map((item) => [item.split(' ', 1)[0], item.slice(item.indexOf(' ') + 1)]);
  const of = (kind: string): string[] => gone.filter(([which]) => which === kind).map(([, name]) => name);
  return [
    ...of('service')
      .filter((name) => is.services.has(name))
      .map((name) => ipvsadm('-D', ...name.split(' '))),
    ...of('route')
      .filter((name) => is.routes.has(name))
      .map((name) => routeCommand('del', name)),
    ...of('addr')
      .filter((name) => is.addresses.has(name))
      .map((name) => addressCommand('del', name)),
  ];
}

/**
 * The commands that make DPVS as it is wanted, in order: nothing is taken away before what takes its place is there, and
 * what was never ours stays.
 * @param before what was ours until now (`owned` of the last run)
 */
export function changesFor(wanted: Wanted, is: State, before: readonly string[]): Command[] {
  const services = wanted.services.map((service) => serviceChanges(service, is.services.get(nameOf(service))));
  return [
    ...addressesOf(wanted)
      .filter((name) => !is.addresses.has(name))
      .map((name) => addressCommand('add', name)),
    ...routesOf(wanted)
      .filter((name) => !is.routes.has(name))
      .map((name) => routeCommand('add', name)),
    ...services.flatMap(({ make }) => make),
    ...services.flatMap(({ drop }) => drop),
    ...leftovers(before, wanted, is),
  ];
}

/** All commands for a DPVS that has just started. */
export const fromNothing = (wanted: Wanted): Command[] => changesFor(wanted, EMPTY, []);

/** Servers with weight 0 that have connections still: `ADDRESS:PORT COUNT`. */
export const draining = ({ services }: Wanted, is: State): string[] =>
  services.flatMap((service) =>
    service.servers
      .filter(({ weight }) => weight === 0)
      .map((server) => peerOf(service, server))
      .flatMap((peer) => {
        const active = is.services.get(nameOf(service))?.servers.get(peer)?.active ?? 0;
        return active > 0 ? [`${peer} ${active}`] : [];
      }),
  );
