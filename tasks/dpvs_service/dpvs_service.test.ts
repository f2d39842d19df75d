import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changesFor, type Command, fromNothing, owned } from './changes.ts';
import { type Service, type Wanted, wrongWanted } from './services.ts';
import { EMPTY, type ServiceState, type State, stateOf } from './state.ts';

/** As guide 002 recorded them, with the columns of ipvsadm. */
const RECORDED = {
  addresses: `inet 10.0.96.204/32 scope global dpdk2
     valid_lft forever preferred_lft forever
inet 192.168.229.204/32 scope global dpdk0
     valid_lft forever preferred_lft forever
`,
  routes: `inet 192.168.229.204/32 via 0.0.0.0 src 0.0.0.0 dev dpdk0 mtu 1500 tos 0 scope host metric 0 proto auto
inet 10.0.96.204/32 via 0.0.0.0 src 0.0.0.0 dev dpdk2 mtu 1500 tos 0 scope host metric 0 proto auto
inet 10.0.96.0/24 via 0.0.0.0 src 0.0.0.0 dev dpdk2 mtu 1500 tos 0 scope link metric 0 proto auto
inet 192.168.229.0/24 via 0.0.0.0 src 0.0.0.0 dev dpdk0 mtu 1500 tos 0 scope link metric 0 proto auto
inet 0.0.0.0/0 via 10.0.96.254 src 0.0.0.0 dev dpdk2 mtu 1500 tos 0 scope global metric 0 proto auto
`,
  services: `IP Virtual Server version 0.0.0 (size=0)
Prot LocalAddress:Port Scheduler Flags
  -> RemoteAddress:Port           Forward Weight ActiveConn InActConn
TCP  10.0.96.204:80 rr
  -> 192.168.229.1:80             FullNat 1      0          0
`,
  locals: `@ -t 10.0.96.204:80
VIP:VPORT            TOTAL    SNAT_IP              CONFLICTS  CONNS
10.0.96.204:80       1
                              192.168.229.204      0          0
`,
};
const GUIDE = stateOf(RECORDED.addresses, RECORDED.routes, RECORDED.services, RECORDED.locals);

const service = (more: Partial<Service> = {}): Service => ({
  vip: '10.0.96.204',
  port: 80,
  protocol: 'tcp',
  device: 'dpdk2',
  scheduler: 'rr',
  synproxy: false,
  servers: [{ address: '192.168.229.1', weight: 1 }],
  local: ['192.168.229.204'],
  local_device: 'dpdk0',
  ...more,
});
const ROUTES = [
  { to: '10.0.96.0/24', device: 'dpdk2' },
  { to: '192.168.229.0/24', device: 'dpdk0' },
  { to: 'default', via: '10.0.96.254', device: 'dpdk2' },
];
const wanted: Wanted = { routes: ROUTES, services: [service()] };
const lines = (commands: readonly Command[]): string[] => commands.map((words) => words.join(' '));

