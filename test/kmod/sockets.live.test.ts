import { afterAll, beforeAll, expect, test } from 'vitest';
import { named, onHost, testTools, type Said } from './host.ts';

const CLIENT = '192.0.2.254:4321';
let tools: Awaited<ReturnType<typeof testTools>>;
let steps: Map<string, Said>;

beforeAll(async () => {
  tools = await testTools();
  steps = named(await onHost('sockets.sh', [tools.folder], 60_000));
}, 180_000);
afterAll(() => tools.remove());

test.each(['accept', 'accept4', 'dual_stack', 'scm_rights', 'fork', 'nested_cgroup'])(
  '%s and getpeername name the client',
  (step) => {
    expect(steps.get(step)).toEqual({ accept: CLIENT, getpeername: CLIENT });
  },
);

test('accept without an address, then getpeername', () => {
  expect(steps.get('no_address')).toEqual({ getpeername: CLIENT });
});

test('io_uring, unless the kernel forbids it', () => {
  const said = steps.get('io_uring')!;
  if (said['unsupported']) expect(said['unsupported']).toContain('io_uring_setup');
  else expect(said).toEqual({ accept: CLIENT, getpeername: CLIENT });
});

test('deferred accept: from the data and from the SYN; the bare ACK is dropped by the kernel before sockops', () => {
  expect(steps.get('defer_data')).toMatchObject({ made: 20, client: 20 });
  expect(steps.get('defer_syn')).toMatchObject({ made: 20, client: 20 });
  expect(steps.get('defer_ack')).toMatchObject({ made: 20, peer: 20, client: 0 });
});

test('deferred accept by choice: the bare ACK too, in every family, without a trace afterwards', () => {
  for (const step of ['chosen_ack', 'chosen_ack6', 'chosen_syn', 'chosen_plain'])
    expect([step, steps.get(step)]).toMatchObject([step, { made: 20, client: 20 }]);
  expect(steps.get('chosen_left')).toEqual({ entries: 0 });
  expect(steps.get('unchosen_ack')).toMatchObject({ made: 20, peer: 20, client: 0 });
});

test.each([
  ['v4-client4', '4096 said nothing, 1348 said 203.0.113.77:4321'],
  ['v4-client6', '4096 said [2001:db8::77]:4321, 1348 said [2001:db8::77]:4321'],
  ['dual-client4', '4096 said nothing, 1348 said 203.0.113.77:4321'],
  ['dual-client6', '4096 said nothing, 1348 said [2001:db8::77]:4321'],
  ['v4-none', '4096 said nothing, 1348 said nothing'],
])("getsockopt of DPVS (NAT64 only) and of Aliyun's vtoa: %s", (name, said) => {
  expect(steps.get(`sockopt-${name}`)).toEqual({ status: 'pass', said });
});

test('Fast Open: from the SYN that carries data', () => {
  expect(steps.get('fastopen')).toMatchObject({ made: 20, client: 20 });
  expect(steps.get('fastopen_v6')).toMatchObject({ made: 20, client: 20 });
  expect(steps.get('fastopen_kernel')).toEqual({ passive: 40 });
});
