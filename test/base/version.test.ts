import { describe, expect, it } from 'vitest';
import { compareRpm } from '../../src/base/version.ts';

const sign = (n: number): string => (n < 0 ? '<' : n > 0 ? '>' : '=');

describe('compareRpm', () => {
  // From rpm's own tests/rpmvercmp.at: facts of its documented order.
  it.each([
    ['1.0', '=', '1.0'],
    ['2.0.1a', '>', '2.0.1'],
    ['5.5p10', '>', '5.5p1'],
    ['xyz10', '<', 'xyz10.1'],
    ['1.0~rc1', '<', '1.0'],
    ['1.0^', '>', '1.0'],
    ['1.0^', '<', '1.0.1'],
    ['1.0~rc1^git1', '>', '1.0~rc1'],
    ['1.0.01', '=', '1.0.1'],
    ['2a', '<', '2.0'],
    ['FC5', '=', 'FC5'],
  ])('%s %s %s', (a, order, b) => expect(sign(compareRpm(a, b))).toBe(order));
});

describe('kernel releases', () => {
  it('order as their builds do', () => {
    const sorted = ['5.10.0-28-amd64', '5.10.0-9-amd64', '3.10.0-1160.36.2.el7.x86_64', '3.10.0-957.el7.x86_64'].sort(
      compareRpm,
    );
    expect(sorted).toEqual([
      '3.10.0-957.el7.x86_64',
      '3.10.0-1160.36.2.el7.x86_64',
      '5.10.0-9-amd64',
      '5.10.0-28-amd64',
    ]);
  });
});
