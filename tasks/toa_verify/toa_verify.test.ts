import { expect, it } from 'vitest';
import { probeArguments, verb } from './task.ts';
import { verdict } from './verdict.ts';

const one = (name: string, result: string, ok: boolean) => ({ name, result, ok });

it('counts the handshakes that show the client', () => {
  const report = { ok: true, shown: 12, expected: 12, cases: [one('v4-ack', 'shown', true)] };
  expect(verdict(report)).toMatchObject({ changed: false, msg: '12 of 12 handshakes show the client' });
});

it.each([
  ['balancer', /run the playbook again/],
  ['firewall', /the host drops the probe/],
  ['rp_filter', /net\.ipv4\.conf\.all\.rp_filter/],
  ['wrong', /another program rewrites/],
])('explains %s', (result, remedy) => {
  const report = { ok: false, cases: [one('v4-ack', result, false), one('v6-ack', 'shown', true)] };
  const verdictOf = verdict(report);
  expect(verdictOf).toMatchObject({ failed: true, code: `E_TOA_NOT_SEEN_${result.toUpperCase()}` });
  expect(verdictOf.msg).toBe(`the client is not seen in 1 of 2 cases: v4-ack (${result})`);
  expect(verdictOf.remedy).toMatch(remedy);
});

it('hands on what the probe says when it cannot work', () => {
  const report = { ok: false, error: 'no_tun', message: '/dev/net/tun: no such file', remedy: 'modprobe tun' };
  expect(verdict(report)).toMatchObject({ failed: true, code: 'E_TOA_PROBE_NO_TUN', remedy: 'modprobe tun' });
});

it.each([
  [{ port: 443, tls: 'shop.example' }, 'port --port 443 --tls shop.example --place ack --timeout 2000'],
  [{ port: 80, http: '/', family: 6, place: 'syn' }, 'port --port 80 --family 6 --http / --place syn --timeout 2000'],
  [{ only: ['v4-ack'], timeout: 500 }, 'self --kinds default --only v4-ack --timeout 500'],
])('%j', (given, line) => {
  expect(probeArguments(verb.args.parse(given)).join(' ')).toBe(line);
});
