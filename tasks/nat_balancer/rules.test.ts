import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addresses } from '../shared/receiver/services.ts';
import { drained, ruleset, type Service, wrongServices } from './rules.ts';

const service = (more: Partial<Service> = {}): Service => ({
  vip: '203.0.113.10',
  port: 443,
  servers: [
    { address: '10.0.2.8', weight: 2 },
    { address: '10.0.2.9', port: 8443, weight: 1 },
  ],
  persistent: false,
  ...more,
});
const rules = (...services: Service[]): string => ruleset({ name: 'toa_nat', services, masquerade: true });

describe('the rules of nat_balancer', () => {
  it('take turns by weight, in lowest terms', () => {
    expect(rules(service())).toContain(
      'ip daddr 203.0.113.10 tcp dport 443 dnat ip to numgen inc mod 3 map { 0-1 : 10.0.2.8 . 443, 2 : 10.0.2.9 . 8443 }',
    );
    const double = service({ servers: service().servers.map((one) => ({ ...one, weight: one.weight * 100 })) });
    expect(rules(double)).toBe(rules(service()));
  });

  it('keep a client with its server by its address', () => {
    expect(rules(service({ persistent: true }))).toContain('dnat ip to jhash ip saddr mod 3 map');
  });

  it('leave a drained server without new connections, and masquerade those that it has', () => {
    const one = service({
      servers: [
        { address: '10.0.2.8', weight: 1 },
        { address: '10.0.2.9', weight: 0 },
      ],
    });
    expect(rules(one)).toContain('dnat ip to 10.0.2.8:443');
    expect(rules(one)).toContain('ip daddr 10.0.2.9 tcp dport 443 ct status dnat masquerade');
    expect(drained([one])).toEqual(['10.0.2.9 443']);
  });

  it('have no rule where every server is drained', () => {
    expect(rules(service({ servers: [{ address: '10.0.2.8', weight: 0 }] }))).not.toContain('dnat ip to');
  });

  it('speak IPv6', () => {
    const six = service({ vip: '2001:db8::1', servers: [{ address: '2001:db8::8', weight: 1 }] });
    expect(rules(six)).toContain('ip6 daddr 2001:db8::1 tcp dport 443 dnat ip6 to [2001:db8::8]:443');
    expect(addresses([six, service()])).toEqual(['2001:db8::1/128', '203.0.113.10/32']);
  });

  it.each([
    [service({ vip: 'example.org' }), '"example.org" is no address'],
    [service({ vip: 'fe80::1%eth0' }), '"fe80::1%eth0" is no address'],
    [service({ servers: [] }), '203.0.113.10 port 443 has no server'],
    [service({ servers: [{ address: '2001:db8::8', weight: 1 }] }), 'both have to be IPv4'],
    [service({ servers: [{ address: '10.0.2.8 }\nflush ruleset', weight: 1 }] }), 'is no server'],
  ])('refuse %j', (bad, message) => {
    expect(wrongServices([bad])).toMatchObject({
      failed: true,
      code: 'E_NAT_SERVICE',
      msg: expect.stringContaining(message),
    });
  });

  it('refuse the same service twice', () => {
    expect(wrongServices([service(), service()])?.msg).toBe('203.0.113.10 port 443 comes twice');
  });

  it('share all turns among the servers that take connections, whatever the weights', () => {
    const weights = fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(weights, (given) => {
        const servers = given.map((weight, index) => ({ address: `10.0.0.${index + 1}`, weight }));
        const text = rules(service({ servers }));
        const open = given.filter((weight) => weight > 0);
        const map = /mod (\d+) map \{ (.*) \}/.exec(text);
        expect(map === null).toBe(open.length < 2);
        if (!map) return;
        const ranges = map[2].split(', ').map((item) => item.split(' : ')[0].split('-').map(Number));
        const sizes = ranges.map(([first, last = first]) => last - first + 1);
        expect(sizes.reduce((a, b) => a + b, 0)).toBe(Number(map[1]));
        sizes.forEach((size, index) => expect(size * open[0]).toBe(open[index] * sizes[0]));
      }),
    );
  });
});
