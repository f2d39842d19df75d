import { describe, expect, it } from 'vitest';
import { fromJs } from '../../../src/base/value.ts';
import { ansibleTests } from '../../../src/template/tests/ansible.ts';
import { context, keywords } from '../filters/harness.ts';

function holds(name: string, value: unknown, args: unknown[] = [], kwargs: Record<string, unknown> = {}): boolean {
  const test = ansibleTests.get(name);
  if (!test) throw new Error(`no test ${name}`);
  return test(context(), fromJs(value), args.map(fromJs), keywords(kwargs));
}

describe('version', () => {
  it.each([
    ['1.9', '1.10', '<', {}, true],
    ['3.10.0-957.el7', '3.10.0-1062.el7', '<', {}, true],
    ['1.0.0-rc.1', '1.0.0', '<', { version_type: 'semver' }, true],
    ['1.0.post1', '1.0', '>', { version_type: 'pep440' }, true],
    ['1.0a1', '1.0', '<', { strict: true }, true],
    ['2', '10', '>=', {}, false],
  ])('%s against %s with %s', (a, b, operator, kwargs, answer) => {
    expect(holds('version', a, [b, operator], kwargs)).toBe(answer);
  });

  it("fails with Ansible's text", () => {
    expect(() => holds('version', '1.a', ['1.1', '<'])).toThrow(
      "Version comparison failed: '<' not supported between instances of 'str' and 'int'",
    );
    expect(() => holds('version', '', ['1'])).toThrow('Input version value cannot be empty');
  });
});

describe('results of tasks', () => {
  it('reads what a task registered', () => {
    expect(holds('failed', { failed: true })).toBe(true);
    expect(holds('succeeded', {})).toBe(true);
    expect(holds('changed', { results: [{ changed: false }, { changed: true }] })).toBe(true);
    expect(() => holds('failed', 'x')).toThrow("The 'failed' test expects a dictionary");
  });
});

describe('texts and files', () => {
  it('matches from the start, searches anywhere', () => {
    expect(holds('match', 'abc', ['b'])).toBe(false);
    expect(holds('search', 'abc', ['B'], { ignorecase: true })).toBe(true);
  });

  it('looks at the real file system', () => {
    expect(holds('directory', '/')).toBe(true);
    expect(holds('mount', '/')).toBe(true);
    expect(holds('file', '/etc/passwd')).toBe(true);
    expect(holds('exists', '/nope')).toBe(false);
  });
});
