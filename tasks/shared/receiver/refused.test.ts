import { expect, it } from 'vitest';
import { refusalsByReason, refusedPeers, refusedSince } from './refused.ts';

const peer = { address: '10.9.0.7', reason: 'not_allowed', count: 5, seconds_ago: 12 };
const stats = (counters: object, refused: object[] = []) => JSON.stringify({ ok: true, counters, refused });
const proof = (counters: object) => JSON.stringify({ at: 1000, boot_id: 'b', counters, ok: true });
const words = { bootId: 'b', now: '1100' };

it('tells what was refused since the proof before, and whose', () => {
  const now = stats({ accepted_ack: 9, not_allowed: 8, bad_port: 1 }, [peer, { ...peer, seconds_ago: 300 }]);
  expect(refusedSince({ ...words, stats: now, before: proof({ not_allowed: 3, bad_port: 1 }) })).toEqual({
    since: 1000,
    total: 5,
    by_reason: { not_allowed: 5 },
    peers: [peer],
  });
});

it.each([
  ['another boot', { before: proof({ not_allowed: 3 }).replace('"b"', '"a"') }],
  ['a receiver that was attached afresh', { before: proof({ not_allowed: 3, accepted_ack: 50 }) }],
  ['no proof before', {}],
  ['a proof without counters', { before: '{"at":1000,"boot_id":"b","ok":true}' }],
  ['a proof that is no JSON', { before: '{"at":' }],
])('%s: since the receiver is there', (_, more) => {
  const now = stats({ accepted_ack: 9, not_allowed: 8 }, [{ ...peer, seconds_ago: 300 }]);
  expect(refusedSince({ ...words, stats: now, ...more })).toMatchObject({ since: 0, total: 8, peers: [{ count: 5 }] });
});

it('nothing was refused, or no receiver counts', () => {
  for (const now of [stats({ not_allowed: 3 }), undefined, '', 'x'])
    expect(refusedSince({ ...words, stats: now, before: proof({ not_allowed: 3 }) })).toMatchObject({
      total: 0,
      peers: [],
    });
});

it('what a host says is taken only where it can be true', () => {
  const lies = [
    { address: '1.2.3.4; rm', reason: 'not_allowed' },
    { address: '::1', reason: '\u001b[2J' },
    7,
    null,
    [],
  ];
  expect(refusedPeers([...lies, { ...peer, count: -1, seconds_ago: 'x' }])).toEqual([
    { ...peer, count: 0, seconds_ago: 0 },
  ]);
  expect(refusedPeers(Array.from({ length: 99 }, () => peer))).toHaveLength(16);
  expect(refusedPeers({ length: 3 })).toEqual([]);
  expect(refusalsByReason({ not_allowed: 1e99, bad_port: 2, accepted_ack: 5 })).toEqual({ bad_port: 2 });
});
