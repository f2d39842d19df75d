import type { Sections } from './sections.ts';

interface Interface {
  device: string;
  active?: boolean;
  type?: string;
  mtu?: number;
  macaddress?: string;
  promisc?: boolean;
  ipv4?: Record<string, string>;
  ipv4_secondaries?: Record<string, string>[];
  ipv6?: Record<string, string>[];
  [key: string]: unknown;
}

const LINK_TYPES: Record<string, string> = {
  '1': 'ether',
  '32': 'infiniband',
  '512': 'ppp',
  '772': 'loopback',
  '65534': 'tunnel',
};

/** A dotted netmask of a prefix length. */
export function netmask(prefix: number): string {
  const bits = prefix === 0 ? 0 : (0xffffffff << (32 - prefix)) >>> 0;
  return [24, 16, 8, 0].map((shift) => (bits >>> shift) & 255).join('.');
}

function networkOf(address: string, prefix: number): string {
  const bits = prefix === 0 ? 0 : (0xffffffff << (32 - prefix)) >>> 0;
  const number = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  return [24, 16, 8, 0].map((shift) => (((number & bits) >>> 0) >>> shift) & 255).join('.');
}

/** Ansible writes `-` and `:` in interface names as `_` in fact names. */
const factName = (device: string): string => device.replace(/[-:]/g, '_');

function fromSysfs(raw: Sections, device: string): Interface {
  const at = (file: string): string | undefined => raw.first(`/sys/class/net/${device}/${file}`);
  const address = at('address');
  const type = LINK_TYPES[at('type') ?? ''] ?? 'unknown';
  const isBridge = raw.paths(`/sys/class/net/${device}/bridge/`).length > 0;
  const isBond = raw.paths(`/sys/class/net/${device}/bonding/`).length > 0;
  const speed = at('speed');
  const driver = raw.links('drivers').find(([link]) => link === `/sys/class/net/${device}/device/driver/module`)?.[1];
  return {
    device,
    active: at('operstate') !== 'down',
    type: isBridge ? 'bridge' : isBond ? 'bonding' : type,
    promisc: (Number.parseInt(at('flags') ?? '0', 16) & 0x100) !== 0,
    ...(at('mtu') ? { mtu: Number(at('mtu')) } : {}),
    ...(address && address !== '00:00:00:00:00:00' ? { macaddress: address } : {}),
    ...(speed ? { speed: Number(speed) } : {}),
    ...(driver ? { module: driver.split('/').at(-1) } : {}),
  };
}

function addIpv4(device: Interface, words: readonly string[]): void {
  const [address, prefixText] = words[1].split('/');
  const prefix = Number(prefixText ?? 32);
  const brd = words.indexOf('brd');
  const entry = {
    address,
    broadcast: brd > 0 ? words[brd + 1] : '',
    netmask: netmask(prefix),
    network: networkOf(address, prefix),
    prefix: String(prefix),
  };
  if (device.ipv4) device.ipv4_secondaries = [...(device.ipv4_secondaries ?? []), entry];
  else device.ipv4 = entry;
}

function addIpv6(device: Interface, words: readonly string[]): void {
  const [address, prefix] = words[1].split('/');
  const scope = words[words.indexOf('scope') + 1];
  device.ipv6 = [...(device.ipv6 ?? []), { address, prefix: prefix ?? '128', scope }];
}

function readAddresses(raw: Sections, interfaces: Map<string, Interface>): void {
  let current: Interface | undefined;
  for (const line of raw.lines('ip')) {
    const head = /^\d+: ([^:@]+)[@:]/.exec(line);
    const words = line.trim().split(/\s+/);
    if (head) current = interfaces.get(head[1]);
    else if (current && words[0] === 'inet') addIpv4(current, words);
    else if (current && words[0] === 'inet6') addIpv6(current, words);
  }
}

const LONGEST_LINE = 1000;

