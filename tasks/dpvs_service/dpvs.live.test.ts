import { afterAll, describe, expect, it } from 'vitest';
import { useFakeDpvs } from '../../test/support/fake-dpvs.ts';
import { shellNames } from '../../test/support/shells.ts';
import { runVerb } from '../../test/support/verb-context.ts';
import { verb as daemon } from '../dpvs_daemon/task.ts';
import { verb as planner } from '../dpvs_plan/task.ts';
import { verb as service } from './task.ts';

/** The verbs on a host of its own, with real files, processes and interfaces; DPVS's programs are FAKES. */
describe.each(shellNames())('DPVS by its verbs, against fakes of its programs [%s]', (words) => {
  const { host, environment, program, commands, set, ask } = useFakeDpvs('dpvs', words);
  const on = async (verb: Parameters<typeof runVerb>[0], args: Record<string, unknown>, check = false) =>
    runVerb(verb, args, await host.shell(), { check, environment });
  const wish = { version: '1.9.4', layout: 'vdev', interfaces: ['l0', 'l1'] };
  let plan: Record<string, unknown> = {};
  const run = (more: Record<string, unknown> = {}, check = false) =>
    on(daemon, { plan, program: program(), timeout: 20, ...more }, check);
  const files = () => ask('cd /etc; ls toa dpvs.conf; cat toa/dpvs.run /var/run/dpvs.pid');

  afterAll(async () => {
    await ask('[ ! -s /var/run/dpvs.pid ] || kill "$(cat /var/run/dpvs.pid)"');
  });

  const services = {
    routes: [
      { to: '10.0.96.0/24', device: 'l0' },
      { to: '192.168.229.0/24', device: 'l1' },
      { to: 'default', via: '10.0.96.254', device: 'l0' },
      { to: '2001:db8:2::/64', device: 'l1' },
    ],
    services: [
      {
        vip: '10.0.96.204',
        port: 80,
        device: 'l0',
        servers: [{ address: '192.168.229.1' }, { address: '192.168.229.2', weight: 2 }],
        local: ['192.168.229.204'],
        local_device: 'l1',
      },
      {
        vip: '2001:DB8::1',
        port: 53,
        protocol: 'udp',
        device: 'l0',
        scheduler: 'wrr',
        servers: [{ address: '2001:db8:2::8', port: 5353 }],
        local: ['2001:db8:2::0204'],
        local_device: 'l1',
      },
    ],
  };
  const serve = (more: Record<string, unknown> = {}, check = false) =>
    on(service, { ports: plan['ports'], ...services, ...more }, check);

  it('is planned on interfaces that the kernel keeps', async () => {
    await ask('ip link add l0 type veth peer name c0; ip link add l1 type veth peer name s0');
    const planned = await on(planner, wish);
    expect(planned).toMatchObject({ changed: false });
    plan = planned['plan'] as Record<string, unknown>;
    expect(plan['ports']).toMatchObject([
      { port: 'dpdk0', interface: 'l0' },
      { port: 'dpdk1', interface: 'l1' },
    ]);
  });

  it('check mode says what it would do and does nothing', async () => {
    expect(await run({}, true)).toMatchObject({ changed: true });
    expect(await ask('ls /etc/toa /etc/dpvs.conf 2>/dev/null')).toBe('');
  });

  it('a start whose log says that a port is dead is a failure, and one that ends', async () => {
    set('fail', 'DPVS: Start dpdk1 failed, skipping ...\n');
    expect(await run()).toMatchObject({
      failed: true,
      code: 'E_DPVS_START',
      msg: expect.stringContaining('the port dpdk1 is dead'),
    });
    // it runs on, and the next run must not call that good
    expect(await run()).toMatchObject({ failed: true, code: 'E_DPVS_START' });
    await ask('kill "$(cat /var/run/dpvs.pid)"; while [ -e /var/run/dpvs.pid ]; do sleep 0.1; done');
    set('fail', 'IPVS: failed to init ipvs: no memory\ndie\n');
    expect(await run({ timeout: 3 })).toMatchObject({
      failed: true,
      msg: expect.stringContaining('too few huge pages for ipvs'),
    });
    set('fail', '');
  });

  it('starts, and a second run changes nothing', async () => {
    expect(await run()).toMatchObject({ changed: true, pending: false });
    const before = await files();
    expect(before).toContain('--vdev net_af_packet0,iface=l0 --vdev net_af_packet1,iface=l1');
    expect(await run()).toMatchObject({ changed: false, pending: false, wrote: [] });
    expect(await run({}, true)).toMatchObject({ changed: false });
    expect(await files()).toBe(before);
    expect(commands().filter((line) => line.startsWith('dpvs'))).toHaveLength(3);
  });

  it('reads again what may change while it runs; what may not waits for a restart', async () => {
    const first = plan;
    const again = async (conf: Record<string, unknown>): Promise<void> => {
      plan = (await on(planner, { ...wish, conf }))['plan'] as Record<string, unknown>;
    };
    await again({ timer_defs: { schedule_interval: 200 } });
    expect(await run({}, true)).toMatchObject({ changed: true });
    expect(await ask('cat /var/log/dpvs.log')).not.toContain('SIGHUP');
    plan = first;
    await again({ global_defs: { log_level: 'DEBUG' } });
    expect(await run()).toMatchObject({ changed: true, pending: false });
    await expect.poll(() => ask('cat /var/log/dpvs.log')).toContain('Got signal SIGHUP.');
    const pid = await ask('cat /var/run/dpvs.pid');
    await again({ netif_defs: { pktpool_size: 131_071 } });
    expect(await run()).toMatchObject({ changed: true, pending: true });
    expect(await run()).toMatchObject({ changed: false, pending: true });
    expect(await ask('cat /var/run/dpvs.pid')).toBe(pid);
    expect(await run({ state: 'restarted' })).toMatchObject({ changed: true, pending: false });
    expect(await ask('cat /var/run/dpvs.pid')).not.toBe(pid);
    expect(await run({ state: 'restarted' })).toMatchObject({ changed: false, pending: false });
    commands();
  });

  it('gets the services of guide 002, in its order, once', async () => {
    expect(await serve({}, true)).toMatchObject({ changed: true });
    expect(commands()).toEqual([]);
    expect(await serve()).toMatchObject({ changed: true });
    expect(commands()).toEqual([
      'dpip addr add 10.0.96.204/32 dev dpdk0',
      'dpip -6 addr add 2001:db8::1/128 dev dpdk0',
      'dpip route add 10.0.96.0/24 dev dpdk0',
      'dpip route add 192.168.229.0/24 dev dpdk1',
      'dpip route add default via 10.0.96.254 dev dpdk0',
      'dpip -6 route add 2001:db8:2::/64 dev dpdk1',
      'ipvsadm -A -t 10.0.96.204:80 -s rr',
      'ipvsadm -a -t 10.0.96.204:80 -r 192.168.229.1:80 -b -w 1',
      'ipvsadm -a -t 10.0.96.204:80 -r 192.168.229.2:80 -b -w 2',
      'ipvsadm --add-laddr -z 192.168.229.204 -t 10.0.96.204:80 -F dpdk1',
      'ipvsadm -A -u [2001:db8::1]:53 -s wrr',
      'ipvsadm -a -u [2001:db8::1]:53 -r [2001:db8:2::8]:5353 -b -w 1',
      'ipvsadm --add-laddr -z 2001:db8:2::204 -u [2001:db8::1]:53 -F dpdk1',
    ]);
    expect(await serve()).toMatchObject({ changed: false, did: [] });
    expect(commands()).toEqual([]);
  });

  it('DPVS forgets them when it ends, and each start brings them back', async () => {
    const before = await ask('ipvsadm -ln; dpip route show; dpip -6 addr show');
    await ask('kill "$(cat /var/run/dpvs.pid)"; while [ -e /var/run/dpvs.pid ]; do sleep 0.1; done');
    expect(await run()).toMatchObject({ changed: true });
    expect(await serve()).toMatchObject({ changed: false, did: [] });
    expect(await ask('ipvsadm -ln; dpip route show; dpip -6 addr show')).toBe(before);
    commands();
  });

  it("what is another's stays, what is not wanted any more goes; a server is drained", async () => {
    await ask('ipvsadm -A -t 10.9.9.9:99 -s rr; dpip addr add 10.9.9.9/32 dev dpdk0');
    commands();
    const [web] = services.services;
    const less = (weight: number) => ({
      routes: services.routes.slice(0, 3),
      services: [{ ...web, scheduler: 'wlc', servers: [web.servers[0], { ...web.servers[1], weight }] }],
    });
    set('active', '7');
    expect(await serve({ ...less(0), wait_drained: 1 })).toMatchObject({
      failed: true,
      code: 'E_DPVS_DRAIN',
      msg: expect.stringContaining('192.168.229.2:80 7'),
    });
    expect(commands()).toEqual([
      'ipvsadm -E -t 10.0.96.204:80 -s wlc -j disable',
      'ipvsadm -e -t 10.0.96.204:80 -r 192.168.229.2:80 -b -w 0',
      'ipvsadm -D -u [2001:db8::1]:53',
      'dpip -6 route del 2001:db8:2::/64 dev dpdk1',
      'dpip -6 addr del 2001:db8::1/128 dev dpdk0',
    ]);
    set('active', '');
    expect(await serve({ ...less(0), wait_drained: 60 })).toMatchObject({ changed: false });
    const one = { ...less(1), services: [{ ...less(1).services[0], servers: [web.servers[0]] }] };
    expect(await serve(one)).toMatchObject({ did: ['ipvsadm -d -t 10.0.96.204:80 -r 192.168.229.2:80'] });
    expect(await ask('ipvsadm -ln')).toContain('10.9.9.9:99');
  });

  it('what is refused, and what is taken and not done, fails', async () => {
    const line = 'ipvsadm -a -t 10.0.96.204:80 -r 192.168.229.2:80 -b -w 2';
    const as = (how: 'refuse' | 'deaf') => {
      set(how, line);
      return serve();
    };
    expect(await as('refuse')).toMatchObject({
      failed: true,
      code: 'E_DPVS_REFUSED',
      msg: expect.stringContaining('told to refuse'),
    });
    set('refuse', '');
    expect(await as('deaf')).toMatchObject({ failed: true, msg: `DPVS took it and does not have it: ${line}` });
    set('deaf', '');
    expect(await serve()).toMatchObject({ changed: true, did: [line] });
  });

  it('absent takes what is ours away, then DPVS itself, without a trace', async () => {
    expect(await serve({ state: 'absent' })).toMatchObject({ changed: true });
    expect(await serve({ state: 'absent' })).toMatchObject({ changed: false });
    expect(await ask('ipvsadm -ln | grep -c "rr\\|wlc"; dpip route show | grep -vc "scope host"')).toBe('1\n0\n');
    expect(await run({ state: 'absent' })).toMatchObject({ changed: true });
    expect(await run({ state: 'absent' })).toMatchObject({ changed: false });
    expect(await ask('ls /etc/toa /etc/dpvs.conf /var/run/dpvs.pid /var/run/toa-dpvs.sum 2>/dev/null')).toBe('');
    expect(await serve()).toMatchObject({ failed: true, msg: expect.stringContaining('DPVS does not answer') });
    expect(await serve({ state: 'absent' })).toMatchObject({ changed: false });
  });
});
