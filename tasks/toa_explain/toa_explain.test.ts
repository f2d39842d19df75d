import { describe, expect, it } from 'vitest';
import { recordedShell } from '../../test/support/recorded-shell.ts';
import { runVerb } from '../../test/support/verb-context.ts';
import { explainedText } from '../../src/cli/explain/text.ts';
import type { Rung } from './rungs/rung.ts';
import { verb } from './task.ts';

const program = (id: number, name: string, ours: boolean) => ({ id, name, ours });
const hooks = (ours: boolean, more: object[] = []) => ({
  ok: true,
  hooks: [
    { hook: 'sockops', programs: [program(1, 'toa_sockops', ours)] },
    { hook: 'getpeername4', programs: [program(2, 'toa_getpeername', ours), ...more] },
  ],
});
const NO_HOOKS = { ok: true, hooks: [{ hook: 'sockops', programs: [] }] };
const handshake = (result: string, more: object = {}) => ({
  cases: [{ name: 'port', result, ok: result === 'shown', getpeername: '198.18.0.2:9', process: 'nginx', ...more }],
});
const option = (places: string, kind = 254, len = 8) => ({ kind, len, places, connections: 4 });
const watch = (options: object[], address = '10.9.0.2') => {
  const peer = { address, connections: 4, without: options.length > 0 ? 0 : 4, options };
  return { ok: true, ms: 4000, connections: 4, mptcp: 0, udp: 0, peers: [peer] };
};
const listeners = (more: object = {}) => ({
  ok: true,
  listeners: [
    {
      pid: 7,
      process: 'nginx',
      address: '0.0.0.0:80',
      protocol: 'tcp',
      defer_accept: 0,
      save_syn: 1,
      inode: 5,
      ...more,
    },
  ],
});
const status = { ok: true, attached: true, complete: true, kinds: '254:8', allow: ['10.0.0.0/8'], refused: [] };

/** What a host says with which all is well; `change` replaces lines, undefined takes them away. */
function said(change: Record<string, unknown> = {}): string {
  const lines: Record<string, unknown> = {
    uid: '0',
    now: '1800000000',
    since: '1700000000',
    status,
    stats: { ok: true, counters: { accepted_ack: 9, probe_accepted: 2 } },
    hooks: ['0', hooks(true)],
    'hooks ': ['7', hooks(true)],
    listeners: listeners(),
    process: '7 1700000500 1 nginx',
    group: '7 /system.slice/nginx.service',
    probe: handshake('shown'),
    probe_data: handshake('shown'),
    probe_http: handshake('shown', { http_names: 'client' }),
    watch: watch([option('ack data')]),
    ...change,
  };
  const text = (value: unknown): string => {
    if (Array.isArray(value)) return value.map(text).join(' ');
    return typeof value === 'string' ? value : JSON.stringify(value);
  };
  const given = Object.entries(lines).filter(([, value]) => value !== undefined);
  return given.map(([key, value]) => `${key.trim()}=${text(value)}\n`).join('');
}

async function explained(change: Record<string, unknown> = {}) {
  const result = await runVerb(verb, { port: 80 }, recordedShell([{ stdout: said(change) }]));
  return { ...result, broken: result['broken'], ladder: result['ladder'] as Rung[] };
}

it('a host on which all is well', async () => {
  const found = await explained();
  expect(found).toMatchObject({ changed: false, broken: '', msg: 'port 80 shows clients' });
  expect(found.ladder.every((one) => one.state === 'ok')).toBe(true);
});

