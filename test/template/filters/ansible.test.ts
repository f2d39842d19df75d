import { describe, expect, it } from 'vitest';
import { fromJs, Undefined, type Value } from '../../../src/base/value.ts';
import { ansibleFilters } from '../../../src/template/filters/ansible/index.ts';
import { pyRepr, pyStr } from '../../../src/template/python/print.ts';
import { context, keywords } from './harness.ts';

function apply(name: string, value: unknown, args: unknown[] = [], kwargs: Record<string, unknown> = {}): Value {
  const filter = ansibleFilters.get(name);
  if (!filter) throw new Error(`no filter ${name}`);
  const input = value instanceof Undefined ? value : fromJs(value);
  return filter(context(), input, args.map(fromJs), keywords(kwargs));
}

const data = { zeta: 1, alpha: [1, { k: 'v', a: null }, []], flag: true, text: 'with: colon', empty: {}, num: '0644' };

describe('YAML', () => {
  it('prints leaf collections in flow style', () => {
    const text =
      "alpha:\n- 1\n- {a: null, k: v}\n- []\nempty: {}\nflag: true\nnum: '0644'\ntext: 'with: colon'\nzeta: 1\n";
    expect(apply('to_yaml', data)).toBe(text);
  });

  it('prints blocks with an indentation', () => {
    expect(apply('to_nice_yaml', { a: [{ x: 1, y: [2] }] })).toBe('a:\n-   x: 1\n    y:\n    - 2\n');
    expect(apply('to_nice_yaml', { b: 1, a: 2 }, [], { indent: 2, sort_keys: false })).toBe('b: 1\na: 2\n');
  });

  it('quotes what would be read as something else', () => {
    expect(apply('to_nice_yaml', ['yes', '012', '1.0', 'null', '', '# c', '2024-01-01', 'plain'])).toBe(
      "- 'yes'\n- '012'\n- '1.0'\n- 'null'\n- ''\n- '# c'\n- '2024-01-01'\n- plain\n",
    );
  });

  it('folds at 80 columns', () => {
    const words = 'word '.repeat(20).trimEnd();
    expect(apply('to_nice_yaml', { k: words })).toBe(`k: ${'word '.repeat(16).trimEnd()}\n    word word word word\n`);
  });

  it('reads YAML 1.1', () => {
    expect(pyRepr(apply('from_yaml', 'a: yes\nb: 012\nc: 1.0\nd: ~'))).toBe(
      "{'a': True, 'b': 10, 'c': 1.0, 'd': None}",
    );
    expect(() => apply('from_yaml', 'a: [1')).toThrow(expect.objectContaining({ code: 'E_YAML_SYNTAX' }));
  });
});

describe('JSON', () => {
  it('escapes beyond ASCII unless told otherwise', () => {
    expect(apply('to_json', { ü: 'é' })).toBe('{"\\u00fc": "\\u00e9"}');
    expect(apply('to_json', { ü: 'é' }, [], { ensure_ascii: false })).toBe('{"ü": "é"}');
  });

  it('sorts and indents nicely', () => {
    expect(apply('to_nice_json', { b: [], a: [1] })).toBe('{\n    "a": [\n        1\n    ],\n    "b": []\n}');
  });

  it('refuses undefined values at any depth', () => {
    const holder = [new Undefined("'x' is undefined")] as Value[];
    expect(() => ansibleFilters.get('to_json')?.(context(), holder, [], new Map())).toThrow("'x' is undefined");
  });
});

describe('regular expressions', () => {
  it('replaces, searches and finds', () => {
    expect(apply('regex_replace', 'foo123bar', ['(?P<x>\\d+)', '<\\g<x>>'])).toBe('foo<123>bar');
    expect(apply('regex_search', 'v535.104', ['v(\\d+)\\.(\\d+)', '\\1', '\\2'])).toEqual(['535', '104']);
    expect(apply('regex_search', 'x', ['nope'])).toBeNull();
    expect(pyRepr(apply('regex_findall', 'k1=a k2=b', ['(\\w+)=(\\w+)']))).toBe("[('k1', 'a'), ('k2', 'b')]");
  });
});

describe('seeded chance', () => {
  it("gives Python's numbers", () => {
    expect(apply('random', 100, [], { seed: 'h1' })).toBe(pythonValue.h1);
    expect(apply('shuffle', [1, 2, 3, 4, 5], [], { seed: 'h1' })).toEqual(pythonValue.shuffled);
  });
});

/** `Random('h1').randrange(100)` and `Random('h1').shuffle([1, 2, 3, 4, 5])` of CPython 3.11. */
const pythonValue = { h1: 65, shuffled: [2, 3, 4, 1, 5] };

describe('errors', () => {
  it("say what Ansible's say", () => {
    expect(() => apply('mandatory', new Undefined("'x' is undefined"))).toThrow("Mandatory variable 'x'  not defined.");
    expect(() => apply('mandatory', new Undefined("'x' is undefined"), ['give it'])).toThrow('give it');
    expect(() => apply('dict2items', [1])).toThrow("dict2items requires a dictionary, got <class 'list'> instead.");
    expect(() => apply('combine', { a: 1 }, [{ b: 1 }], { bad: 1 })).toThrow(
      "'recursive' and 'list_merge' are the only valid keyword arguments",
    );
    expect(() => apply('b64encode', new Undefined("'y' is undefined"))).toThrow("'y' is undefined");
  });

  it('carry a stable code', () => {
    expect(() => apply('ternary', true, ['a'])).toThrow(expect.objectContaining({ code: 'E_FILTER_ARGS' }));
  });
});

describe('the rest', () => {
  it('merges dicts', () => {
    const low = { a: { x: 1, l: [1, 2] } };
    const high = { a: { y: 2, l: [2, 3] } };
    const merged = apply('combine', low, [high], { recursive: true, list_merge: 'append_rp' });
    expect(pyRepr(merged)).toBe("{'a': {'x': 1, 'l': [1, 2, 3], 'y': 2}}");
  });

  it('hashes passwords', () => {
    const hash = apply('password_hash', 'Hello world!', ['sha512', 'saltstring'], { rounds: 5000 });
    expect(hash).toBe(
      '$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1',
    );
  });

  it('computes with dates', () => {
    const [a, b] = ['2024-03-01 00:00:00', '2024-02-28 12:00:00'].map((text) => apply('to_datetime', text));
    expect(pyStr(a)).toBe('2024-03-01 00:00:00');
    const difference = (a as unknown as { binary: (o: string, b: Value, r: boolean) => Value }).binary('-', b, false);
    expect(pyStr(difference)).toBe('1 day, 12:00:00');
    expect(apply('strftime', '%Y-%m-%d %H:%M', [0], { utc: true })).toBe('1970-01-01 00:00');
  });

  it('knows names with their collection too', () => {
    for (const name of ['ansible.builtin.to_json', 'ansible.builtin.combine', 'ansible.utils.ipaddr']) {
      expect(ansibleFilters.get(name)).toBe(ansibleFilters.get(name.slice(name.lastIndexOf('.') + 1)));
    }
    expect(ansibleFilters.get('ipaddr')?.(context(), '10.0.0.5/24', ['network'], new Map())).toBe('10.0.0.0');
  });
});
