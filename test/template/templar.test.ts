import { describe, expect, it } from 'vitest';
import { ToaError } from '../../src/base/errors.ts';
import { templateText } from '../../src/base/template-text.ts';
import { LazyMapping, PyFloat, VaultText, dict, type Value } from '../../src/base/value.ts';
import { Suspend } from '../../src/template/contract.ts';
import { makeTemplar, raw, render, scopeOf, text } from './helpers.ts';

function failure(run: () => unknown): ToaError {
  try {
    run();
  } catch (error) {
    if (error instanceof ToaError) return error;
    throw error;
  }
  throw new Error('it did not fail');
}

describe('errors', () => {
  it('point at the failing part inside the text', () => {
    const error = failure(() => render('first\n{{ 1 + d.zz.yy }}', { d: { a: 1 } }));
    expect(error.code).toBe('E_TEMPLATE_UNDEFINED');
    expect(error.message).toBe("'dict object' has no attribute 'zz'");
    expect(error.details.span).toEqual({ file: 'play.yml', line: 2, column: 9 });
  });

  it('name a filter near to the one that is missing', () => {
    const error = failure(() => render("{{ 'a' | uper }}"));
    expect(error.code).toBe('E_TEMPLATE_FILTER');
    expect(error.message).toBe("no filter named 'uper'. Did you mean upper?");
    expect(error.details.span?.column).toBe(10);
  });

  it('show the chain of variables that go round', () => {
    const error = failure(() => render('{{ a }}', { a: '{{ b }}', b: 'x{{ a }}' }));
    expect(error.code).toBe('E_TEMPLATE_RECURSION');
    expect(error.details.chain).toEqual([
      'variable a (play.yml:1:1)',
      'variable b (play.yml:1:1)',
      'variable a (play.yml:1:1)',
    ]);
  });

  it('of a variable name it', () => {
    const error = failure(() => render('{{ a }}', { a: '{{ 1 / 0 }}' }));
    expect(error.code).toBe('E_TEMPLATE_TYPE');
    expect(error.message).toBe('division by zero');
    expect(error.details.chain).toEqual(['variable a (play.yml:1:1)']);
  });

  it('of what is undefined inside a variable come when it is used, with its place', () => {
    const variables = { a: '{{ nope }}' };
    expect(render("{{ a | default('d') }}", variables)).toBe('d');
    const error = failure(() => render('{{ a }}', variables));
    expect(error.message).toBe("{{ nope }}: 'nope' is undefined");
    expect(error.details.span).toEqual({ file: 'play.yml', line: 1, column: 4 });
  });

  it.each([
    ['{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}', 'E_TEMPLATE_LIMIT'],
    ['{{ range(100000000) }}', 'E_TEMPLATE_LIMIT'],
    ["{{ 'x' * 1000000000 }}", 'E_TEMPLATE_LIMIT'],
    ['{{ 2 ** 1000000 }}', 'E_TEMPLATE_LIMIT'],
    [`{{ ${'1 + '.repeat(20_000)}1 }}`, 'E_TEMPLATE_LIMIT'],
    [`{{ ${'('.repeat(50_000)}`, 'E_TEMPLATE_SYNTAX'],
    ['{% if x %}{% if y %}{% endif %}', 'E_TEMPLATE_SYNTAX'],
  ])('limit %.40s', (source, code) => {
    expect(failure(() => render(source)).code).toBe(code);
  });

  it('let Suspend through untouched', () => {
    const suspend = new Suspend(Promise.resolve());
    const templar = makeTemplar(
      {},
      {
        lookups: new Map([
          [
            'wait',
            () => {
              throw suspend;
            },
          ],
        ]),
      },
    );
    let caught: unknown;
    try {
      templar.render(text('{{ v }}'), scopeOf({ v: "{{ lookup('wait') }}" }));
    } catch (error) {
      caught = error;
    }
    expect(caught).toBe(suspend);
  });

  it('of conditions say which condition', () => {
    const error = failure(() => makeTemplar().test(text('foo == 1'), scopeOf({})));
    expect(error.message).toBe(
      "The conditional check 'foo == 1' failed. The error was: " +
        "error while evaluating conditional (foo == 1): 'foo' is undefined",
    );
    expect(error.details.span?.column).toBe(1);
  });
});