describe('each rung', () => {
  it.each([
    ['listens', 'nobody', { listeners: { ok: true, listeners: [] }, process: undefined, group: undefined }],
    ['listens', 'udp', { listeners: { ok: true, listeners: [] }, udp: '1', process: undefined }],
    ['receiver', 'none', { status: { ok: true, attached: false }, hooks: ['0', NO_HOOKS], 'hooks ': ['7', NO_HOOKS] }],
    ['receiver', 'partly', { status: { ...status, complete: false } }],
    ['receiver', 'vendor_module', { status: {}, loaded: 'ttm', hooks: undefined, 'hooks ': undefined }],
    ['alone', 'vendor_module', { loaded: 'vtoa' }],
    [
      'alone',
      'other_program',
      { 'hooks ': ['7', hooks(true, [program(9, 'cil_sock4', false)])], probe: handshake('wrong') },
    ],
    ['cgroup', 'cgroup_v1', { group: undefined }],
    ['cgroup', 'other_cgroup', { 'hooks ': ['7', NO_HOOKS] }],
    ['option', 'no_option', { watch: watch([]) }],
    ['kind', 'other_kind', { watch: watch([option('ack', 200)]) }],
    ['kind', 'syn_only', { watch: watch([option('syn')]) }],
    ['kind', 'unknown_layout', { watch: watch([option('ack', 250, 12)]) }],
    ['allowed', 'not_allowed', { watch: watch([option('ack')], '192.0.2.9') }],
    [
      'listener',
      'defer_accept',
      { listeners: listeners({ defer_accept: 1 }), probe: handshake('not_accepted'), watch: watch([option('ack')]) },
    ],
    ['listener', 'mptcp', { listeners: listeners({ protocol: 'mptcp' }), probe: handshake('balancer') }],
    [
      'listener',
      'older',
      {
        process: '7 1600000000 1 nginx',
        listeners: listeners({ save_syn: 0 }),
        status: { ...status, kinds: '28:7@syn' },
        watch: watch([option('syn', 28, 7)]),
      },
    ],
    [
      'proof',
      'not_shown',
      { probe: handshake('balancer'), probe_data: handshake('balancer'), probe_http: handshake('balancer') },
    ],
    ['proxy', 'proxy', { before: '3000 1', after: '3000 2', other: ['3000', listeners({ process: 'node' })] }],
    ['proxy', 'behind_proxy', { watch: watch([], '127.0.0.1'), front: '9 nginx' }],
    ['asks', 'other_way', { probe_http: handshake('shown', { http_names: 'peer' }) }],
  ] as const)('%s breaks: %s', async (rung, code, change) => {
    const found = await explained(change);
    expect(found.broken, JSON.stringify(found.ladder, undefined, 1)).toBe(code);
    const first = found.ladder.find((one) => one.state === 'broken');
    expect(first).toMatchObject({ rung, code });
    expect(first?.remedy).toBeTruthy();
  });
});

it('a receiver of the machine around a container serves it, and cannot be removed from inside', async () => {
  const around = { status: { ok: true, attached: false }, hooks: ['0', hooks(false)], 'hooks ': ['7', hooks(false)] };
  const found = await explained(around);
  expect(found.broken).toBe('');
  expect(found.ladder[1]).toMatchObject({ rung: 'receiver', state: 'note', code: 'around' });
  expect(found.ladder[1].remedy).toContain('toa_state=absent in here cannot remove it');
});

it('without traffic it is said that nobody could see', async () => {
  const found = await explained({ watch: { ok: true, ms: 4000, peers: [] }, stats: { counters: { no_option: 3 } } });
  expect(found.msg).toBe('nothing is wrong with port 80 as far as can be seen; not known: option (no_traffic)');
});

it('the probe itself is no client', async () => {
  const found = await explained({ watch: watch([option('ack')], '198.18.0.2') });
  expect(found.ladder.find((one) => one.rung === 'option')?.evidence).toMatch(/^no connection came from outside/);
});

it('what is only broken since another rung is, says so', async () => {
  const bad = { 'hooks ': ['7', NO_HOOKS], probe: handshake('balancer'), probe_data: undefined, probe_http: undefined };
  const found = await explained(bad);
  expect(found.ladder.find((one) => one.rung === 'proof')).toMatchObject({ state: 'note', remedy: undefined });
});

it.each([
  ['{"cases":[null,3]}'],
  ['[]'],
  ['null'],
  ['{"listeners":{"x":1},"peers":7,"hooks":[{"programs":"x"}],"cases":"y"}'],
])('a host that says %s is no trouble', async (json) => {
  const keys = ['status', 'stats', 'listeners', 'probe', 'probe_data', 'probe_http', 'watch', 'check'];
  const change = Object.fromEntries(keys.map((key) => [key, json]));
  const found = await explained({
    ...change,
    hooks: ['0', json],
    'hooks ': ['7', json],
    process: 'x',
    group: '',
    other: 'y',
  });
  expect(found.failed).toBeUndefined();
  expect(found.broken).not.toBe('');
});

it('not root: said, with what to do', async () => {
  const result = await runVerb(verb, { port: 80 }, recordedShell([{ stdout: said({ uid: '1000' }) }]));
  expect(result).toMatchObject({ failed: true, code: 'E_PERMISSION' });
});

it('the page: verdict first, then the rungs, each with its remedy', async () => {
  const found = await explained({ watch: watch([option('ack')], '192.0.2.9') });
  const one = { host: 'web1', ladder: found.ladder, broken: 'not_allowed', verdict: String(found.msg), failed: false };
  const lines = explainedText([one]).split('\n');
  expect(lines[0]).toBe('web1: port 80 does not show clients: allowed (not_allowed)');
  expect(lines[1]).toBe('  ok      listens   nginx (pid 7) on 0.0.0.0:80');
  expect(lines).toContain(
    '                    do: if that is your balancer, add 192.0.2.9/32 to toa_balancers and run site.yml',
  );
});
