import { describe, expect, it } from 'vitest';
import { nearNames } from '../../src/base/errors.ts';

describe('near names', () => {
  it.each([
    ['wehn', 'when'],
    ['mgs', 'msg'],
    ['toa_balancer', 'toa_balancers'],
    ['regsiter', 'register'],
    ['Lineinfle', 'lineinfile'],
  ])('%s means %s', (typo, meant) => {
    expect(nearNames(typo, ['when', 'msg', 'toa_balancers', 'register', 'lineinfile', 'with_items'])).toContain(meant);
  });

  it('nothing is near to what nobody meant', () => {
    expect(nearNames('zebra', ['when', 'msg', 'register'])).toEqual([]);
  });
});
