import { z } from 'zod';
import * as args from '../shared/args.ts';

const DIRECTIONS = ['in', 'incoming', 'out', 'outgoing', 'routed'] as const;

export const schema = () =>
  z.strictObject({
    state: args.choice(['enabled', 'disabled', 'reloaded', 'reset']).optional(),
    default: args.choice(['allow', 'deny', 'reject']).optional(),
    logging: args.choice(['on', 'off', 'low', 'medium', 'high', 'full']).optional(),
    direction: args.choice(DIRECTIONS).optional(),
    rule: args.choice(['allow', 'deny', 'reject', 'limit']).optional(),
    delete: args.bool().default(false),
    route: args.bool().default(false),
    insert: args.int().optional(),
    insert_relative_to: args
      .choice(['zero', 'first-ipv4', 'last-ipv4', 'first-ipv6', 'last-ipv6'])
      .default('zero')
      .refine((where) => where === 'zero', 'only zero is supported: give the number that `ufw status numbered` has'),
    interface: args.str().optional(),
    interface_in: args.str().optional(),
    interface_out: args.str().optional(),
    log: args.bool().default(false),
    from_ip: args.str().default('any'),
    from_port: args.str().optional(),
    to_ip: args.str().default('any'),
    to_port: args.str().optional(),
    proto: args.choice(['any', 'tcp', 'udp', 'ipv6', 'esp', 'ah', 'gre', 'igmp']).optional(),
    name: args.str().optional(),
    comment: args.str().optional(),
  });
export type Ufw = z.output<ReturnType<typeof schema>>;

/** What stands in one word of ufw's command line. */
const WORDS = [
  'interface',
  'interface_in',
  'interface_out',
  'from_ip',
  'from_port',
  'to_ip',
  'to_port',
  'name',
] as const;

/** What is wrong with the arguments, in Ansible's words where it has some. */
export function objection(given: Ufw): string | undefined {
  if ([given.state, given.default, given.rule, given.logging].every((one) => one === undefined))
    return 'one of the following is required: state, default, rule, logging';
  if (given.interface !== undefined && given.direction === undefined)
    return "missing parameter(s) required by 'interface': direction";
  for (const other of ['interface_in', 'interface_out'] as const) {
    for (const word of ['direction', 'interface'] as const) {
      if (given[other] !== undefined && given[word] !== undefined)
        return `parameters are mutually exclusive: ${word}|${other}`;
    }
  }
  if (given.route === false && given.interface_in !== undefined && given.interface_out !== undefined)
    return 'Only route rules can combine interface_in and interface_out';
  const odd = WORDS.find((word) => /^-|[\n\0]/.test(given[word] ?? ''));
  if (odd !== undefined) return `${odd} is nothing that ufw can take: ${given[odd]}`;
  return /[\n\0]/.test(given.comment ?? '') ? 'comment holds a line break' : undefined;
}

const named = (word: string, value: string | undefined): string[] => (value ? [word, value] : []);

/** The words of ufw's command line for the rule, but for its comment; none where no rule is asked for. */
export function ruleWords(given: Ufw): string[] {
  if (given.rule === undefined) return [];
  return [
    ...(given.route ? ['route'] : []),
    ...(given.delete ? ['delete'] : []),
    ...(given.insert === undefined || given.delete ? [] : ['insert', String(given.insert)]),
    given.rule,
    ...(given.direction ? [given.direction] : []),
    ...named('on', given.interface),
    ...(given.interface_in ? ['in', 'on', given.interface_in] : []),
    ...(given.interface_out ? ['out', 'on', given.interface_out] : []),
    ...(given.log ? ['log'] : []),
    ...named('from', given.from_ip),
    ...named('port', given.from_port),
    ...named('to', given.to_ip),
    ...named('port', given.to_port),
    ...named('proto', given.proto),
    ...named('app', given.name),
  ];
}
