import { describe, expect, it } from 'vitest';
import { useOwnHost } from '../../test/support/own-host.ts';
import { runVerb } from '../../test/support/verb-context.ts';
import { verb as ebpf } from '../toa_ebpf/task.ts';
import { verb as facts } from '../toa_facts/task.ts';
import { verb } from './task.ts';

describe('toa_verify: the host keeps when it was proved last', () => {
  const host = useOwnHost('proof');

  const look = async () => {
    const found = await runVerb(facts, {}, await host.shell());
    return found['toa'] as { proof: Record<string, unknown>; current: boolean; boot: string };
  };
  const prove = async (options = {}) => runVerb(verb, {}, await host.shell(), options);

  it('a proof is kept with its time, packets and build; a check keeps none', async () => {
    await runVerb(ebpf, { balancers: ['10.0.0.0/8'] }, await host.shell());
    expect((await prove({ check: true })).failed).toBeUndefined();
    expect((await look()).proof).toEqual({});
    const before = Math.floor(Date.now() / 1000);
    const { shown, expected } = await prove();
    const { proof, current, boot } = await look();
    expect(proof).toMatchObject({ ok: true, shown, expected, build: expect.stringMatching(/^[0-9a-f]{16}$/) });
    expect(proof['at']).toBeGreaterThanOrEqual(before);
    expect({ current, boot }).toEqual({ current: true, boot: 'rc.local' });
  });

  it('a proof that failed replaces it, and it goes with the receiver', async () => {
    const bpf = '/var/lib/toa/bin/toa-bpf detach';
    const scripts = [host.script('d.sh', `proof_detach() { ${bpf}; }\n`)];
    await (await host.shell()).call({ scripts, fn: 'proof_detach' });
    expect((await prove()).failed).toBe(true);
    expect((await look()).proof).toMatchObject({ ok: false });
    await runVerb(ebpf, { state: 'absent' }, await host.shell());
    expect((await look()).proof).toEqual({});
  });
});
