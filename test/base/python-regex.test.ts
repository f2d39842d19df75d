import { describe, expect, it } from 'vitest';
import { pythonRegex } from '../../src/base/python-regex.ts';
import { expandReplacement, pythonSubn } from '../../src/base/python-sub.ts';

function matched(pattern: string, text: string, flags = {}): string | undefined {
  return pythonRegex(pattern, flags).exec(text)?.[0];
}

describe('pythonRegex', () => {
  it('knows named groups and references to them', () => {
    const match = pythonRegex('(?P<c>.)(?P=c)').exec('xaab');
    expect(match?.groups?.c).toBe('a');
    expect(match?.index).toBe(1);
  });

  it('keeps the meaning of $ and \\Z', () => {
    expect(pythonRegex('a$').test('a\n')).toBe(true);
    expect(pythonRegex('a\\Z').test('a\n')).toBe(false);
    expect(pythonRegex('a$').test('a\nb')).toBe(false);
    expect(pythonRegex('a$', { multiline: true }).test('a\nb')).toBe(true);
  });

  it('takes only \\n for a line break', () => {
    expect(matched('^b', 'a\rb', { multiline: true })).toBeUndefined();
    expect(matched('.+', 'a\rb\nc')).toBe('a\rb');
    expect(matched('.+', 'a\nb', { dotall: true })).toBe('a\nb');
  });

  it('has words and digits of all scripts', () => {
    expect(matched('\\w+', '-naïve-')).toBe('naïve');
    expect(matched('\\bé', 'aé é')).toBe('é');
    expect(pythonRegex('\\bé').exec('aé é')?.index).toBe(3);
    expect(matched('\\d', '٣')).toBe('٣');
  });

  it('reads flags inside of the pattern', () => {
    expect(matched('(?i)ABC', 'xabc')).toBe('abc');
    expect(matched('a(?i:B-D)', 'ab-d')).toBe('ab-d');
    expect(matched('a(?i:[x-z])', 'aY')).toBe('aY');
    expect(matched('a(?i:b)', 'AB')).toBeUndefined();
    expect(matched('(?x) a  b # comment', 'ab')).toBe('ab');
  });

  it('takes braces and brackets literally where Python does', () => {
    expect(matched('a{b}', 'a{b}')).toBe('a{b}');
    expect(matched('[]x]+', 'x]')).toBe('x]');
    expect(matched('a{,2}', 'aaa')).toBe('aa');
    expect(matched('[a&&b]+', 'b&&a')).toBe('b&&a');
  });

  it.each([
    ['(', 'missing ), unterminated subpattern at position 0'],
    ['a)', 'unbalanced parenthesis at position 1'],
    ['*', 'nothing to repeat at position 0'],
    ['a**', 'multiple repeat at position 2'],
    ['[a', 'unterminated character set at position 0'],
    ['\\y', 'bad escape \\y at position 0'],
    ['\\', 'bad escape (end of pattern) at position 0'],
    ['(?P<1>x)', "bad character in group name '1' at position 4"],
    ['(?P=x)', "unknown group name 'x' at position 4"],
  ])('says of %s what Python says', (pattern, message) => {
    expect(() => pythonRegex(pattern)).toThrow(expect.objectContaining({ code: 'E_REGEX', message }));
  });
});

describe('pythonSubn', () => {
  it('fills groups by number and name', () => {
    expect(pythonSubn(pythonRegex('(?P<k>\\w)=(\\w)'), '\\g<k>:\\2\\n', 'a=b c=d')).toEqual(['a:b\n c:d\n', 2]);
  });

  it('replaces at most count times', () => {
    expect(pythonSubn(pythonRegex('a'), 'b', 'aaa', 2)).toEqual(['bba', 2]);
  });

  it('replaces empty matches as Python does', () => {
    expect(pythonSubn(pythonRegex('x*'), '-', 'abxd')).toEqual(['-a-b--d-', 5]);
  });

  it('refuses bad escapes and unknown groups', () => {
    expect(() => pythonSubn(pythonRegex('a'), '\\q', 'a')).toThrow('bad escape \\q at position 0');
    expect(() => pythonSubn(pythonRegex('a'), '\\2', 'a')).toThrow('invalid group reference 2 at position 1');
  });

  it('expands one match', () => {
    const match = pythonRegex('(a)|(b)').exec('b') as RegExpExecArray;
    expect(expandReplacement('[\\1\\2]', match)).toBe('[b]');
  });
});
