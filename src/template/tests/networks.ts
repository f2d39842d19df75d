import type { Value } from '../../base/value.ts';
import { allOnes, isInside, networkValue, parseIp, type IpNetwork } from '../filters/ansible/net/ip-network.ts';
import { Arguments } from '../filters/ansible/arguments.ts';
import type { Test } from '../contract.ts';
import { defined } from '../python/operations.ts';
import { pyStr } from '../python/print.ts';

const textOf = (value: Value): string => pyStr(defined(value));

/** An address without a network, as Python's ip_address takes it. */
function addressOf(value: Value): IpNetwork | undefined {
  const text = textOf(value);
  return text.includes('/') ? undefined : parseIp(text);
}

/** A network as Python's strict ip_network takes it: no bits of a host. */
function networkOf(value: Value): IpNetwork | undefined {
  const ip = parseIp(textOf(value));
  return ip && networkValue(ip) === ip.value ? ip : undefined;
}

const version =
  (wanted: 4 | 6): Test =>
  (_context, value) =>
    networkOf(value)?.version === wanted;

const addressVersion =
  (wanted: 4 | 6): Test =>
  (_context, value) =>
    addressOf(value)?.version === wanted;

const ip: Test = (_context, value) => networkOf(value) !== undefined;
const ipAddress: Test = (_context, value) => addressOf(value) !== undefined;

const inNetwork: Test = (_context, value, args, kwargs) => {
  const outer = networkOf(new Arguments('in_network', ['network'], args, kwargs).value('network'));
  const inner = networkOf(value);
  return inner !== undefined && outer !== undefined && isInside(inner, outer);
};

const subnetOf: Test = (_context, value, args, kwargs) => {
  const outer = networkOf(new Arguments('subnet_of', ['network_a'], args, kwargs).value('network_a'));
  const inner = networkOf(value);
  return inner !== undefined && outer !== undefined && isInside(inner, outer);
};

const supernetOf: Test = (_context, value, args, kwargs) => {
  const inner = networkOf(new Arguments('supernet_of', ['network_b'], args, kwargs).value('network_b'));
  const outer = networkOf(value);
  return inner !== undefined && outer !== undefined && isInside(inner, outer);
};

const within =
  (...networks: readonly string[]): Test =>
  (_context, value) => {
    const address = addressOf(value);
    return address !== undefined && networks.some((network) => isInside(address, parseIp(network) as IpNetwork));
  };

const mask =
  (isHostmask: boolean): Test =>
  (_context, value) => {
    const address = addressOf(value);
    if (address?.version !== 4) return false;
    const host = isHostmask ? address.value : address.value ^ allOnes(4);
    return (host & (host + 1n)) === 0n;
  };

const mac: Test = (_context, value) =>
  /^(([0-9a-f]{2}[-:]){5}[0-9a-f]{2}|[0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4}|[0-9a-f]{12})$/i.test(textOf(value));

/** Tests of ansible.utils; playbooks name them in full. */
export const networkTests: Readonly<Record<string, Test>> = {
  ip,
  ip_address: ipAddress,
  ipv4: version(4),
  ipv6: version(6),
  ipv4_address: addressVersion(4),
  ipv6_address: addressVersion(6),
  ipv4_netmask: mask(false),
  ipv4_hostmask: mask(true),
  in_network: inNetwork,
  subnet_of: subnetOf,
  supernet_of: supernetOf,
  loopback: within('127.0.0.0/8', '::1/128'),
  multicast: within('224.0.0.0/4', 'ff00::/8'),
  mac,
};
