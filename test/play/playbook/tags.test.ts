import { describe, expect, it } from 'vitest';
import { selectTags } from '../../../src/play/playbook/tags.ts';

describe('selectTags', () => {
  const sets = {
    none: [],
    a: ['a'],
    b: ['b'],
    always: ['always'],
    never: ['never'],
    'a+never': ['a', 'never'],
    'a+always': ['a', 'always'],
  };
  it.each<[string, string, string[]]>([
    ['', '', ['none', 'a', 'b', 'always', 'a+always']],
    ['all', '', ['none', 'a', 'b', 'always', 'a+always']],
    ['a', '', ['a', 'always', 'a+never', 'a+always']],
    ['never', '', ['always', 'never', 'a+never', 'a+always']],
    ['tagged', '', ['a', 'b', 'always', 'a+always']],
    ['untagged', '', ['none', 'always', 'a+always']],
    ['', 'a', ['none', 'b', 'always']],
    ['', 'always', ['none', 'a', 'b']],
    ['', 'tagged', ['none']],
    ['', 'untagged', ['a', 'b', 'always', 'a+always']],
    ['', 'all', ['always', 'a+always']],
    ['a', 'a', ['always']],
    ['', 'all,always', []],
  ])('--tags %j --skip-tags %j', (only, skip, expected) => {
    const list = (text: string): string[] => text.split(',').filter(Boolean);
    const select = selectTags(list(only), list(skip));
    expect(
      Object.entries(sets)
        .filter(([, tags]) => select(tags))
        .map(([name]) => name),
    ).toEqual(expected);
  });
});
