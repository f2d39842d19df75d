import { expect, it } from 'vitest';
import { refusals, refusedPeers } from './refused.ts';

const peer = { address: '10.9.0.7', reason: 'not_allowed', count: 5, seconds_ago: 12 };

it('what a host says of refused peers is taken only where it can be true', () => {
  const lies = [
    { ...peer, address: '1.2.3.4; rm' },
    { ...peer, reason: '\u001b[2J' },
    { ...peer, reason: 'toString' },
    { ...peer, count: -1 },
    { ...peer, seconds_ago: 1e99 },
    7,
    null,
    [],
  ];
  expect(refusedPeers([...lies, peer])).toEqual([peer]);
  expect(refusedPeers([peer, { ...peer, seconds_ago: 3 }]).map((one) => one.seconds_ago)).toEqual([3, 12]);
  expect(refusedPeers(Array.from({ length: 99 }, () => peer))).toHaveLength(16);
  expect(refusedPeers({ length: 3 })).toEqual([]);
});

it("a receiver that counts its probe's forgeries among the refused ones is read without them", () => {
  const counters = { bad_family: 2, syn_only_refused: 6, not_allowed: 1 };
  expect(refusals(counters)).toEqual({ not_allowed: 1 });
  expect(refusals({ ...counters, probe_refused: 8 })).toEqual(counters);
});
