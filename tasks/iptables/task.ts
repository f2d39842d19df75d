import { z } from 'zod';
import { failure } from '../../src/base/result.ts';
import * as args from '../shared/args.ts';
import { programFailed } from '../shared/answer.ts';
import { remote } from '../shared/remote.ts';
import { defineVerb } from '../../src/verb/verb.ts';
import { ruleWords } from './rule.ts';

const TEXTS = [
  'protocol',
  'source',
  'destination',
  'to_source',
  'jump',
  'gateway',
  'log_prefix',
  'goto',
  'in_interface',
  'out_interface',
  'fragment',
  'set_counters',
  'source_port',
  'destination_port',
  'to_ports',
  'to_destination',
  'set_dscp_mark',
  'set_dscp_mark_class',
  'comment',
  'src_range',
  'dst_range',
  'match_set',
  'limit',
  'limit_burst',
  'uid_owner',
  'gid_owner',
  'reject_with',
  'icmp_type',
  'rule_num',
] as const;
const texts = Object.fromEntries(TEXTS.map((name) => [name, args.str().optional()])) as Record<
  (typeof TEXTS)[number],
  z.ZodOptional<ReturnType<typeof args.str>>
>;

const schema = () =>
  z.strictObject({
    table: args.choice(['filter', 'nat', 'mangle', 'raw', 'security']).default('filter'),
    state: args.choice(['absent', 'present']).default('present'),
    action: args.choice(['append', 'insert']).default('append'),
    ip_version: args.choice(['ipv4', 'ipv6']).default('ipv4'),
    chain: args.str().optional(),
    ...texts,
    match: args.list(args.str()).default([]),
    tcp_flags: z
      .strictObject({ flags: args.list(args.str()).optional(), flags_set: args.list(args.str()).optional() })
      .optional(),
    log_level: args.str().optional(),
    destination_ports: args.list(args.str()).default([]),
    ctstate: args.list(args.str()).default([]),
    match_set_flags: args.choice(['src', 'dst', 'src,dst', 'dst,src']).optional(),
    syn: args.choice(['ignore', 'match', 'negate']).default('ignore'),
    flush: args.bool().default(false),
    policy: args.choice(['ACCEPT', 'DROP', 'QUEUE', 'RETURN']).optional(),
    wait: args.str().optional(),
    chain_management: args.bool().default(false),
  });
export type IptablesArgs = z.output<ReturnType<typeof schema>>;

export const verb = defineVerb({
  name: 'iptables',
  summary: 'Adds or removes rules, chains and policies of iptables and ip6tables',
  args: schema,
  beyond: [],
  check: 'full',
  diff: false,
  async run(given, context) {
    const { table, chain, flush, state, policy, action, ip_version, chain_management } = given;
    const told = {
      changed: false,
      failed: false,
      ip_version,
      table,
      chain: chain ?? null,
      flush,
      state,
      chain_management,
    };
    if (!flush && chain === undefined) return failure('Either chain or flush parameter must be specified.');
    if (chain?.startsWith('-')) return failure(`'${chain}' is not the name of a chain`);
    if (given.log_prefix !== undefined || given.log_level !== undefined) {
      if (given.jump !== undefined && given.jump !== 'LOG')
        return failure('Logging options can only be used with the LOG jump target.');
    }
    if (given.jump === 'TEE' && given.gateway === undefined)
      return failure('jump is TEE but all of the following are missing: gateway');
    const words = ruleWords({ ...given, jump: given.jump ?? (given.log_prefix === undefined ? undefined : 'LOG') });
    const reply = await remote(context, {
      verb: 'iptables',
      vars: {
        program: ip_version === 'ipv6' ? 'ip6tables' : 'iptables',
        table,
        chain,
        flush,
        state,
        policy,
        action,
        chain_management,
        rule_num: given.rule_num,
        wait: given.wait,
      },
      args: words,
    });
    if (!reply.ok) return programFailed(reply.answer);
    return { ...told, changed: reply.said.is('changed'), rule: words.join(' ') };
  },
});
