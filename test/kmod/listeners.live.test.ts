import { join, resolve } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { named, onHost, type Said } from './host.ts';
import { runProgram } from '../../scripts/lib/programs.mjs';

const root = resolve(import.meta.dirname, '../..');
const V4 = '192.0.2.254:4321';
/** Each way to write the IPv6 client; Java does not shorten zeros. */
const V6 = ['2001:db8:746f:6100::fe:4321', '[2001:db8:746f:6100::fe]:4321', '2001:db8:746f:6100:0:0:0:fe:4321'];

let output = '';
let steps: Map<string, Said>;

beforeAll(async () => {
  runProgram(join(root, 'scripts/build-kmod'));
  output = await onHost('listeners.sh', [join(root, 'kmod/test/listeners')], 150_000);
  steps = named(output);
}, 280_000);

/** The lines of a server's own log that name an address and a port. */
function logged(server: string): string[] {
  const lines = output.split('\n').filter((line) => line.startsWith(`${server}.log `));
  return lines.map((line) => line.slice(server.length + 5).replace('::ffff:', ''));
}

describe.each(['nginx', 'apache', 'haproxy', 'node', 'go', 'python', 'java'])('%s', (server) => {
  test('accepts the client, from the ACK on IPv4 and IPv6, and from the SYN', () => {
    for (const step of [server, `${server}6`, `${server}_syn`])
      expect([step, steps.get(step)]).toMatchObject([step, { ok: true, shown: 1, expected: 1 }]);
  });

  test('logs the client by itself', () => {
    const lines = logged(server);
    const v4 = lines.filter((line) => line === V4);
    const v6 = lines.filter((line) => V6.includes(line));
    expect({ server, v4: v4.length, v6: v6.length, all: lines.length }).toEqual({
      server,
      v4: server === 'nginx' ? 4 : 2,
      v6: 1,
      all: server === 'nginx' ? 5 : 3,
    });
  });
});

test('nginx with `deferred`: the request brings the option again, as a balancer does', () => {
  for (const step of ['nginx_deferred', 'nginx_deferred_syn'])
    expect(steps.get(step)).toMatchObject({ ok: true, shown: 1, cases: [{ http_names: 'client' }] });
});
