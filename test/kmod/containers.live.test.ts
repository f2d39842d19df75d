import { afterAll, beforeAll, expect, test } from 'vitest';
import { named, onHost, testTools, type Said } from './host.ts';

let tools: Awaited<ReturnType<typeof testTools>>;
let steps: Map<string, Said>;

beforeAll(async () => {
  tools = await testTools();
  steps = named(await onHost('containers.sh', [tools.folder], 300_000));
}, 480_000);
afterAll(() => tools.remove());

// what the service itself answers: the address that accept() gave it
const SHOWN = { cases: [{ result: 'shown', http_names: 'client' }] };
const PEER = { cases: [{ result: 'balancer', http_names: 'peer' }] };

test('without a receiver a container sees the balancer', () => {
  expect(steps.get('bare')).toMatchObject(PEER);
});

test.each([
  ['before', 'own'],
  ['after', 'own'],
  ['before_host', 'host'],
  ['after_host', 'host'],
])('one receiver on the machine serves a container (%s, network: %s)', (step, network) => {
  expect(steps.get(step)).toMatchObject(SHOWN);
  expect(steps.get(`${step}_where`)).toMatchObject({ network, cgroup_namespace: 'own' });
  expect(steps.get(`${step}_where`)?.['cgroup']).toMatch(/libpod/);
});

test('inside, the receiver of the machine is seen at work, and cannot be taken away', () => {
  expect(steps.get('inside_status')).toEqual({ ok: true, attached: false });
  const programs = [{ name: 'toa_getpeername', ours: false }];
  expect(steps.get('inside_hooks')?.['hooks'][1]).toMatchObject({ hook: 'getpeername4', programs });
  expect(steps.get('inside_detach')).toMatchObject({ changed: false, action: 'unchanged' });
  expect(steps.get('after_detach')).toMatchObject(SHOWN);
  expect(steps.get('detach')).toMatchObject({ action: 'detached' });
});