describe('data', () => {
  it('from hosts is never rendered', () => {
    const templar = makeTemplar();
    const scope = { lookup: (name: string) => (name === 'out' ? '{{ 1 + 1 }}' : undefined), names: () => ['out'] };
    expect(templar.render(text('{{ out }}'), scope)).toBe('{{ 1 + 1 }}');
    expect(templar.render(text('a{{ out }}'), scope)).toBe('a{{ 1 + 1 }}');
  });

  it('in a condition runs no lookup', () => {
    let ran = false;
    const lookups = new Map([
      [
        'pipe',
        (): Value[] => {
          ran = true;
          return ['x'];
        },
      ],
    ]);
    const templar = makeTemplar({}, { lookups });
    const scope = scopeOf({ out: "lookup('pipe', 'id') == 'x'" });
    const error = failure(() => templar.test(text('{{ out }}'), scope));
    expect(error.code).toBe('E_TEMPLATE_LOOKUP');
    expect(ran).toBe(false);
    const afterFault = { broken: text('{{ nosuch }}'), out: "broken is undefined and lookup('pipe', 'id') == 'x'" };
    expect(failure(() => templar.test(text('{{ out }}'), scopeOf(afterFault))).code).toBe('E_TEMPLATE_LOOKUP');
    expect(ran).toBe(false);
    expect(templar.test(text("lookup('pipe', 'id') == 'x'"), scope)).toBe(true);
  });

  it('without templates is shared, not copied', () => {
    const plain = [1, dict({ a: 'b' })];
    const scope = { lookup: () => plain, names: () => ['v'] };
    expect(makeTemplar().resolve(plain, scope)).toBe(plain);
    expect(makeTemplar().render(text('{{ v }}'), scope)).toBe(plain);
  });

  it('of the scope is not changed by append', () => {
    const list: Value[] = [1];
    const scope = { lookup: () => list, names: () => ['v'] };
    expect(makeTemplar().render(text('{% set _ = v.append(2) %}{{ v }}'), scope)).toEqual([1, 2]);
    expect(list).toEqual([1]);
  });

  it('in vaults is decrypted where it is used', () => {
    const vault = new VaultText('abc', { file: 'v.yml', line: 1, column: 1 });
    const scope = { lookup: (name: string) => (name === 'v' ? dict({ p: vault }) : undefined), names: () => ['v'] };
    expect(makeTemplar().render(text('{{ v.p }}'), scope)).toBe('clear abc');
    expect(makeTemplar().resolve([vault], scope)).toEqual(['clear abc']);
  });

  it('in lazy dicts is read, and rendered, only when asked for', () => {
    const asked: Value[] = [];
    class Hosts extends LazyMapping {
      get(key: Value): Value | undefined {
        asked.push(key);
        return key === 'h1' ? raw({ ip: '{{ net }}.1' }) : undefined;
      }
      has(key: Value): boolean {
        return key === 'h1';
      }
      keys(): Iterable<Value> {
        return ['h1', 'h2'];
      }
      get size(): number {
        return 2;
      }
    }
    const values = new Map<string, Value>([
      ['hostvars', new Hosts()],
      ['net', '10.0.0'],
    ]);
    const scope = { lookup: (name: string) => values.get(name), names: () => values.keys() };
    expect(makeTemplar().render(text("{{ hostvars['h1'].ip }} {{ 'h2' in hostvars }}"), scope)).toBe('10.0.0.1 False');
    expect(asked).toEqual(['h1']);
  });
});

describe('results', () => {
  it('keep the newlines at the end', () => {
    expect(render('{{ x }}\n\n', { x: 'a' })).toBe('a\n\n');
  });

  it('that a filter such as to_json made stay text, through variables too', () => {
    expect(render('{{ j }}', { j: '{{ d | to_json }}', d: { a: 1 } })).toBe('{"a": 1}');
    expect(render("{{ '' }}{{ j }}", { j: '{{ d | to_json }}', d: { a: 1 } })).toEqual(dict({ a: 1 }));
  });

  it('are texts when they are not to be converted', () => {
    expect(render('{{ l }}', { l: [1, 'a'] }, { convert: false })).toBe("[1, 'a']");
  });

  it('keep their types with jinja2_native', () => {
    const templar = makeTemplar({}, { native: true });
    const native = (source: string): Value => templar.render(text(source), scopeOf({ n: 4 }));
    expect(native('{{ n + 1 }}')).toBe(5);
    expect(native('{{ n / 2 }}')).toEqual(new PyFloat(2));
    expect(native('{{ none }}')).toBeNull();
    expect(native('{{ (1, 2) }}')).toEqual([1, 2]);
    expect(native('{{ n }}{{ n }}')).toBe(44);
    expect(native("{{ '5' }}")).toBe(5);
    expect(native('v{{ n }}')).toBe('v4');
  });

  it('keep the text where that is asked for and a name is missing', () => {
    expect(render('install {{ nope }}', {}, { onUndefined: 'keep' })).toBe('install {{ nope }}');
  });
});

describe('syntax options', () => {
  it('change the delimiters', () => {
    const options = { variableStart: '[%', variableEnd: '%]', blockStart: '<%', blockEnd: '%>', convert: false };
    expect(render('<% if true %>[% x %]{{ x }}<% endif %>', { x: 1 }, options)).toBe('1{{ x }}');
  });

  it.each([
    [{ trimBlocks: false }, 'a\n\n b\n\nc'],
    [{ trimBlocks: true }, 'a\n b\nc'],
    [{ lstripBlocks: true }, 'a\n b\nc'],
    [{ newlineSequence: '\r\n' }, 'a\r\n b\r\nc'],
  ])('trim as %o says', (options, wanted) => {
    const source = 'a\n{% if true %}\n b\n{% endif %}\nc';
    expect(render(source, {}, { ...options, convert: false })).toBe(wanted);
  });

  it('strip what stands before a block on its line', () => {
    const options = { lstripBlocks: true, convert: false };
    expect(render('  {% if true %}\nx\n  {%+ endif %}\n', {}, options)).toBe('x\n  \n');
  });

  it('take backslashes as they are in {{ }}, unless it is a file', () => {
    expect(render("{{ 'a\\nb' }}")).toBe('a\\nb');
    expect(render("{{ 'a\\nb' }}", {}, { escapeBackslashes: false })).toBe('a\nb');
    expect(render("{% if 'a\\nb' | length == 3 %}three{% endif %}")).toBe('three');
  });
});

