import { describe, expect, it } from 'vitest';
import { parseJson } from '../../src/base/python-json-parse.ts';
import { PyFloat } from '../../src/base/value.ts';

describe('parseJson', () => {
  it('keeps floats and integers apart', () => {
    const value = parseJson('[1, 1.0, 1.5, 1e3, 12345678901234567890]');
    expect(value).toEqual([1, new PyFloat(1), 1.5, new PyFloat(1000), 12345678901234567890n]);
  });

  it('lets the last of equal keys win and keeps the order', () => {
    expect(parseJson('{"b": 1, "a": 2, "b": 3}')).toEqual(
      new Map([
        ['b', 3],
        ['a', 2],
      ]),
    );
  });

  it('reads escapes', () => {
    expect(parseJson('"\\u00e9\\n\\/\\ud83d\\ude00"')).toBe('é\n/😀');
  });

  it.each([
    ['', 'Expecting value: line 1 column 1 (char 0)'],
    ['{"a": 1', "Expecting ',' delimiter: line 1 column 8 (char 7)"],
    ["{'a': 1}", 'Expecting property name enclosed in double quotes: line 1 column 2 (char 1)'],
    ['[1]\n x', 'Extra data: line 2 column 2 (char 5)'],
    ['"a', 'Unterminated string starting at: line 1 column 1 (char 0)'],
  ])('says of %s what Python says', (text, message) => {
    expect(() => parseJson(text)).toThrow(expect.objectContaining({ code: 'E_JSON_SYNTAX', message }));
  });
});