/** ifconfig of net-tools, for hosts without iproute2 (CentOS 6 minimal has both; busybox has this). */
function readIfconfig(raw: Sections, interfaces: Map<string, Interface>): void {
  let current: Interface | undefined;
  for (const whole of raw.lines('ifconfig')) {
    // no line of ifconfig's is longer; a pattern looks from each `inet` of it to its end
    const line = whole.slice(0, LONGEST_LINE);
    const head = /^(\S+?):?\s/.exec(line);
    if (head) current = interfaces.get(head[1]);
    const v4 = /inet (?:addr:)?(\d+\.\d+\.\d+\.\d+).*?(?:netmask |Mask:)(\S+)/.exec(line);
    const broadcast = /(?:broadcast |Bcast:)(\S+)/.exec(line)?.[1];
    if (!current || !v4) continue;
    const prefix = v4[2].split('.').reduce((sum, part) => sum + Number(part).toString(2).replaceAll('0', '').length, 0);
    addIpv4(current, ['inet', `${v4[1]}/${prefix}`, ...(broadcast ? ['brd', broadcast] : [])]);
  }
}

/** What `ip route get` said of the way to an address. */
function routeWords(raw: Sections, to: string): Map<string, string> {
  const line = raw.lines('ip').find((one) => one.startsWith(`${to} `));
  const words = (line ?? '').trim().split(/\s+/);
  const out = new Map<string, string>();
  for (const key of ['dev', 'src', 'via']) {
    const at = words.indexOf(key);
    if (at >= 0) out.set(key, words[at + 1]);
  }
  return out;
}

function defaultRoute4(raw: Sections, interfaces: Map<string, Interface>): Record<string, unknown> {
  const route = routeWords(raw, '8.8.8.8');
  const device = interfaces.get(route.get('dev') ?? '');
  const all = device ? [device.ipv4, ...(device.ipv4_secondaries ?? [])] : [];
  const address = all.find((entry) => entry?.['address'] === route.get('src')) ?? device?.ipv4;
  if (!device || !address) return {};
  const { macaddress, mtu, type } = device;
  return {
    ...address,
    gateway: route.get('via') ?? '',
    interface: device.device,
    alias: device.device,
    macaddress,
    mtu,
    type,
  };
}

function defaultRoute6(raw: Sections, interfaces: Map<string, Interface>): Record<string, unknown> {
  const route = routeWords(raw, '2404:6800:400a:800::1012');
  const device = interfaces.get(route.get('dev') ?? '');
  const address = device?.ipv6?.find((entry) => entry['address'] === route.get('src'));
  if (!device || !address) return {};
  const { macaddress, mtu, type } = device;
  return { ...address, gateway: route.get('via') ?? '', interface: device.device, macaddress, mtu, type };
}

const isDevice = (line: string): boolean => !line.includes(':') && line !== '';

/** Names of the facts about interfaces, of the section `sysnet`. */
export const interfaceNames = (lines: readonly string[]): string[] => lines.filter(isDevice).map(factName);

/** Interfaces, addresses and default routes (module_utils/facts/network/linux.py's keys). */
export function networkFacts(raw: Sections): Record<string, unknown> {
  const names = raw.lines('sysnet').filter(isDevice);
  const interfaces = new Map(names.map((name) => [name, fromSysfs(raw, name)]));
  readAddresses(raw, interfaces);
  readIfconfig(raw, interfaces);
  const all = [...interfaces.values()];
  const ipv4 = all.flatMap((i) => [i.ipv4, ...(i.ipv4_secondaries ?? [])]).map((entry) => entry?.['address']);
  return {
    interfaces: names,
    ...Object.fromEntries(all.map((entry) => [factName(entry.device), entry])),
    all_ipv4_addresses: ipv4.filter((address) => address && !address.startsWith('127.')),
    all_ipv6_addresses: all
      .flatMap((i) => i.ipv6 ?? [])
      .map((e) => e['address'])
      .filter((address) => address !== '::1'),
    default_ipv4: defaultRoute4(raw, interfaces),
    default_ipv6: defaultRoute6(raw, interfaces),
  };
}