describe('files', () => {
  const files = {
    'part.j2': 'part {{ x }}{{ own | default("") }}\n',
    'macros.j2': '{% set v = 7 %}{% macro m(a) %}<{{ a }}{{ x | default("-") }}>{% endmacro %}',
    'base.j2': 'A{% block one %}base one{% endblock %}B{% block two %}base two{% endblock %}C',
    'child.j2': '{% extends "base.j2" %}dropped{% block one %}child({{ super() }}){% endblock %}',
    'broken.j2': 'line\n{{ nope.x + 1 }}',
  };
  const templar = makeTemplar(files);
  const run = (source: string): Value => templar.render(text(source), scopeOf({ x: 1 }), { convert: false });

  it.each([
    ['{% set own = "!" %}{% include "part.j2" %}.', 'part 1!.'],
    ['{% include ["none.j2", "part.j2"] %}', 'part 1'],
    ['{% include "none.j2" ignore missing %}ok', 'ok'],
    ['{% import "macros.j2" as m %}{{ m.m("q") }}{{ m.v }}', '<q->7'],
    ['{% from "macros.j2" import m as k with context %}{{ k(2) }}', '<21>'],
    ['{% include "child.j2" %}', 'Achild(base one)Bbase twoC'],
    ['{% block q %}[{{ x }}]{% endblock %}', '[1]'],
  ])('%s', (source, wanted) => {
    expect(run(source)).toBe(wanted);
  });

  it('that are missing or broken are named', () => {
    expect(failure(() => run('{% include "none.j2" %}')).code).toBe('E_TEMPLATE_FILE');
    const error = failure(() => run('{% include "broken.j2" %}'));
    expect(error.details.span).toEqual({ file: 'broken.j2', line: 2, column: 4 });
  });
});

describe('lookups', () => {
  const lookups = new Map([
    [
      'echo',
      (_context: unknown, terms: Value[], kwargs: Map<string, Value>): Value[] => [...terms, ...kwargs.values()],
    ],
    [
      'fail',
      (): Value[] => {
        throw new ToaError('E_LOOKUP_FAILED', 'no luck');
      },
    ],
  ]);
  const templar = makeTemplar({}, { lookups });
  const run = (source: string): Value => templar.render(text(source), scopeOf({ n: 3 }));

  it.each<[string, Value]>([
    ["{{ lookup('echo', 'a', 'b') }}", 'a,b'],
    ["{{ lookup('ansible.builtin.echo', n) }}", '3'],
    ["{{ lookup('echo', 'a', wantlist=True) }}", ['a']],
    ["{{ query('echo', 'a', k='v') }}", ['a', 'v']],
    ["{{ lookup('echo') }}", []],
    ["{{ lookup('fail', errors='ignore') is none }}", true],
    ["{{ query('fail', errors='ignore') }}", []],
  ])('%s', (source, wanted) => {
    expect(run(source)).toEqual(wanted);
  });

  it('that fail or are missing stop the render', () => {
    expect(failure(() => run("{{ lookup('fail') }}")).message).toBe('no luck');
    expect(failure(() => run("{{ lookup('nolookup') }}")).code).toBe('E_TEMPLATE_LOOKUP');
    expect(templar.lookup('echo', ['q'], new Map(), scopeOf({}))).toEqual(['q']);
  });
});

describe('cost', () => {
  it('grows with the size of the work, not faster', () => {
    const list = Array.from({ length: 10_000 }, (_, index) => index);
    const big = 'x'.repeat(5_000_000);
    const start = performance.now();
    const turns = render('{% for i in list %}{{ loop.index }} {{ i * 2 }}\n{% endfor %}', { list });
    expect(String(turns).split('\n').length).toBe(10_001);
    expect(render('a{{ big }}b', { big })).toHaveLength(5_000_002);
    const templar = makeTemplar();
    const condition = text('n == 5 and l is defined and n in [1, 5]');
    const scope = scopeOf({ n: 5, l: [] });
    for (let turn = 0; turn < 100_000; turn++) templar.test(condition, scope);
    expect(performance.now() - start).toBeLessThan(5000);
  });

  it('is paid once for compiling a text', () => {
    const templar = makeTemplar();
    const template = templateText('{{ n }}!', { file: 'f', line: 1, column: 1 });
    templar.render(template, scopeOf({ n: 1 }));
    const { compiled } = template;
    expect(templar.render(template, scopeOf({ n: 2 }))).toBe('2!');
    expect(template.compiled).toBe(compiled);
  });
});
