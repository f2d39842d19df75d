import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ModuleResult } from '../../src/base/result.ts';
import { type Isolated, openIsolated } from '../../test/support/isolated.ts';
import { runVerb, type VerbRunOptions } from '../../test/support/verb-context.ts';
import { verb } from './task.ts';

// The real iptables, in a network namespace of its own.
let isolated: Isolated;
beforeAll(() => {
  isolated = openIsolated([]);
});
afterAll(() => isolated.close());

const run = async (args: Record<string, unknown>, options?: VerbRunOptions): Promise<ModuleResult> =>
  runVerb(verb, args, await isolated.session.shell(), options);
const rules = async (...table: string[]): Promise<string[]> => {
  const shell = await isolated.session.shell();
  const { stdout } = await shell.call({
    scripts: [],
    fn: 'command',
    args: ['iptables-save', ...table.flatMap((name) => ['-t', name])],
  });
  return stdout.split('\n').filter((line) => line.startsWith('-A') || line.startsWith(':'));
};

it.each([
  [{ protocol: 'tcp', destination_port: '80', jump: 'ACCEPT' }, '-p tcp -m tcp --dport 80 -j ACCEPT'],
  [{ ctstate: ['ESTABLISHED', 'RELATED'], jump: 'ACCEPT' }, '-m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT'],
  [{ source: '!10.0.0.0/8', in_interface: '!lo', jump: 'DROP' }, '! -s 10.0.0.0/8 ! -i lo -j DROP'],
  [
    { protocol: 'tcp', destination_ports: ['80', '8081:8083'], jump: 'ACCEPT' },
    '-p tcp -m multiport --dports 80,8081:8083 -j ACCEPT',
  ],
  [{ src_range: '10.1.0.1-10.1.0.9', jump: 'ACCEPT' }, '-m iprange --src-range 10.1.0.1-10.1.0.9 -j ACCEPT'],
  [
    { protocol: 'tcp', syn: 'match', limit: '5/minute', limit_burst: '7', jump: 'REJECT', reject_with: 'tcp-reset' },
    '-p tcp -m tcp --tcp-flags FIN,SYN,RST,ACK SYN -m limit --limit 5/min --limit-burst 7 -j REJECT --reject-with tcp-reset',
  ],
  [{ log_prefix: 'dropped: ', log_level: 'info' }, '-j LOG --log-prefix "dropped: " --log-level 6'],
  [{ comment: "a b 'c' $d", jump: 'RETURN' }, `-m comment --comment "a b \\'c\\' $d" -j RETURN`],
])('%j is one rule, made once and removed once', async (args, rule) => {
  const given = { chain: 'INPUT', ...args };
  expect(await run(given, { check: true })).toMatchObject({ changed: true });
  expect(await rules()).not.toContain(`-A INPUT ${rule}`);
  expect(await run(given)).toMatchObject({ changed: true, chain: 'INPUT', table: 'filter', state: 'present' });
  expect(await run(given)).toMatchObject({ changed: false });
  expect(await rules()).toContain(`-A INPUT ${rule}`);
  expect(await run({ ...given, state: 'absent' })).toMatchObject({ changed: true });
  expect(await run({ ...given, state: 'absent' })).toMatchObject({ changed: false });
  expect(await rules()).not.toContain(`-A INPUT ${rule}`);
});

it('appends, inserts and inserts at a place', async () => {
  const port = (destination_port: string, more: Record<string, unknown> = {}): Promise<ModuleResult> =>
    run({ chain: 'OUTPUT', protocol: 'tcp', destination_port, jump: 'ACCEPT', ...more });
  await port('1');
  await port('2', { action: 'insert' });
  await port('3', { action: 'insert', rule_num: '2' });
  const found = (await rules()).map((line) => /^-A OUTPUT .*--dport (\d)/.exec(line)?.[1]).filter(Boolean);
  expect(found).toEqual(['2', '3', '1']);
  expect(await run({ chain: 'OUTPUT', flush: true })).toMatchObject({ changed: true });
  expect((await rules()).filter((line) => line.startsWith('-A OUTPUT'))).toEqual([]);
});

it('sets policies and makes chains, in other tables and for IPv6 too', async () => {
  expect(await run({ chain: 'FORWARD', policy: 'DROP' })).toMatchObject({ changed: true });
  expect(await run({ chain: 'FORWARD', policy: 'DROP' })).toMatchObject({ changed: false });
  expect(await rules()).toContain(':FORWARD DROP [0:0]');
  for (const changed of [true, false])
    expect(await run({ chain: 'MINE', chain_management: true })).toMatchObject({ changed });
  for (const changed of [true, false])
    expect(await run({ chain: 'MINE', chain_management: true, state: 'absent' })).toMatchObject({ changed });
  const nat = { table: 'nat', chain: 'POSTROUTING', out_interface: 'eth1', jump: 'MASQUERADE' };
  for (const changed of [true, false]) expect(await run(nat)).toMatchObject({ changed, table: 'nat' });
  expect(await rules('nat')).toContain('-A POSTROUTING -o eth1 -j MASQUERADE');
  const v6 = { ip_version: 'ipv6', chain: 'INPUT', source: '::1', jump: 'ACCEPT' };
  for (const changed of [true, false]) expect(await run(v6)).toMatchObject({ changed, ip_version: 'ipv6' });
});

it('says what iptables said', async () => {
  expect(await run({ chain: 'NOSUCH', jump: 'ACCEPT' })).toMatchObject({ failed: true, rc: expect.any(Number) });
  const wrong = await run({ chain: 'INPUT', jump: 'NOSUCHTARGET' });
  expect(wrong).toMatchObject({ failed: true, msg: expect.stringContaining('NOSUCHTARGET'), rc: 2 });
  expect(await run({ chain: 'INPUT', jump: 'TEE' })).toMatchObject({
    failed: true,
    msg: expect.stringContaining('gateway'),
  });
  expect(await run({ jump: 'ACCEPT' })).toMatchObject({ failed: true });
  expect(await run({ chain: 'INPUT', log_prefix: 'x', jump: 'ACCEPT' })).toMatchObject({ failed: true });
});
