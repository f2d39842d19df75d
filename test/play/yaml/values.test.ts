import { describe, expect, it } from 'vitest';
import { PyFloat, TemplateText, VaultText, type Dict, type Value } from '../../../src/base/value.ts';
import { parseYaml } from '../../../src/play/yaml/index.ts';

function read(text: string): Value {
  return parseYaml(text, 'f.yml').value;
}

function plain(source: string): Value | undefined {
  return (read(`v: ${source}\n`) as Dict).get('v');
}

describe('plain scalars as PyYAML reads them', () => {
  it.each<[string, Value]>([
    ['yes', true],
    ['No', false],
    ['ON', true],
    ['off', false],
    ['y', 'y'],
    ['yEs', 'yEs'],
    ['0644', 420],
    ['0o14', '0o14'],
    ['08', '08'],
    ['0x1F', 31],
    ['-0x1F', -31],
    ['0b101', 5],
    ['1_000', 1000],
    ['22:30', 1350],
    ['1:20:30', 4830],
    ['-5', -5],
    ['0', 0],
    ['9007199254740993', 9007199254740993n],
    ['1e3', '1e3'],
    ['1.0e3', '1.0e3'],
    ['1.0e+3', new PyFloat(1000)],
    ['2.0', new PyFloat(2)],
    ['1.5', 1.5],
    ['.5', 0.5],
    ['-1.5', -1.5],
    ['.inf', Infinity],
    ['-.INF', -Infinity],
    ['1:30.5', 90.5],
    ['2024-01-01', '2024-01-01'],
    ['2001-12-14t21:59:43.10-05:00', '2001-12-14 21:59:43.100000-05:00'],
    ['2001-12-14 21:59:43', '2001-12-14 21:59:43'],
    ['~', null],
    ['null', null],
    ['', null],
    ['"yes"', 'yes'],
    ["'0644'", '0644'],
    ['!!str 0644', '0644'],
    ['!!int "5"', 5],
    ['!!float 3', new PyFloat(3)],
    ['1.2.3', '1.2.3'],
    ['10.0.0.1', '10.0.0.1'],
  ])('%s', (source, value) => {
    expect(plain(source)).toEqual(value);
  });
});

describe('documents', () => {
  it('keeps the order of keys and their types', () => {
    expect(read('b: 1\n1: x\nyes: [a, {c: d}]\n')).toEqual(
      new Map<Value, Value>([
        ['b', 1],
        [1, 'x'],
        [true, ['a', new Map([['c', 'd']])]],
      ]),
    );
  });

  it('is null when empty', () => {
    expect([read(''), read('# only a comment\n'), read('---\n')]).toEqual([null, null, null]);
  });

  it('merges: own keys win, the first of a list wins', () => {
    const value = read('a: &a {p: 1, q: 1}\nb: &b {q: 2, r: 2}\nc:\n  <<: [*a, *b]\n  r: 3\n') as Dict;
    expect(value.get('c')).toEqual(
      new Map([
        ['q', 1],
        ['r', 3],
        ['p', 1],
      ]),
    );
  });

  it('warns of duplicate keys; the last wins', () => {
    const document = parseYaml('a: 1\nb: 2\na: 3\n', 'f.yml');
    expect((document.value as Dict).get('a')).toBe(3);
    expect(document.warnings).toEqual([
      'While constructing a mapping from f.yml, line 1, column 1, found a duplicate dict key (a) at f.yml:3:1. Using last defined value only.',
    ]);
  });

  it('reads !vault and !unsafe', () => {
    const value = read(
      'a: !vault |\n  $ANSIBLE_VAULT;1.1;AES256\n  6162\nb: !unsafe "{{ x }}"\nc: !unsafe ["{{ y }}"]\n',
    ) as Dict;
    expect(value.get('a')).toBeInstanceOf(VaultText);
    expect((value.get('a') as VaultText).ciphertext).toBe('$ANSIBLE_VAULT;1.1;AES256\n6162\n');
    expect(value.get('b')).toBe('{{ x }}');
    expect(value.get('c')).toEqual(['{{ y }}']);
  });

  it('makes TemplateText of text with Jinja only, never of keys', () => {
    const value = read('"{{ k }}": "{{ v }}"\nplain: text\n') as Dict;
    expect(value.get('{{ k }}')).toBeInstanceOf(TemplateText);
    expect(value.get('plain')).toBe('text');
  });

  it('shares what aliases name', () => {
    const value = read('a: &x [1]\nb: *x\n') as Dict;
    expect(value.get('b')).toBe(value.get('a'));
  });

  it('reads a %YAML directive and JSON', () => {
    expect(read('%YAML 1.1\n---\na: yes\n')).toEqual(new Map([['a', true]]));
    expect(read('{"a": [1, 2.5, "x"], "b": null}')).toEqual(
      new Map<string, Value>([
        ['a', [1, 2.5, 'x']],
        ['b', null],
      ]),
    );
  });
});
