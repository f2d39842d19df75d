import { describe, expect, it } from 'vitest';
import { nowhere } from '../../src/base/span.ts';
import { templateText } from '../../src/base/template-text.ts';
import { covers, isPlainLookup, readsOf } from '../../src/template/reads.ts';

/** Whether a text reads `st.stat.checksum`. */
function isRead(source: string): boolean {
  const reads = readsOf(templateText(source, nowhere('test')), 'st');
  return reads?.some((read) => covers(read, ['stat', 'checksum'])) ?? true;
}

const READ = [
  // the key, or what holds it
  'st.stat.checksum',
  "st['stat']['checksum']",
  "st['stat'].checksum[:7]",
  'st.stat.checksum is defined',
  'st.stat.checksum.foo',
  'st',
  'st.stat',
  '{{ st }}',
  '{{ st.stat | to_json }}',
  '{{ st | combine({}) }}',
  "st.stat['check' ~ 'sum']",
  'st.stat[key]',
  'st[key].exists',
  '(st.stat | default({})).exists',
  'st is mapping',
  'st.stat in list',
  '[st][0].stat.exists',
  '(st if true else other).stat.exists',
  'x[st.stat.checksum].y',
  'x.get(st.stat)',
  // methods
  "st.stat.get('checksum')",
  "st['stat']['get']('checksum')",
  'st.stat.values()',
  'st.items()',
  // statements
  '{% set copy = st %}{{ copy.stat.checksum }}',
  '{% for key in st.stat %}{{ key }}{% endfor %}',
  '{% if st.stat.checksum %}x{% endif %}',
  '{% with a = st.stat %}{% endwith %}',
  '{% macro m(a=st) %}{% endmacro %}',
  '{% call(x) m(st.stat) %}{% endcall %}',
  '{% filter upper %}{{ st.stat.checksum }}{% endfilter %}',
  // anything
  'vars',
  "vars['s' ~ 't']",
  'hostvars[inventory_hostname].x',
  'ansible_failed_task.args',
  "lookup('vars', 'st')",
  "query('vars', name)",
  "q('template', 'a.j2')",
  "lookup('ansible.builtin.template', 'a.j2')",
  'lookup(name)',
  "lookup('community.other', 'x')",
  "lookup('env', st.stat.checksum)",
  "{{ ['env'] | map('extract', lookup) }}",
  "{% include 'a.j2' %}",
  "{% import 'a.j2' as a with context %}",
  "{% from 'a.j2' import b with context %}",
  "{% extends 'a.j2' %}",
  // what cannot be read beforehand
  'st.stat.',
  '{{ st.stat.exists',
];

const UNREAD = [
  'st.stat.exists',
  '{{ st.stat.exists and st.stat.isdir }}',
  "st['stat']['size'] > 3",
  'not st.stat.exists | default(false)',
  'st.stat.exists is defined',
  'st is defined',
  'st is not defined',
  'st.stat is defined',
  'st is changed',
  'st is failed or st is skipped',
  'st.failed',
  'st.stat.lnk_target.checksum',
  'other.stat.checksum',
  'other.st.stat.checksum',
  "'st.stat.checksum'",
  '{{ x }} of st.stat.checksum',
  '{# st.stat.checksum #}',
  "lookup('env', 'st') ~ st.stat.path",
  "q('items', [st.stat.exists])",
  'my_vars.vars',
  '{% for f in files if f.stat %}{{ st.stat.mode }}{% endfor %}',
  '{% raw %}{{ st.stat.checksum }}{% endraw %}',
];

describe('reads of a part of a variable', () => {
  it.each(READ)('%s', (source) => expect(isRead(source)).toBe(true));
});

describe('no reads of it', () => {
  it.each(UNREAD)('%s', (source) => expect(isRead(source)).toBe(false));
});

it('a test of a result reads its own keys', () => {
  const [read] = readsOf(templateText('st is changed', nowhere('test')), 'st') ?? [];
  expect(covers(read, ['changed'])).toBe(true);
  expect(covers(read, ['stat', 'exists'])).toBe(false);
});

it('lookups of variables and templates read more than their terms', () => {
  const plain = ['env', 'ansible.builtin.file', 'vars', 'ansible.builtin.vars', 'varnames', 'template', 'x.y.env', 1];
  expect(plain.map(isPlainLookup)).toEqual([true, true, false, false, false, false, false, false]);
});
