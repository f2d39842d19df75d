import { expect, it } from 'vitest';
import { statusRow, unseenRow } from '../../src/cli/status/row.ts';
import { statusTable, totals } from '../../src/cli/status/table.ts';

const status = { attached: true, complete: true, build: '0123456789abcdef', kinds: '254:8', allow: ['10.0.0.0/8'] };
const counters = { accepted_ack: 227, accepted_syn: 2, probe_accepted: 228 };
const toa = (change: Record<string, unknown> = {}, counted: Record<string, number> = {}) => ({
  kernel: '6.1.0',
  current: true,
  boot: 'systemd',
  proof: { at: 1_700_000_000, ok: true, shown: 26, expected: 26 },
  receivers: { ebpf: { attached: true, status }, module: {}, counters: { ...counters, ...counted } },
  ...change,
});

it('a host that is well: probes are not counted as clients', () => {
  expect(statusRow('web1', toa())).toMatchObject({ clients: 1, probes: 228, problems: [] });
  const apart = { probe_accepted: 13, probe_connections: 28, probe_refused: 8 };
  expect(statusRow('web1', toa({}, apart))).toMatchObject({ clients: 229, probes: 28, refused: {}, problems: [] });
  expect(statusRow('web1', toa())).toMatchObject({ allow: ['10.0.0.0/8'], vendor: 'huawei' });
});

it.each([
  [{ boot: '' }, /gone after a reboot/],
  [{ current: false }, /not the build/],
  [{ proof: {} }, /never proved/],
  [{ proof: { at: 1, ok: false, shown: 3, expected: 26 } }, /last proof failed \(3 of 26\)/],
  [{ receivers: {}, receiver: 'none', reason: 'too old', remedy: 'upgrade' }, /no receiver: too old\. upgrade/],
  [{ receivers: { module: { loaded: true, ours: false } } }, /another vendor's module/],
])('%j stands in the way', (change, problem) => {
  expect(statusRow('web1', toa(change)).problems.join('; ')).toMatch(problem);
});

it('refusals since the last proof are a problem, with the peers and what would let them in', () => {
  const found = toa({}, { not_allowed: 5 });
  const peers = [{ address: '10.9.0.7', reason: 'not_allowed', count: 5, seconds_ago: 12 }];
  const row = statusRow('web1', { ...found, receivers: { ...found.receivers, refused: peers } });
  expect(row.refused).toEqual({ not_allowed: 5 });
  expect(row.problems).toEqual([]);
  const outside = [{ ...peers[0], address: '192.0.2.7' }];
  const other = statusRow('web1', { ...found, receivers: { ...found.receivers, refused: outside } });
  expect(other.problems.join()).toMatch(/^5 connections since the last proof carried an option and were refused/);
  expect(other.problems.join()).toMatch(
    /last: 192\.0\.2\.7 \(5 times, 12 s ago\); if those are your balancers, add 192\.0\.2\.7\/32/,
  );
});

it('what was refused before the last proof is no problem', () => {
  const proof = { at: 1, ok: true, shown: 1, expected: 1, counters: { not_allowed: 5 } };
  expect(statusRow('web1', toa({ proof }, { not_allowed: 5 })).problems).toEqual([]);
  expect(statusRow('web1', toa({ proof }, { not_allowed: 7 })).refusedLately).toEqual({ not_allowed: 2 });
  // attached anew: the counters began at 0
  expect(statusRow('web1', toa({ proof }, { not_allowed: 3 })).refusedLately).toEqual({ not_allowed: 3 });
});

it('a host that nobody could reach is unreachable, not without a receiver', () => {
  const rows = [statusRow('web1', toa()), unseenRow('web2', 'unreachable', 'timed out')];
  expect(statusTable(rows)).toMatch(/^web2 +- +unreachable .*timed out$/m);
  expect(totals(rows)).toBe('1 of 2 hosts are well, 1 unreachable; 1 clients seen, 0 refused');
});
