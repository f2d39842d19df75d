import { describe, expect, it } from 'vitest';
import type { Position } from '../../../src/base/span.ts';
import { TemplateText, type Dict } from '../../../src/base/value.ts';
import { entryOf, parseYaml } from '../../../src/play/yaml/index.ts';

/** Where `word` of the value of `v` stands. */
function place(text: string, word: string): Position {
  const value = (parseYaml(text, 'f.yml').value as Dict).get('v') as TemplateText;
  expect(value).toBeInstanceOf(TemplateText);
  return value.locate(value.source.indexOf(word));
}

describe('locate', () => {
  it.each<[string, string, string, number, number]>([
    ['plain', 'v: a {{ foo }}\n', 'foo', 1, 9],
    ['plain over lines', 'v: a\n  b {{ foo }}\n', 'foo', 2, 8],
    ['single quotes', "v: 'it''s {{ foo }}'\n", 'foo', 1, 14],
    ['double quotes with escapes', 'v: "x\\n\\u0041\\x41 {{ foo }}"\n', 'foo', 1, 22],
    ['double quotes with a surrogate pair', 'v: "\\U0001F600 {{ foo }}"\n', 'foo', 1, 19],
    ['double quotes over lines', 'v: "one\n\n   two {{ foo }}"\n', 'foo', 3, 11],
    ['an escaped line end', 'v: "one \\\n   two {{ foo }}"\n', 'foo', 2, 11],
    ['literal block', 'v: |\n  l1\n    l2 {{ foo }}\n', 'foo', 3, 11],
    ['literal block with empty lines', 'v: |-\n\n  l1\n\n  {{ foo }}\n', 'foo', 5, 6],
    ['folded block', 'v: >\n   one\n   two {{ foo }}\n\n   three {{ bar }}\n', 'bar', 5, 13],
    ['flow sequence member', 'v: "{{ foo }}"', 'foo', 1, 8],
  ])('%s', (_name, text, word, line, column) => {
    expect(place(text, word)).toEqual({ line, column });
  });
});

describe('spans', () => {
  it('gives the place of keys, values and items', () => {
    const { root } = parseYaml('a:\n  - b: "x"\n    c: !unsafe y\n', 'f.yml');
    const list = entryOf(root, 'a');
    expect(list?.keySpan).toEqual({ file: 'f.yml', line: 1, column: 1 });
    const item = list?.node.kind === 'seq' ? list.node.items[0] : undefined;
    expect(item?.span).toEqual({ file: 'f.yml', line: 2, column: 5 });
    expect(item && entryOf(item, 'c')?.keySpan).toEqual({ file: 'f.yml', line: 3, column: 5 });
    expect(item && entryOf(item, 'c')?.node.span).toEqual({ file: 'f.yml', line: 3, column: 16 });
  });
});
