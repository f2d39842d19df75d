import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { linesOf, masquerading, parseTable, plan, type Service, settings, tableOf, wrongServices } from './plan.ts';

const server = (address: string, weight = 1, more = {}) => ({ address, weight, forward: 'nat' as const, ...more });
const service = (more: Partial<Service> = {}): Service => ({
  vip: '203.0.113.10',
  port: 443,
  scheduler: 'wrr',
  persistent: 0,
  servers: [server('10.0.2.8', 2), server('10.0.2.9')],
  ...more,
});

/** As `ipvsadm -Sn` of Debian 12 writes it, with a service of somebody else, a UDP one and one by firewall mark. */
const RECORDED = `-A -t 203.0.113.10:443 -s wrr
-a -t 203.0.113.10:443 -r 10.0.2.8:443 -m -w 2
-a -t 203.0.113.10:443 -r 10.0.2.9:443 -m -w 1
-A -t [2001:db8::10]:80 -s wlc -p 300
-a -t [2001:db8::10]:80 -r [2001:db8:2::8]:80 -g -w 1
-A -t 192.0.2.1:25 -s rr
-a -t 192.0.2.1:25 -r 10.0.9.9:25 -i -w 1 --tun-type ipip
-A -u 192.0.2.1:53 -s rr
-a -u 192.0.2.1:53 -r 10.0.9.9:53 -m -w 1
-A -f 7 -s sh
`;
const have = parseTable(RECORDED);
const NONE = parseTable('');

/** What ipvsadm makes of a table with such arguments. */
function run(table: string, commands: readonly string[]): string[] {
  const lines = new Set(table.split('\n').filter(Boolean));
  const drop = (start: string): void => lines.forEach((line) => line.startsWith(start) && lines.delete(line));
  for (const command of commands) {
    const [what, , at, , to] = command.split(' ');
    if (what === '-E') drop(`-A -t ${at} `);
    if (what === '-e' || what === '-d') drop(`-a -t ${at} -r ${to} `);
    if (what === '-D') [`-A -t ${at} `, `-a -t ${at} `].forEach(drop);
    if (what !== '-d' && what !== '-D') lines.add(command.replace(/^-E/, '-A').replace(/^-e/, '-a'));
  }
  return [...lines].toSorted();
}

