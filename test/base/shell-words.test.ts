import { describe, expect, it } from 'vitest';
import { shellWords, splitWords } from '../../src/base/shell-words.ts';

describe('splitWords', () => {
  it.each([
    [String.raw`a\ b '' "c\"d" `, ['a b', '', 'c"d']],
    [String.raw`x='a b' "p\q\$r"`, ['x=a b', String.raw`p\q\$r`]],
    ['  one\ttwo\nthree# ', ['one', 'two', 'three#']],
    ['', []],
  ])('splits %s as shlex does', (text, words) => {
    expect(splitWords(text)).toEqual(words);
  });

  it('tells where words begin, and ends at a comment', () => {
    expect(shellWords('web1  n="1 2"#x', { comments: true })).toEqual([
      { text: 'web1', column: 0 },
      { text: 'n=1 2', column: 6 },
    ]);
  });

  it('refuses what is left open, unless a shell reads it', () => {
    expect(() => splitWords("it's")).toThrow('No closing quotation');
    expect(() => splitWords('end\\')).toThrow('No escaped character');
    expect(splitWords('it\'s "a\\$b" end\\', { asShell: true })).toEqual(["it's", 'a$b', 'end\\']);
  });
});
