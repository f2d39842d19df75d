import type { Value } from '../../base/value.ts';
import {
  allOnes,
  type IpNetwork,
  isHostmask,
  isInside,
  isLoopback,
  isMulticast,
  networkValue,
  parseIp,
} from '../filters/ansible/net/ip-network.ts';
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

const ip: Test = (_context, value) => networkOf(value) !== undefined;

/** A test of two networks. @param holds of the one that is tested and the one that is given */
const ofNetworks =
  (name: string, argument: string, holds: (tested: IpNetwork, given: IpNetwork) => boolean): Test =>
  (_context, value, args, kwargs) => {
    const given = networkOf(new Arguments(name, [argument], args, kwargs).value(argument));
    const tested = networkOf(value);
    return tested !== undefined && given !== undefined && holds(tested, given);
  };

const ofAddress =
  (holds: (address: IpNetwork) => boolean): Test =>
  (_context, value) => {
    const address = addressOf(value);
    return address !== undefined && holds(address);
  };

const ofMask = (holds: (mask: bigint) => boolean): Test =>
  ofAddress(({ version: of, value }) => of === 4 && holds(value));

const mac: Test = (_context, value) =>
  /^(([0-9a-f]{2}[-:]){5}[0-9a-f]{2}|[0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4}|[0-9a-f]{12})$/i.test(textOf(value));

/** Tests of ansible.utils; playbooks name them in full. */
export const networkTests: Readonly<Record<string, Test>> = {
  ip,
  ip_address: ofAddress(() => true),
  ipv4: version(4),
  ipv6: version(6),
  ipv4_address: ofAddress((address) => address.version === 4),
  ipv6_address: ofAddress((address) => address.version === 6),
  ipv4_netmask: ofMask((mask) => isHostmask(mask ^ allOnes(4))),
  ipv4_hostmask: ofMask(isHostmask),
  in_network: ofNetworks('in_network', 'network', isInside),
  subnet_of: ofNetworks('subnet_of', 'network_a', isInside),
  supernet_of: ofNetworks('supernet_of', 'network_b', (tested, given) => isInside(given, tested)),
  loopback: ofAddress(isLoopback),
  multicast: ofAddress(isMulticast),
  mac,
};
