import { isIPv4 } from 'node:net';
import { failure, type ModuleResult } from '../../src/base/result.ts';
import { familyOf, nftTable, withPort } from '../shared/receiver/services.ts';

/** One listener of the proxy and the server behind it. */
export interface Listener {
  readonly listen: string;
  readonly port: number;
  readonly server: string;
  readonly server_port: number;
}

export interface Edge {
  /** Of the nftables table, the boot unit and the files. */
  readonly name: string;
  readonly listeners: readonly Listener[];
  /** Firewall mark and routing table of replies to the proxy. */
  readonly mark: number;
  readonly table: number;
}

const isFour = (listener: Listener): boolean => isIPv4(listener.server);

function wrongListener({ listen, server }: Listener): string | undefined {
  const bad = [listen, server].find((address) => !familyOf(address));
  if (bad !== undefined) return `${JSON.stringify(bad)} is no address`;
  return isIPv4(listen) === isIPv4(server)
    ? undefined
    : `${listen} and ${server} have different families: a client's address fits one only`;
}

/** Why a list of listeners cannot be used, or undefined. */
export function wrongListeners(listeners: readonly Listener[]): ModuleResult | undefined {
  const seen = new Set<string>();
  for (const listener of listeners) {
    const key = withPort(listener.listen, listener.port);
    const wrong = seen.has(key) ? `${key} comes twice` : wrongListener(listener);
    if (wrong) return failure(wrong, { code: 'E_EDGE_LISTENER', remedy: 'listen, port, server, server_port' });
    seen.add(key);
  }
  return undefined;
}

const hex = (mark: number): string => `0x${mark.toString(16)}`;

/**
 * Rules as one nft file. What the proxy sends from its clients' addresses leaves with this host's own; what comes back is
 * translated at -100, and at -50 its socket, which is bound to the client's address, is found and marked.
 */
export function ruleset({ name, listeners, mark }: Edge): string {
  const to = listeners.map((one) => `${isFour(one) ? 'ip' : 'ip6'} daddr ${one.server} tcp dport ${one.server_port}`);
  const from = listeners.map((one) => `${isFour(one) ? 'ip' : 'ip6'} saddr ${one.server} tcp sport ${one.server_port}`);
  return nftTable(name, 'the way of a proxy that names its clients.', [
    '  chain out {',
    '    type nat hook postrouting priority 100; policy accept;',
    ...[...new Set(to)].map((match) => `    ${match} masquerade`),
    '  }',
    '  chain back {',
    '    type filter hook prerouting priority -50; policy accept;',
    ...[...new Set(from)].map((match) => `    ${match} socket transparent 1 meta mark set ${hex(mark)}`),
    '  }',
  ]);
}

/** What brings it up: rules, and a routing table that gives marked packets to this host. Each step may be done already. */
export function upScript({ name, listeners, mark, table }: Edge): string {
  const families = [listeners.some(isFour) ? '-4' : '', listeners.some((one) => !isFour(one)) ? '-6' : ''].filter(
    Boolean,
  );
  return [
    '#!/bin/sh',
    '# Made by toa-play: the way of a proxy that names its clients.',
    ...families.flatMap((family) => [
      `ip ${family} rule show | grep -q 'fwmark ${hex(mark)} lookup ${table}' || ip ${family} rule add fwmark ${hex(mark)} lookup ${table} || exit 1`,
      `ip ${family} route replace local default dev lo table ${table} || exit 1`,
    ]),
    `exec nft -f /etc/toa/${name}.nft`,
  ].join('\n');
}

/**
 * nginx: a stream block for the main level of its configuration (Debian: a file in /etc/nginx/modules-enabled).
 * @param clientPort the client's port too, not its address alone
 */
export function nginxSnippet(listeners: readonly Listener[], clientPort = true): string {
  const server = (one: Listener): string => {
    const whole = isFour(one) ? '$remote_addr:$remote_port' : '[$remote_addr]:$remote_port';
    const source = clientPort ? whole : '$remote_addr';
    return `  server { listen ${withPort(one.listen, one.port)}; proxy_pass ${withPort(one.server, one.server_port)}; proxy_bind ${source} transparent; }`;
  };
  return [
    "# Made by toa-play: passes TCP on from the clients' own addresses.",
    'stream {',
    ...listeners.map(server),
    '}',
  ].join('\n');
}

/** HAProxy: sections for a file of their own (`haproxy -f main -f this`). */
export function haproxySnippet(name: string, listeners: readonly Listener[], clientPort = true): string {
  const section = (one: Listener, index: number): string[] => [
    `listen ${name}_${index + 1}`,
    '  mode tcp',
    `  bind ${withPort(one.listen, one.port)}`,
    // `::` and `ipv6@::` are refused here
    `  source ${isFour(one) ? '0.0.0.0' : '[::]:0'} usesrc ${clientPort ? 'client' : 'clientip'}`,
    '  timeout connect 5s',
    '  timeout client 5m',
    '  timeout server 5m',
    `  server origin ${withPort(one.server, one.server_port)}`,
  ];
  return ["# Made by toa-play: passes TCP on from the clients' own addresses.", ...listeners.flatMap(section)].join(
    '\n',
  );
}
