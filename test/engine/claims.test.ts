import { expect, it } from 'vitest';
import { buildCatalog } from '../../src/cli/catalog.ts';
import type { ModuleResult } from '../../src/base/result.ts';
import { Claims } from '../../src/engine/claims.ts';
import type { EngineEvent, HostStatus, TaskInfo } from '../../src/engine/events.ts';
import type { Play } from '../../src/play/plan.ts';
import { claimLines } from '../../src/report/claims.ts';
import { plain } from '../../src/report/colors.ts';

const { verbs } = buildCatalog();
const span = { file: 'site.yml', line: 1, column: 1 };
const info = (action: string): TaskInfo => {
  return { id: 1, name: action, action, span, isHandler: false, checkMode: false, noLog: false };
};
const event = (host: string, action: string, status: HostStatus, result: ModuleResult = {}): EngineEvent => {
  const rest = { task: info(action), ignored: false, looped: false, milliseconds: 1, result };
  return { at: 0, type: 'host-result', host, status, ...rest };
};
/** A play with the proof inside a block. */
const play = (action = 'toa_verify'): Play => {
  const proof = { kind: 'task', action };
  const block = { kind: 'block', tasks: [proof], rescue: [], always: [] };
  const none = { preTasks: [], roleTasks: [], postTasks: [], handlers: [] };
  return { ...none, tasks: [block] } as unknown as Play;
};

function lines(hosts: string[], events: EngineEvent[], of = play()): string[] {
  const claims = new Claims(verbs);
  claims.expect(of, hosts);
  for (const one of events) claims.listener(one);
  return claimLines(claims.ended(), plain);
}

it('all hosts are proved: one line', () => {
  const events = ['a', 'b'].map((host) => event(host, 'toa_verify', 'ok', { proven: 26 }));
  expect(lines(['a', 'b'], events)).toEqual(["2 of 2 hosts show the client's address (proven with 26 packets each)"]);
});

it('proofs of one host add up; hosts may differ', () => {
  const events = [
    event('a', 'toa_verify', 'ok', { proven: 26 }),
    event('a', 'toa_verify', 'ok', { proven: 2 }),
    event('b', 'toa_verify', 'ok', { proven: 26 }),
  ];
  expect(lines(['a', 'b'], events)[0]).toContain('(proven with 26 to 28 packets each)');
});

it('says which hosts do not and why, whichever task it was, and who was never reached', () => {
  const events = [
    event('a', 'toa_verify', 'ok', { proven: 26 }),
    event('b', 'toa_verify', 'failed', { msg: 'not seen', code: 'E_TOA_NOT_SEEN_BALANCER' }),
    event('c', 'toa_facts', 'unreachable', { msg: 'timed out' }),
    event('d', 'toa_facts', 'unreachable', { msg: 'timed out' }),
    event('e', 'fail', 'failed', { msg: 'no receiver can work here' }),
  ];
  expect(lines(['a', 'b', 'c', 'd', 'e', 'f'], events)).toEqual([
    "1 of 6 hosts show the client's address (proven with 26 packets each); not:",
    '    b: E_TOA_NOT_SEEN_BALANCER: not seen',
    '    c, d: unreachable: timed out',
    '    e: no receiver can work here',
    '    f: the run ended before it came to this host',
  ]);
});

it('a proof that failed is not mended by another', () => {
  const events = [event('a', 'toa_verify', 'failed', { msg: 'no' }), event('a', 'toa_verify', 'ok', { proven: 26 })];
  expect(lines(['a'], events)[0]).toBe("0 of 1 hosts show the client's address; not:");
});

it('what is to be known of a host that is well stands before it', () => {
  const events = [event('a', 'toa_verify', 'ok', { proven: 26, recap: ['5 were refused'] })];
  expect(lines(['a'], events)[0]).toBe('[WARNING]: a: 5 were refused');
});

it.each([
  ['the receiver is removed', [event('a', 'toa_verify', 'skipped'), event('b', 'toa_facts', 'unreachable')], play()],
  ['the proof is not among the tags', [event('a', 'toa_facts', 'ok'), event('b', 'toa_facts', 'ok')], play()],
  ['no task of the play proves', [event('a', 'ping', 'failed')], play('ping')],
] as const)('nothing is said where %s', (_, events, of) => {
  expect(lines(['a', 'b'], [...events], of)).toEqual([]);
});
