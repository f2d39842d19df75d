import { describe, expect, it } from 'vitest';
import { objection, ruleWords, schema, type Ufw } from './rule.ts';

const given = (args: Record<string, unknown>): Ufw => schema().parse(args);

describe('rules of ufw', () => {
  it.each([
    [{ rule: 'allow', to_port: 22, proto: 'tcp' }, 'allow from any to any port 22 proto tcp'],
    [{ rule: 'allow', name: 'OpenSSH', delete: true, insert: 1 }, 'delete allow from any to any app OpenSSH'],
    [{ rule: 'deny', from_ip: '10.0.0.0/8', insert: 1 }, 'insert 1 deny from 10.0.0.0/8 to any'],
    [
      { rule: 'allow', interface: 'eth0', direction: 'in', to_port: '1', proto: 'udp' },
      'allow in on eth0 from any to any port 1 proto udp',
    ],
    [
      { rule: 'allow', route: true, interface_in: 'a', interface_out: 'b', log: true },
      'route allow in on a out on b log from any to any',
    ],
    [{ logging: 'on' }, ''],
  ])('%o is ufw %s', (args, words) => {
    expect(objection(given(args))).toBeUndefined();
    expect(ruleWords(given(args)).join(' ')).toBe(words);
  });

  it.each([
    [{ direction: 'in' }, 'one of the following is required: state, default, rule, logging'],
    [{ rule: 'allow', interface: 'eth0' }, "missing parameter(s) required by 'interface': direction"],
    [
      { rule: 'allow', direction: 'in', interface_in: 'a' },
      'parameters are mutually exclusive: direction|interface_in',
    ],
    [{ rule: 'allow', to_port: '-h' }, 'to_port is nothing that ufw can take: -h'],
  ])('%o is refused', (args, words) => {
    expect(objection(given(args))).toBe(words);
  });
});
