import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Session } from '../../src/host/contract.ts';
import { openSession } from '../../src/host/session/session.ts';
import { localTarget } from '../../test/support/shells.ts';
import { runVerb } from '../../test/support/verb-context.ts';
import { verb as ebpf } from '../toa_ebpf/task.ts';
import { verb as facts } from '../toa_facts/task.ts';
import { verb } from './task.ts';

const tests = resolve(import.meta.dirname, '../../kmod/test');

// A host of its own on this kernel: cgroup, mount and network namespace, own /etc and /var/lib, rc.local as init
describe('toa_verify: the host keeps when it was proved last', () => {
  let folder: string;
  let session: Session;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'toa-proof-'));
    const shell = join(folder, 'sh');
    const host = `${tests}/namespace.sh toa-proof-${process.pid} ${tests}/refused-host.sh`;
    writeFileSync(shell, `#!/bin/sh\nexec ${host} sh "$@"\n`);
    chmodSync(shell, 0o755);
    session = openSession(localTarget(shell));
  });
  afterAll(async () => {
    await session.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const look = async () => {
    const found = await runVerb(facts, {}, await session.shell());
    return found['toa'] as { proof: Record<string, unknown>; current: boolean; boot: string };
  };
  const prove = async (options = {}) => runVerb(verb, {}, await session.shell(), options);

  it('a proof is kept with its time, packets and build; a check keeps none', async () => {
    await runVerb(ebpf, { balancers: ['10.0.0.0/8'] }, await session.shell());
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
    writeFileSync(join(folder, 'd.sh'), `proof_detach() { ${bpf}; }\n`);
    await (await session.shell()).call({ scripts: [join(folder, 'd.sh')], fn: 'proof_detach' });
    expect((await prove()).failed).toBe(true);
    expect((await look()).proof).toMatchObject({ ok: false });
    await runVerb(ebpf, { state: 'absent' }, await session.shell());
    expect((await look()).proof).toEqual({});
  });
});
