import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT, run } from '../e2e/fleet.ts';

describe('scripts/demo --balancers', () => {
  it('three plain boxes name clients to three servers; drained, rebooted, removed', { timeout: 900_000 }, async () => {
    const { code, stdout, stderr } = await run(join(ROOT, 'scripts/demo'), ['--balancers']);
    const text = `${stdout}\n${stderr}`;
    expect(stdout, text).toContain('before: 9 of 9 server x balancer show the balancer');
    expect(stdout, text).toContain('after a reboot: 9 of 9 server x balancer show the client');
    expect(stdout.trimEnd().split('\n').at(-1), text).toBe(
      'balancers: 3 of 3 send; 9 of 9 server x balancer show the client; drained without a lost request; removed without a trace',
    );
    expect(code).toBe(0);
  });
});