describe('the plan of ipvs', () => {
  it('reads its own TCP services as ipvsadm saves them, and writes them so', () => {
    expect([...have.keys()]).toEqual(['203.0.113.10:443', '[2001:db8::10]:80', '192.0.2.1:25']);
    expect(linesOf(tableOf([service()]))).toEqual(RECORDED.split('\n').slice(0, 3));
    const six = service({
      vip: '2001:DB8:0::10',
      port: 80,
      scheduler: 'wlc',
      persistent: 300,
      servers: [server('2001:db8:2:0::8', 1, { forward: 'route' })],
    });
    expect(linesOf(tableOf([six]))).toEqual(RECORDED.split('\n').slice(3, 5));
    expect(plan(have, tableOf([service(), six]), NONE, true)).toEqual({ first: [], drain: [], last: [] });
  });

  it('changes a weight in place, adds a server, and drains the one that leaves', () => {
    const want = tableOf([service({ servers: [server('10.0.2.8', 5), server('10.0.2.10')] })]);
    expect(plan(have, want, NONE, true)).toEqual({
      first: [
        '-e -t 203.0.113.10:443 -r 10.0.2.8:443 -m -w 5',
        '-a -t 203.0.113.10:443 -r 10.0.2.10:443 -m -w 1',
        '-e -t 203.0.113.10:443 -r 10.0.2.9:443 -m -w 0',
      ],
      drain: ['10.0.2.9 443'],
      last: ['-d -t 203.0.113.10:443 -r 10.0.2.9:443'],
    });
    expect(plan(have, want, NONE, false)).toMatchObject({
      drain: [],
      last: ['-d -t 203.0.113.10:443 -r 10.0.2.9:443'],
    });
  });

  it('a server with weight 0 is waited for, and stays', () => {
    const want = tableOf([service({ servers: [server('10.0.2.8', 2), server('10.0.2.9', 0)] })]);
    expect(plan(have, want, NONE, true)).toEqual({
      first: ['-e -t 203.0.113.10:443 -r 10.0.2.9:443 -m -w 0'],
      drain: ['10.0.2.9 443'],
      last: [],
    });
  });

  it('takes away what the last run made, and nothing of others', () => {
    const kept = tableOf([service(), service({ vip: '198.51.100.1' })]);
    expect(plan(have, NONE, kept, false)).toMatchObject({ first: [], last: ['-D -t 203.0.113.10:443'] });
  });

  it('leads from any table to any other, and leaves services of others', () => {
    const services = fc.uniqueArray(
      fc.record({
        vip: fc.constantFrom('192.0.2.1', '192.0.2.2'),
        port: fc.constantFrom(80, 443),
        scheduler: fc.constantFrom('rr', 'wlc'),
        persistent: fc.constantFrom(0, 300),
        servers: fc.uniqueArray(
          fc.record({
            address: fc.constantFrom('10.0.0.1', '10.0.0.2', '10.0.0.3'),
            weight: fc.constantFrom(0, 1, 7),
            forward: fc.constantFrom('nat' as const, 'route' as const),
          }),
          { minLength: 1, selector: ({ address }) => address },
        ),
      }),
      { selector: ({ vip, port }) => `${vip} ${port}` },
    );
    const others = ['-A -t 192.0.2.9:25 -s rr', '-a -t 192.0.2.9:25 -r 10.0.9.9:25 -m -w 1'];
    fc.assert(
      fc.property(services, services, fc.boolean(), (before, after, drains) => {
        const table = [...linesOf(tableOf(before)), ...others].join('\n');
        const { first, last } = plan(parseTable(table), tableOf(after), tableOf(before), drains);
        expect(run(table, [...first, ...last])).toEqual([...linesOf(tableOf(after)), ...others].toSorted());
      }),
    );
  });

  it.each([
    [service({ vip: 'example.org' }), '"example.org" is no address'],
    [service({ servers: [] }), '203.0.113.10 port 443 has no server'],
    [service({ servers: [server('2001:db8::8')] }), 'both have to be IPv4'],
    [service({ servers: [server('10.0.2.8 -w 1\n-C')] }), 'is no server'],
    [service({ servers: [server('10.0.2.8'), server('10.0.2.8')] }), 'has a server twice'],
    [service({ servers: [server('10.0.2.8', 1, { forward: 'route', port: 8443 })] }), 'only NAT changes the port'],
  ])('refuse %j', (bad, message) => {
    expect(wrongServices([bad])).toMatchObject({ code: 'E_IPVS_SERVICE', msg: expect.stringContaining(message) });
  });

  it('refuse the same service twice, however it is written', () => {
    const six = { servers: [server('2001:db8::8')] };
    expect(
      wrongServices([service({ vip: '2001:db8::1', ...six }), service({ vip: '2001:DB8:0::1', ...six })])?.msg,
    ).toBe('[2001:db8::1]:443 comes twice');
  });

  it.each([
    ['3.10.0-1160.el7.x86_64', true, true],
    ['5.8.18', true, true],
    ['5.9.0', true, false],
    ['6.12.95+deb13-amd64', true, false],
    ['4.19.0', false, false],
  ])('conn_reuse_mode on %s, masquerade %s: %s', (release, masquerade, reuse) => {
    const given = settings(release, masquerade);
    expect(given.includes('net.ipv4.vs.conn_reuse_mode 0')).toBe(reuse);
    expect(given.includes('net.ipv4.vs.conntrack 1')).toBe(masquerade);
    expect(given).toContain('net.ipv4.vs.expire_nodest_conn 1');
  });

  it('masquerades what goes by NAT from a service to its server, and nothing else', () => {
    const rules = masquerading('toa_ipvs', [
      service({ servers: [server('10.0.2.8'), server('10.0.2.9', 1, { forward: 'route' })] }),
    ]);
    expect(rules.match(/.*masquerade$/gm)).toEqual([
      '    ct original ip daddr 203.0.113.10 ip daddr 10.0.2.8 tcp dport 443 masquerade',
    ]);
  });
});