describe('dpvs_service', () => {
  it("does guide 002's steps, in its order", () => {
    expect(lines(fromNothing(wanted))).toEqual([
      'dpip addr add 10.0.96.204/32 dev dpdk2',
      'dpip route add 10.0.96.0/24 dev dpdk2',
      'dpip route add 192.168.229.0/24 dev dpdk0',
      'dpip route add default via 10.0.96.254 dev dpdk2',
      'ipvsadm -A -t 10.0.96.204:80 -s rr',
      'ipvsadm -a -t 10.0.96.204:80 -r 192.168.229.1:80 -b -w 1',
      'ipvsadm --add-laddr -z 192.168.229.204 -t 10.0.96.204:80 -F dpdk0',
    ]);
  });

  it('finds nothing to do in what the guide shows afterwards', () => {
    expect(changesFor(wanted, GUIDE, owned(wanted))).toEqual([]);
    expect(changesFor(wanted, GUIDE, [])).toEqual([]);
  });

  it('takes away what was ours only, and services before what they need', () => {
    const none = { routes: [], services: [] };
    expect(changesFor(none, GUIDE, [])).toEqual([]);
    expect(lines(changesFor(none, GUIDE, owned(wanted)))).toEqual([
      'ipvsadm -D -t 10.0.96.204:80',
      'dpip route del 10.0.96.0/24 dev dpdk2',
      'dpip route del 192.168.229.0/24 dev dpdk0',
      'dpip route del default via 10.0.96.254 dev dpdk2',
      'dpip addr del 10.0.96.204/32 dev dpdk2',
    ]);
  });

  it('IPv6, its default route, persistence and synproxy', () => {
    const six = service({
      vip: '2001:DB8:0::1',
      persistent: 60,
      synproxy: true,
      servers: [{ address: '2001:db8::8', port: 8080, weight: 3 }],
      local: ['2001:db8::9'],
    });
    expect(
      lines(fromNothing({ routes: [{ to: 'default6', via: 'fe80::1', device: 'dpdk2' }], services: [six] })),
    ).toEqual([
      'dpip -6 addr add 2001:db8::1/128 dev dpdk2',
      'dpip -6 route add default via fe80::1 dev dpdk2',
      'ipvsadm -A -t [2001:db8::1]:80 -s rr -p 60 -j enable',
      'ipvsadm -a -t [2001:db8::1]:80 -r [2001:db8::8]:8080 -b -w 3',
      'ipvsadm --add-laddr -z 2001:db8::9 -t [2001:db8::1]:80 -F dpdk0',
    ]);
    const state = stateOf(
      'inet6 2001:db8::1/128 scope global dpdk2\n',
      'inet6 default via fe80::1 dev dpdk2 mtu 1500 scope global\n',
      'TCP  [2001:db8::1]:80 rr persistent 60 synproxy\n  -> [2001:db8::8]:8080 FullNat 3 0 0\n',
      '@ -t [2001:db8::1]:80\n                              2001:db8::9          0          0\n',
    );
    expect(
      changesFor({ routes: [{ to: '::/0', via: 'fe80::1', device: 'dpdk2' }], services: [six] }, state, []),
    ).toEqual([]);
  });

  it.each<[Wanted, string]>([
    [{ routes: [], services: [service({ vip: 'example.org' })] }, '"example.org" is no address'],
    [{ routes: [], services: [service({ servers: [{ address: '10.0.0.1;reboot', weight: 1 }] })] }, 'is no address'],
    [{ routes: [], services: [service({ local: [] })] }, 'has no local address'],
    [{ routes: [], services: [service({ local: ['2001:db8::9'] })] }, 'is of another family than its servers'],
    [
      { routes: [], services: [service({ servers: [{ address: '2001:db8::8', weight: 1 }], local: ['2001:db8::9'] })] },
      'IPv4 clients cannot reach IPv6 servers',
    ],
    [{ routes: [], services: [service(), service()] }, '10.0.96.204 port 80 (tcp) comes twice'],
    [{ routes: [], services: [service({ local: ['10.0.96.204'] })] }, "is a service's and a local address"],
    [{ routes: [], services: [service({ protocol: 'udp', synproxy: true })] }, "synproxy is TCP's"],
    [{ routes: [{ to: '10.0.0.0/33', device: 'dpdk0' }], services: [] }, 'is no network'],
    [{ routes: [{ to: '10.0.0.0/8', via: '::1', device: 'dpdk0' }], services: [] }, 'is of another family'],
  ])('%j is refused', (bad, message) => expect(wrongWanted(bad).join('\n')).toContain(message));

  it('NAT64 is none: IPv6 clients, IPv4 servers and local addresses', () => {
    expect(wrongWanted({ routes: [], services: [service({ vip: '2001:db8::1' })] })).toEqual([]);
  });
});

