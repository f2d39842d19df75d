import { expect, it } from 'vitest';
import { Emitter } from '../../src/engine/emitter.ts';
import type { EngineEvent } from '../../src/engine/events.ts';

it('a report that throws loses its event only; the others go on and are told once', () => {
  const seen: EngineEvent[] = [];
  const emitter = new Emitter([
    () => {
      throw new RangeError('Invalid string length');
    },
    (event) => seen.push(event),
  ]);
  emitter.emit({ type: 'no-hosts-matched' });
  emitter.emit({ type: 'no-hosts-remaining' });
  expect(seen.map(({ type }) => type)).toEqual(['warning', 'no-hosts-matched', 'no-hosts-remaining']);
  expect(seen[0]).toMatchObject({ message: expect.stringContaining('E_REPORT: a report lost an event') });
});

it('ends when every report throws', () => {
  const emitter = new Emitter([
    () => {
      throw new Error('one');
    },
    () => {
      throw new Error('two');
    },
  ]);
  expect(() => emitter.emit({ type: 'no-hosts-matched' })).not.toThrow();
});
