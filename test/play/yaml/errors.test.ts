import { describe, expect, it } from 'vitest';
import { formatError, ToaError } from '../../../src/base/errors.ts';
import { decodeText, parseYaml } from '../../../src/play/yaml/index.ts';

function failure(text: string): ToaError {
  try {
    parseYaml(text, 'f.yml');
  } catch (error) {
    if (error instanceof ToaError) return error;
    throw error;
  }
  throw new Error('no error came');
}

describe('syntax errors', () => {
  it('says that an unquoted template must be quoted, with a caret', () => {
    expect(formatError(failure('- debug:\n    msg: {{ foo }} is here\n'))).toBe(
      [
        'E_YAML_SYNTAX: Syntax Error while loading YAML: Unexpected scalar at node end',
        '  at f.yml:2:20',
        '        msg: {{ foo }} is here',
        '                       ^',
        '  remedy: quote the whole value: a value that starts with {{ reads as a YAML dict unless it stands in quotes, e.g. msg: "{{ foo }} is here"',
      ].join('\n'),
    );
  });

  it.each<[string, string, number, number, RegExp]>([
    ['template as a key', 'a: {{ foo }}\n', 1, 5, /quote the whole value/],
    ['tab', 'a:\n\tb: 1\n', 2, 1, /spaces/],
    ['second colon', 'a: b: c\n', 1, 4, /quote the value/],
    ['partly quoted', 'when: "ok" in x\n', 1, 12, /other kind of quotes/],
    ['open quote', 'a: "x\n', 2, 1, /check/],
    ['two documents', 'a: 1\n---\nb: 2\n', 2, 1, /check/],
    ['unknown alias', 'a: *b\n', 1, 4, /define &b/],
    ['alias to itself', 'a: &x [*x]\n', 1, 8, /remove the alias/],
    ['control character', 'a: \u0001\n', 1, 4, /check/],
  ])('%s', (_name, text, line, column, remedy) => {
    const error = failure(text);
    expect(error.code).toBe('E_YAML_SYNTAX');
    expect(error.details.span).toEqual({ file: 'f.yml', line, column });
    expect(error.details.remedy).toMatch(remedy);
  });

  it('names an unknown tag', () => {
    const error = failure('a: !foo 1\n');
    expect([error.code, error.message]).toEqual(['E_YAML_TAG', "could not determine a constructor for the tag '!foo'"]);
  });

  it('refuses a document that aliases blow up, quickly', () => {
    const levels = Array.from({ length: 30 }, (_, i) => `l${i + 1}: &l${i + 1} [*l${i}, *l${i}, *l${i}]`);
    const started = performance.now();
    expect(failure(`l0: &l0 [x, x]\n${levels.join('\n')}\n`).code).toBe('E_YAML_ALIASES');
    expect(performance.now() - started).toBeLessThan(2000);
  });

  it('refuses what nests too deeply', () => {
    expect(failure('['.repeat(20_000)).message).toMatch(/nested too deeply/);
    expect(failure('- '.repeat(5_000)).message).toMatch(/nested too deeply/);
  });

  it('refuses what is not UTF-8', () => {
    expect(() => decodeText(new Uint8Array([0x61, 0xff]), 'f.yml')).toThrow('f.yml is not UTF-8 text');
  });
});