/** What DPVS would have after a command; only commands that it would take. */
function obey(state: State, command: Command): State {
  const words = command.filter((word) => word !== '-6');
  const after = (flag: string): string => command[command.indexOf(flag) + 1];
  if (words[0] === 'dpip') {
    const six = command.includes('-6');
    const network = words[3] === 'default' ? (six ? '::/0' : '0.0.0.0/0') : words[3];
    const via = words.includes('via') ? ` ${after('via')}` : words[1] === 'route' ? ' -' : '';
    const set = new Set(words[1] === 'addr' ? state.addresses : state.routes);
    const name = `${network}${via} ${after('dev')}`;
    expect(set.has(name)).toBe(words[2] === 'del');
    if (words[2] === 'add') set.add(name);
    else set.delete(name);
    return words[1] === 'addr' ? { ...state, addresses: set } : { ...state, routes: set };
  }
  const flag = command.includes('-t') ? '-t' : '-u';
  const name = `${flag} ${after(flag)}`;
  const services = new Map(state.services);
  const is = services.get(name);
  expect(is === undefined).toBe(command[1] === '-A');
  const base: ServiceState = is ?? {
    scheduler: '',
    persistent: undefined,
    synproxy: false,
    servers: new Map(),
    local: new Set(),
  };
  const servers = new Map(base.servers);
  const local = new Set(base.local);
  if (command[1] === '-a' || command[1] === '-e') servers.set(after('-r'), { weight: Number(after('-w')), active: 0 });
  if (command[1] === '-d') expect(servers.delete(after('-r'))).toBe(true);
  if (command[1] === '--add-laddr') local.add(after('-z'));
  if (command[1] === '--del-laddr') expect(local.delete(after('-z'))).toBe(true);
  const made = command[1] === '-A' || command[1] === '-E';
  const settings = made
    ? {
        scheduler: after('-s'),
        persistent: command.includes('-p') ? Number(after('-p')) : undefined,
        synproxy: command.includes('-j') && after('-j') === 'enable',
      }
    : {};
  if (command[1] === '-D') services.delete(name);
  else services.set(name, { ...base, ...settings, servers, local });
  return { ...state, services };
}

describe('whatever is wanted', () => {
  const octet = fc.integer({ min: 1, max: 6 });
  const server = fc.record({ address: octet.map((n) => `192.168.1.${n}`), weight: fc.integer({ min: 0, max: 3 }) });
  const one = fc.record({
    vip: octet.map((n) => `10.0.0.${n}`),
    port: fc.constantFrom(80, 443),
    protocol: fc.constantFrom('tcp' as const, 'udp' as const),
    device: fc.constantFrom('dpdk0', 'dpdk1'),
    scheduler: fc.constantFrom('rr', 'wlc'),
    persistent: fc.option(fc.integer({ min: 1, max: 99 }), { nil: undefined }),
    servers: fc.uniqueArray(server, { selector: ({ address }) => address, maxLength: 4 }),
    local: fc.uniqueArray(
      octet.map((n) => `192.168.2.${n}`),
      { minLength: 1, maxLength: 3 },
    ),
  });
  const all = fc.record({
    services: fc.uniqueArray(one, {
      selector: ({ vip, port, protocol }) => `${vip} ${port} ${protocol}`,
      maxLength: 4,
    }),
    routes: fc.uniqueArray(
      octet.map((n) => ({ to: `10.${n}.0.0/16`, device: 'dpdk0' })),
      { selector: ({ to }) => to, maxLength: 3 },
    ),
  });
  const asWanted = (given: typeof all extends fc.Arbitrary<infer T> ? T : never): Wanted => ({
    routes: given.routes,
    services: given.services.map((each) => ({ ...each, synproxy: false, local_device: 'dpdk1' })),
  });

  it('from any state to any other: each command is one that DPVS takes, and afterwards nothing is left to do', () => {
    fc.assert(
      fc.property(all, all, (first, second) => {
        const [before, then] = [asWanted(first), asWanted(second)];
        const is = fromNothing(before).reduce(obey, EMPTY);
        expect(changesFor(before, is, owned(before))).toEqual([]);
        const done = changesFor(then, is, owned(before)).reduce(obey, is);
        expect(changesFor(then, done, owned(then))).toEqual([]);
        expect(done.services.size).toBe(then.services.length);
        const none = { routes: [], services: [] };
        expect(changesFor(none, done, owned(then)).reduce(obey, done)).toEqual(EMPTY);
      }),
    );
  });
});
