import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ModuleResult } from '../../src/base/result.ts';
import { type Isolated, openIsolated } from '../../test/support/isolated.ts';
import { runVerb, type VerbRunOptions } from '../../test/support/verb-context.ts';
import { verb } from './task.ts';

// The real ufw with its own files and a network, and so a firewall, of its own.
let isolated: Isolated;
beforeAll(() => {
  isolated = openIsolated(['/etc/ufw', '/etc/default']);
});
afterAll(() => isolated.close());

const sh = async (text: string): Promise<string> => {
  const shell = await isolated.session.shell();
  return (await shell.call({ scripts: [], fn: 'eval', args: [text] })).stdout;
};
const run = async (args: Record<string, unknown>, options?: VerbRunOptions): Promise<ModuleResult> =>
  runVerb(verb, args, await isolated.session.shell(), options);

/** Changes under check and for good, once. */
const once = async (args: Record<string, unknown>): Promise<void> => {
  expect(await run(args, { check: true }), 'check').toMatchObject({ changed: true });
  expect(await run(args), 'first').toMatchObject({ changed: true });
  expect(await run(args), 'second').toMatchObject({ changed: false });
  expect(await run(args, { check: true }), 'check after').toMatchObject({ changed: false });
};

it('sets policies, logging and rules while it is off', async () => {
  await sh('ufw -f reset; ufw logging low; ufw default allow outgoing');
  await once({ default: 'deny', direction: 'outgoing' });
  await once({ logging: 'full' });
  expect(await run({ logging: 'on' })).toMatchObject({ changed: false });
  await once({ rule: 'allow', to_port: '22', proto: 'tcp' });
  await once({ rule: 'deny', from_ip: '192.0.2.0/24', insert: 1, comment: 'why not' });
  await once({ rule: 'allow', to_port: '22', proto: 'tcp', delete: true });
  expect(await sh('grep -h "^### tuple" /etc/ufw/user.rules /etc/ufw/user6.rules')).toBe(
    '### tuple ### deny any any 0.0.0.0/0 any 192.0.2.0/24 in comment=776879206e6f74\n',
  );
});

it('switches the firewall on with its rules, and off', async () => {
  await once({ state: 'enabled' });
  expect(await sh('iptables -S ufw-user-input')).toContain('-A ufw-user-input -s 192.0.2.0/24 -j DROP');
  await once({ rule: 'reject', to_port: '25' });
  expect(await sh('iptables -S ufw-user-input')).toContain('--dport 25');
  const told = await run({ default: 'allow' });
  expect(told).toMatchObject({ changed: true, msg: expect.stringMatching(/^Status: active\n/) as unknown });
  expect(await run({ state: 'reloaded' })).toMatchObject({ changed: true });
  await once({ state: 'disabled' });
});

it("fails with ufw's own words", async () => {
  for (const check of [true, false])
    expect(await run({ rule: 'allow', to_port: '99999' }, { check })).toMatchObject({
      failed: true,
      msg: "ERROR: Bad port '99999'",
    });
});
