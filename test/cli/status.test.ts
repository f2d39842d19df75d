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

it('peers outside the allow-list are a problem, by reason', () => {
  const row = statusRow('web1', toa({}, { not_allowed: 5, bad_port: 1 }));
  expect(row.refused).toEqual({ not_allowed: 5, bad_port: 1 });
  expect(row.problems).toEqual(['peers outside the allow-list sent an option: check toa_balancers']);
});

it('a host that nobody could reach is unreachable, not without a receiver', () => {
  const rows = [statusRow('web1', toa()), unseenRow('web2', 'unreachable', 'timed out')];
  expect(statusTable(rows)).toMatch(/^web2 +- +unreachable .*timed out$/m);
  expect(totals(rows)).toBe('1 of 2 hosts are well, 1 unreachable; 1 clients seen, 0 refused');
});
