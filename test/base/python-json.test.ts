import { describe, expect, it } from 'vitest';
import { dumpJson, floatRepr } from '../../src/base/python-json.ts';
import { dict, float } from '../../src/base/value.ts';

describe('dumpJson', () => {
  it('writes what json.dumps writes', () => {
    const value = dict({ b: [1, float(2), 1.5, null, true], a: dict({ é: 'x"\n' }) });
    expect(dumpJson(value)).toBe('{"b": [1, 2.0, 1.5, null, true], "a": {"\\u00e9": "x\\"\\n"}}');
    expect(dumpJson(value, { sortKeys: true, ensureAscii: false })).toBe(
      '{"a": {"é": "x\\"\\n"}, "b": [1, 2.0, 1.5, null, true]}',
    );
  });

  it('indents, and leaves empty collections on one line', () => {
    expect(dumpJson({ a: [], b: { c: 1 } }, { indent: 4 })).toBe(
      '{\n    "a": [],\n    "b": {\n        "c": 1\n    }\n}',
    );
  });

  it('sorts keys by code point', () => {
    expect(dumpJson({ '\u{1F600}': 1, '\uFFFD': 2, ab: 3, a: 4 }, { sortKeys: true, ensureAscii: false })).toBe(
      '{"a": 4, "ab": 3, "\uFFFD": 2, "\u{1F600}": 1}',
    );
  });
});

describe('floatRepr', () => {
  it.each([
    [1, '1.0'],
    [0.1, '0.1'],
    [1e16, '1e+16'],
    [1.5e-5, '1.5e-05'],
    [123456789012345, '123456789012345.0'],
    [-0, '-0.0'],
  ])('%d is %s', (value, text) => expect(floatRepr(value)).toBe(text));
});
