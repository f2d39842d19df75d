import { join, resolve } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { named, onHost, type Said } from './host.ts';
import { runProgram } from '../../scripts/lib/programs.mjs';

const root = resolve(import.meta.dirname, '../..');
const V4 = '192.0.2.254:4321';
const V6 = '[2001:db8:746f:6100::fe]:4321';
let steps: Map<string, Said>;

beforeAll(async () => {
  runProgram(join(root, 'scripts/build-kmod'));
  steps = named(await onHost('probe.sh', [], 120_000));
}, 240_000);

const only = (step: string): Said => steps.get(step)?.['cases']?.[0];

describe('a TLS service', () => {
  test.each([
    ['tls_nginx', 'nginx', V4],
    ['tls_nginx6', 'nginx', V6],
    ['tls_openssl', 'openssl', V4],
    ['tls_node', 'node', V4],
  ])('%s: answers a ServerHello, and its own socket names the client', (step, process, client) => {
    const seen = {
      process,
      tls: 'server_hello',
      seen_by: 'socket',
      accept: client,
      recorded: true,
      result: 'shown',
      ok: true,
    };
    expect(only(step)).toMatchObject(seen);
  });

  test('one with `deferred` accepts the ClientHello, and not a silent connection', () => {
    expect(only('tls_deferred')).toMatchObject({ tls: 'server_hello', seen_by: 'socket', result: 'shown' });
    expect(only('silent_deferred')).toMatchObject({ result: 'not_accepted', recorded: false });
  });

  test('one that rejects the name has closed its socket: recorded, not seen', () => {
    expect(only('tls_rejected')).toMatchObject({
      tls: 'alert',
      tls_alert: 112,
      result: 'not_seen',
      recorded: true,
      ok: false,
    });
    expect(only('tls_rejected')).not.toHaveProperty('seen_by');
  });

  test('another protocol is told, and its socket asked all the same', () => {
    expect(only('tls_other')).toMatchObject({ tls: 'none', process: 'python3', seen_by: 'socket', result: 'shown' });
  });
});

describe('what is in the way has a name', () => {
  test.each([
    ['not_accepted', 'not_accepted'],
    ['hidden', 'not_seen'],
    ['refused', 'no_answer'],
    ['dropped', 'firewall'],
    ['dropped_port', 'firewall'],
    ['rejected', 'firewall'],
    ['rp_filter', 'rp_filter'],
  ])('%s: %s', (step, result) => {
    expect(only(step)).toMatchObject({ result, ok: false });
    expect(steps.get(step)).toMatchObject({ ok: false, shown: 0 });
  });

  test.each(['no_address', 'no_permission', 'no_tun'])('%s ends before any case', (error) => {
    expect(steps.get(error)).toMatchObject({ ok: false, error });
    expect(steps.get(error)?.['remedy']).toBeTruthy();
  });
});

test('killed in the middle, it leaves no interface, address, route or rule', () => {
  expect(steps.get('killed')).toEqual({ there: 1, same: true });
});
