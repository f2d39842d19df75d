import { describe, expect, it } from 'vitest';
import { useDirector } from '../../test/support/director.ts';
import { runVerb } from '../../test/support/verb-context.ts';
import { verb as receiver } from '../toa_ebpf/task.ts';
import { verb as sender } from '../toa_sender/task.ts';
import { verb } from './task.ts';

describe.each(['nginx', 'haproxy'] as const)('proxy_edge: the real %s names its clients', (proxy) => {
  const { host, ask, requests } = useDirector(`edge-${proxy}`);
  const edge = async (args: Record<string, unknown>, check = false) =>
    runVerb(
      verb,
      { proxy, dest: `/etc/toa-edge.${proxy}`, config: `/etc/toa-main.${proxy}`, ...args },
      await host.shell(),
      {
        check,
      },
    );
  const listeners = [
    { listen: '10.55.1.1', port: 8080, server: '10.55.2.2', server_port: 80 },
    { listen: 'fd55:1::1', port: 8080, server: 'fd55:2::2', server_port: 80 },
  ];
  const main =
    proxy === 'nginx'
      ? 'user root; pid /mnt/nginx.pid; error_log /mnt/nginx.log;\nload_module modules/ngx_stream_module.so;\nevents {}\ninclude /etc/toa-edge.nginx;\n'
      : 'global\n  maxconn 100\n';
  const write = async (path: string, text: string) => ask('director_write', { path, text });

  it('way and proxy come up; without the sender the servers see the edge', async () => {
    await ask('director_up');
    await write(`/etc/toa-main.${proxy}`, main);
    if (proxy === 'nginx') await write('/etc/toa-edge.nginx', '');
    expect(await edge({ listeners }, true)).toMatchObject({ changed: true });
    expect(await edge({ listeners })).toMatchObject({ changed: true });
    const second = await edge({ listeners });
    expect(second).toMatchObject({ changed: false });
    expect(second.warnings).toBeUndefined();
    await ask('director_proxy', { proxy });
    expect(await requests('10.55.1.1', 3, 8080)).toEqual(['3 balancer at 10.55.2.2']);
    expect(await requests('fd55:1::1', 3, 8080)).toEqual(['3 balancer at fd55:2::2']);
  });

  it('with the sender they see the client', async () => {
    await runVerb(receiver, { balancers: ['10.55.2.0/24', 'fd55:2::/64'] }, await host.shell());
    const services = ['10.55.2.2:80', '[fd55:2::2]:80'];
    expect(await runVerb(sender, { services }, await host.shell())).toMatchObject({ changed: true, devices: ['l1'] });
    expect(await requests('10.55.1.1', 20, 8080)).toEqual(['20 client at 10.55.2.2']);
    expect(await requests('fd55:1::1', 20, 8080)).toEqual(['20 client at fd55:2::2']);
  });

  it('what the proxy refuses is not kept, and a mark that another uses is left to it', async () => {
    const before = await ask('director_state');
    const file = await ask('director_read', { path: `/etc/toa-edge.${proxy}` });
    const broken = proxy === 'nginx' ? 'events {\n' : 'nonsense\n';
    await write(`/etc/toa-main.${proxy}`, broken);
    expect(await edge({ listeners: listeners.slice(1) })).toMatchObject({ failed: true, code: 'E_EDGE_REFUSED' });
    expect(await ask('director_read', { path: `/etc/toa-edge.${proxy}` })).toBe(file);
    await write(`/etc/toa-main.${proxy}`, main);
    if (proxy === 'haproxy') {
      await write('/etc/toa-main.haproxy', `${main}  user haproxy\n`);
      expect((await edge({ listeners })).warnings?.[0]).toContain('only as root');
    }
    await ask('director_rule');
    expect(await edge({ listeners, mark: 77, table: 777 })).toMatchObject({ failed: true, code: 'E_EDGE_REFUSED' });
    expect(await ask('director_state')).toBe(before);
  });

  it('absent leaves no trace', async () => {
    await runVerb(sender, { state: 'absent' }, await host.shell());
    await runVerb(receiver, { state: 'absent' }, await host.shell());
    expect(await edge({ state: 'absent' })).toMatchObject({ changed: true });
    expect(await edge({ state: 'absent' })).toMatchObject({ changed: false });
    expect(await ask('director_state')).toBe('');
    expect(await ask('director_rules')).not.toContain('lookup 710');
    await ask('director_down');
  });
});
