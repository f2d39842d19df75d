import { describe, expect, it } from 'vitest';
import { kernelAtLeast } from '../../src/host/kernel.ts';

describe('kernelAtLeast', () => {
  it.each([
    ['5.10.0-9-amd64', '5.10', true],
    ['4.18.0-147.el8.x86_64', '5.10', false],
    ['6.18.44-fc-v445', '5.10', true],
    ['5.9.16-200.fc33.x86_64', '5.10', false],
    ['2.6.32-642.el6.x86_64', '2.6', true],
    ['garbage', '2.6', false],
  ])('%s, %s: %s', (release, series, expected) => expect(kernelAtLeast(release, series)).toBe(expected));
});
