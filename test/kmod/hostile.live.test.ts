import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { named, onHost, testTools, type Said } from './host.ts';

let tools: Awaited<ReturnType<typeof testTools>>;
let steps: Map<string, Said>;
const at = (step: string): Said => {
  const said = steps.get(step);
  if (!said) throw new Error(`no step ${step}`);
  return said;
};

beforeAll(async () => {
  tools = await testTools();
  steps = named(await onHost('hostile.sh', [tools.folder], 150_000));
}, 280_000);
afterAll(() => tools.remove());

describe("others' programs on the same cgroup", () => {
  test('run beside ours, whether attached before or after, and stay when ours is replaced and detached', () => {
    expect(at('with_others')).toMatchObject({ made: 100, client: 100 });
    expect(at('others_beside')).toEqual({ ran: [100, 100, 100, 100] });
    expect(at('replaced_beside')).toMatchObject({ client: 100 });
    expect(at('others_alone')).toMatchObject({ client: 0, peer: 100 });
    expect(at('others_after')).toEqual({ ran: [300, 300, 300, 300] });
  });
});

describe('options', () => {
  test('the first counts', () => {
    expect(at('option_two')).toMatchObject({ other: 10, last: '203.0.113.1:4321' });
    expect(at('option_forged_second')).toMatchObject({ peer: 10, other: 0 });
  });

  test('addresses that no client has, and lengths that lie, show the peer and are counted by reason', () => {
    const refused = ['zero', 'loopback', 'multicast', 'broadcast', 'port', 'v6_multicast', 'forged_second'];
    const broken = ['cut', 'length_0', 'length_1', 'long'];
    for (const name of [...refused, ...broken, 'nops', 'end'])
      expect([name, at(`option_${name}`)]).toMatchObject([name, { made: 10, peer: 10, client: 0, other: 0 }]);
    const { counters } = at('option_stats');
    expect(counters).toMatchObject({ accepted_ack: 10, bad_address: 60, bad_port: 10, shown_v4: 10 });
    expect(counters.malformed).toBeGreaterThanOrEqual(40);
    expect(counters.no_option).toBeGreaterThanOrEqual(20);
  });

  test('noise shows nobody, whatever of it the kernel itself lets through, and the receiver works on', () => {
    expect(at('option_garbage')).toMatchObject({ client: 0, other: 0 });
    for (const place of ['ack', 'syn', 'data']) {
      const { made, failed, client } = at(`noise_${place}`);
      expect(made + failed).toBe(2000);
      expect(made).toBeGreaterThan(50);
      expect(client).toBe(0);
    }
    expect(at('noise_after')).toMatchObject({ made: 100, client: 100 });
  });
});

describe('a peer outside the allow-list', () => {
  test('changes nothing, keeps nothing, and is counted', () => {
    expect(at('forged4')).toMatchObject({ made: 100, peer: 100 });
    expect(at('forged6')).toMatchObject({ made: 100, peer: 100 });
    expect(at('forged_syn')).toMatchObject({ made: 100, peer: 100 });
    expect(at('forged_stats')['counters']).toMatchObject({ not_allowed: 300, accepted_ack: 0, accepted_syn: 0 });
    expect(at('forged_kept')).toEqual({ kept: 0 });
  });

  test('is one of the last refused peers, with the reason and how often', () => {
    // seen last first: IPv4, for the option in the ACK and in the SYN, then IPv6
    expect(at('forged_stats')['refused']).toMatchObject([
      { address: expect.stringMatching(/^198\.20\./), reason: 'not_allowed', count: 200 },
      { address: expect.stringMatching(/^fd74:6f61:/), reason: 'not_allowed', count: 100 },
    ]);
  });
});

describe('clients and probes count apart', () => {
  const counters = (step: string) => at(step)['counters'] as Record<string, number>;

  test('1,000 clients are 1,000, whatever the probe does beside them', () => {
    expect(Object.values(counters('apart_before')).filter((count) => count > 0)).toEqual([]);
    expect(at('apart_clients')).toMatchObject({ made: 1000, client: 1000 });
    const after = Object.entries(counters('apart_after'));
    expect(Object.fromEntries(after.filter(([name, count]) => count > 0 && name !== 'listeners_marked'))).toEqual({
      accepted_ack: 1000,
      shown_v4: 1000,
      probe_connections: 200,
      probe_accepted: 200,
      probe_shown: 400,
    });
    expect(at('apart_after')['refused']).toEqual([]);
  });

  test("who names the probe's address from elsewhere is refused and told", () => {
    expect(at('apart_forged')).toMatchObject({ peer: 7, other: 0 });
    expect(counters('apart_forged_stats')).toMatchObject({
      accepted_ack: 1000,
      probe_address: 7,
      probe_connections: 200,
    });
    expect(at('apart_forged_stats')['refused']).toMatchObject([{ reason: 'probe_address', count: 7 }]);
  });
});

test('ss and conntrack name the peer, with the receiver as without', () => {
  const expected = { ss: 20, ss_client: 0, conntrack: 20, conntrack_client: 0 };
  expect(at('seen_with')).toEqual(expected);
  expect(at('seen_without')).toEqual(expected);
});

test('SYN cookies: the option in the ACK and in data is read; in the SYN alone only while there are no cookies', () => {
  for (const mode of [1, 2]) {
    expect(at(`cookies_${mode}`)).toMatchObject({ made: 500, client: 500 });
    expect(at(`cookies_data_${mode}`)).toMatchObject({ made: 50, client: 50 });
    expect(at(`flood_${mode}`)).toMatchObject({ made: 20_000, failed: 0, client: 1 });
  }
  expect(at('cookies_syn_1')).toMatchObject({ client: 50 });
  expect(at('cookies_syn_2')).toMatchObject({ peer: 50 });
  expect(at('cookies')['sent']).toBeGreaterThan(20_000);
  expect(at('cookies')['received']).toBeGreaterThanOrEqual(601);
});
