import { expect, it } from 'vitest';
import { hasTurnTime, inOwnTurn, shareTurn } from '../../src/base/turns.ts';

function work(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

it('spreads the work of many over turns of the event loop, in order', async () => {
  const done: number[] = [];
  const perTurn: number[] = [];
  // Each piece takes longer than the timer, which so fires once in every turn.
  let timer = setTimeout(function look() {
    perTurn.push(done.length);
    timer = setTimeout(look, 1);
  }, 1);
  const piece = async (i: number): Promise<void> => {
    await shareTurn();
    work(3);
    done.push(i);
  };
  await Promise.all(Array.from({ length: 40 }, (_, i) => piece(i)));
  clearTimeout(timer);
  expect(done).toEqual(Array.from({ length: 40 }, (_, i) => i));
  const steps = perTurn.map((count, i) => count - (perTurn[i - 1] ?? 0));
  // 6 ms are two or three pieces of 3 ms; the last one may begin just before they are over. The first ones are done
  // before the turn that the timer sees ends, the next ones too.
  expect(steps[0]).toBeLessThanOrEqual(10);
  expect(Math.max(...steps.slice(1))).toBeLessThanOrEqual(5);
  expect(steps.length).toBeGreaterThanOrEqual(5);
});

it('gives a turn to one alone, and then to the others', async () => {
  const done: string[] = [];
  const own = inOwnTurn(async () => {
    expect(hasTurnTime()).toBe(false);
    await Promise.resolve();
    done.push('own');
    return 5;
  });
  const others = ['a', 'b'].map(async (name) => {
    await shareTurn();
    done.push(name);
  });
  expect(await own).toBe(5);
  await Promise.all(others);
  expect(done).toEqual(['own', 'a', 'b']);
});
