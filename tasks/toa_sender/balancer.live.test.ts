import { describe, expect, it } from 'vitest';
import { useDirector } from '../../test/support/director.ts';
import { runVerb } from '../../test/support/verb-context.ts';
import { verb as natBalancer } from '../nat_balancer/task.ts';
import { verb as receiver } from '../toa_ebpf/task.ts';
import { verb as sender } from './task.ts';

describe('nat_balancer and toa_sender', () => {
  const { host, ask, requests } = useDirector('director');
  const balancer = async (args: Record<string, unknown>, check = false) =>
    runVerb(natBalancer, args, await host.shell(), { check });
  const send = async (args: Record<string, unknown>, check = false) =>
    runVerb(sender, args, await host.shell(), { check });

  const service = (weight = 1, more = {}) => ({
    vip: '10.55.1.100',
    port: 80,
    servers: [
      { address: '10.55.2.2', weight: 2 },
      { address: '10.55.2.3', weight },
    ],
    ...more,
  });
  const six = { vip: 'fd55:1::100', port: 80, servers: [{ address: 'fd55:2::2' }] };
  const given = { vip_device: 'l0', services: [service(), six] };
  const services = ['10.55.2.0/24:80', '[fd55:2::/64]:80'];

  it('check mode says what it would do and does nothing', async () => {
    await ask('director_up');
    expect(await balancer(given, true)).toMatchObject({ changed: true });
    expect(await ask('director_state')).toBe('');
  });

  it('balances by weight; the servers see the balancer', async () => {
    expect(await balancer(given)).toMatchObject({ changed: true });
    expect(await balancer(given)).toMatchObject({ changed: false });
    expect(await requests('10.55.1.100', 6)).toEqual(['2 balancer at 10.55.2.3', '4 balancer at 10.55.2.2']);
    expect(await requests('fd55:1::100', 2)).toEqual(['2 balancer at fd55:2::2']);
  });

  it('with the sender they see the client, over the interfaces that routes name', async () => {
    await runVerb(receiver, { balancers: ['10.55.2.0/24', 'fd55:2::/64'] }, await host.shell());
    expect(await send({ services }, true)).toMatchObject({ changed: true });
    expect((await requests('10.55.1.100', 3)).join()).not.toContain('client');
    expect(await send({ services })).toMatchObject({ changed: true, devices: ['l1'], msg: 'sender attached' });
    expect(await send({ services })).toMatchObject({ changed: false, msg: 'sender unchanged' });
    expect(await requests('10.55.1.100', 6)).toEqual(['2 client at 10.55.2.3', '4 client at 10.55.2.2']);
    expect(await requests('fd55:1::100', 2)).toEqual(['2 client at fd55:2::2']);
  });

  it.each([
    [{ services: ['10.55.2.0/33'] }, 'E_TOA_SERVICE'],
    [{ services: ['10.55.2.2:0'] }, 'E_TOA_SERVICE'],
    [{ services: ['10.55.2.2:80\n0.0.0.0/0'] }, 'E_TOA_SERVICE'],
    [{ services: [] }, 'E_TOA_SERVICE'],
    [{ services, vendor: ['nobody'] }, 'E_TOA_VENDOR'],
    [{ services, devices: ['nosuch0'] }, 'E_TOA_SENDER_BAD_DEVICE'],
  ])('%j is refused, and the sender stays as it was', async (bad, code) => {
    const before = await ask('director_state');
    expect(await send(bad)).toMatchObject({ failed: true, code });
    expect(await ask('director_state')).toBe(before);
  });

  it('a server is drained: its connection stays, new ones go elsewhere', async () => {
    await ask('director_hold', { address: '10.55.1.100', server: '10.55.2.3' });
    const held = await balancer({ ...given, services: [service(0), six], wait_drained: 1 });
    expect(held).toMatchObject({ failed: true, code: 'E_NAT_DRAIN', msg: expect.stringContaining('10.55.2.3:80 1') });
    expect(await requests('10.55.1.100', 4)).toEqual(['4 client at 10.55.2.2']);
    expect(await ask('director_release')).toContain('whole');
    expect(await balancer({ ...given, services: [service(0), six], wait_drained: 60 })).toMatchObject({
      changed: false,
    });
  });

  it('what nft refuses changes nothing, and what somebody changed comes back', async () => {
    const before = await ask('director_state');
    const wrong = { ...service(), servers: [{ address: '10.55.2.2' }, { address: 'fd55:2::2' }] };
    expect(await balancer({ ...given, services: [wrong] })).toMatchObject({ failed: true, code: 'E_NAT_SERVICE' });
    const nowhere = { ...given, services: [service(2)], vip_device: 'nosuch0' };
    expect(await balancer(nowhere)).toMatchObject({ failed: true, msg: expect.stringContaining('nosuch0') });
    expect(await ask('director_state')).toBe(before);
    await ask('director_flush');
    expect(await balancer({ ...given, services: [service(0), six] })).toMatchObject({ changed: true });
    expect(await ask('director_state')).toBe(before);
  });

  it('absent leaves no trace', async () => {
    expect(await send({ state: 'absent' })).toMatchObject({ changed: true });
    expect(await send({ state: 'absent' })).toMatchObject({ changed: false });
    expect(await balancer({ state: 'absent' })).toMatchObject({ changed: true });
    expect(await balancer({ state: 'absent' })).toMatchObject({ changed: false });
    await runVerb(receiver, { state: 'absent' }, await host.shell());
    expect(await ask('director_state')).toBe('');
    await ask('director_down');
  });
});
