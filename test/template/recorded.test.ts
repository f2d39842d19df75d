import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ToaError } from '../../src/base/errors.ts';
import { pyRepr } from '../../src/template/python/print.ts';
import { makeTemplar, scopeOf, text } from './helpers.ts';

type Mode = 'template' | 'file' | 'condition';
/** Mode, source, and the `repr` that ansible-core 2.14.18 gave (null: it failed). Made by oracle.py. */
type Recorded = { vars: Record<string, unknown>; cases: [Mode, string, string | null][] };

function load<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8')) as T;
}

const templar = makeTemplar();

function answer(mode: Mode, source: string, vars: Record<string, unknown>): string | null {
  const scope = scopeOf(vars);
  try {
    if (mode === 'condition') return pyRepr(templar.test(text(source), scope));
    const options = mode === 'file' ? { convert: false, escapeBackslashes: false } : {};
    return pyRepr(templar.render(text(source), scope, options));
  } catch (error) {
    if (error instanceof ToaError && error.code.startsWith('E_TEMPLATE_')) return null;
    throw error;
  }
}

describe.each(load<Recorded[]>('recorded.json'))('as ansible-core did', ({ vars, cases }) => {
  it.each(cases)('%s: %s', (mode, source, wanted) => {
    expect(answer(mode, source, vars)).toBe(wanted);
  });
});

describe("Jinja2's cases", () => {
  const vars = {
    x: 'b',
    n: 5,
    lst: ['a', 'b', 'c'],
    d: { a: 1, b: 2 },
    rel: '3.10.0-1160.el7',
    hosts: [
      { n: 'h1', k: 1 },
      { n: 'h2', k: 2 },
      { n: 'h3', k: 1 },
    ],
  };
  const cases = load<{ name: string; source: string; accepts: string[] }[]>('jinja-cases.json');
  it.each(cases)('$name', ({ source, accepts }) => {
    const options = { convert: false, escapeBackslashes: false };
    let got: string;
    try {
      got = String(templar.render(text(source), scopeOf(vars), options));
    } catch (error) {
      if (!(error instanceof ToaError) || error.code !== 'E_TEMPLATE_UNDEFINED') throw error;
      got = 'UNDEFERR';
    }
    expect(accepts).toContain(got);
  });
});
