import type { IptablesArgs } from './task.ts';

type Words = readonly string[];

/** `! value` as iptables wants it: the mark before the option. */
function option(flag: string, value: string | undefined): string[] {
  if (value === undefined) return [];
  return value.startsWith('!') ? ['!', flag, value.slice(1).trim()] : [flag, value];
}

const withMatch = (given: IptablesArgs, name: string, words: Words): string[] =>
  words.length === 0 || given.match.includes(name) ? [...words] : ['-m', name, ...words];

/**
 * The words of one rule, after its chain, in the order in which Ansible writes them.
 * https://docs.ansible.com/ansible-core/2.14/collections/ansible/builtin/iptables_module.html, iptables-extensions(8)
 */
export function ruleWords(given: IptablesArgs): string[] {
  const { tcp_flags: flags } = given;
  const dst = given.destination_ports.length > 0 ? ['--dports', given.destination_ports.join(',')] : [];
  const range = [...option('--src-range', given.src_range), ...option('--dst-range', given.dst_range)];
  const set = given.match_set === undefined ? [] : ['--match-set', given.match_set, given.match_set_flags ?? 'src'];
  const limit = [...option('--limit', given.limit), ...option('--limit-burst', given.limit_burst)];
  const owner = [...option('--uid-owner', given.uid_owner), ...option('--gid-owner', given.gid_owner)];
  return [
    ...option('-p', given.protocol),
    ...option('-s', given.source),
    ...option('-d', given.destination),
    ...given.match.flatMap((name) => ['-m', name]),
    ...(flags ? ['--tcp-flags', (flags.flags ?? []).join(','), (flags.flags_set ?? []).join(',')] : []),
    ...option('-j', given.jump),
    ...(given.jump?.toLowerCase() === 'tee' ? option('--gateway', given.gateway) : []),
    ...option('--log-prefix', given.log_prefix),
    ...option('--log-level', given.log_level),
    ...option('--to-destination', given.to_destination),
    ...option('--to-source', given.to_source),
    ...option('-g', given.goto),
    ...option('-i', given.in_interface),
    ...option('-o', given.out_interface),
    ...option('-f', given.fragment),
    ...option('-c', given.set_counters),
    ...option('--source-port', given.source_port),
    ...option('--destination-port', given.destination_port),
    ...withMatch(given, 'multiport', dst),
    ...option('--to-ports', given.to_ports),
    ...option('--set-dscp', given.set_dscp_mark),
    ...option('--set-dscp-class', given.set_dscp_mark_class),
    ...(given.syn === 'match' ? ['--syn'] : given.syn === 'negate' ? ['!', '--syn'] : []),
    ...states(given),
    ...withMatch(given, 'iprange', range),
    ...withMatch(given, 'set', set),
    ...withMatch(given, 'limit', limit),
    ...withMatch(given, 'owner', owner),
    ...option('--reject-with', given.reject_with),
    ...option(given.ip_version === 'ipv6' ? '--icmpv6-type' : '--icmp-type', given.icmp_type),
    ...(given.comment === undefined ? [] : withMatch(given, 'comment', ['--comment', given.comment])),
  ];
}

function states(given: IptablesArgs): string[] {
  if (given.ctstate.length === 0) return [];
  const list = given.ctstate.join(',');
  if (given.match.includes('state')) return ['--state', list];
  return withMatch(given, 'conntrack', ['--ctstate', list]);
}
