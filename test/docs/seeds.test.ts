import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
const page = readFileSync(join(root, 'docs/seeds.md'), 'utf8');
const rows = page.split('\n').filter((line) => /^\| (?!step)/.test(line));
const all = (pattern: RegExp): RegExpMatchArray[] => rows.flatMap((row) => [...row.matchAll(pattern)]);

describe('docs/seeds.md', () => {
  it('has rows for each of the five guides', () => {
    expect(page.match(/^## 00\d/gm)?.map((title) => title.slice(3))).toEqual([
      '000',
      '000',
      '003',
      '001',
      '002',
      '003',
      '004',
    ]);
    expect(rows.length).toBeGreaterThan(30);
  });

  it.each(all(/`([\w/-]+\.yml): ([^`]+)`/g).map(([, playbook, task]) => [playbook, task]))(
    '%s has the task "%s"',
    (playbook, task) => {
      const own = join(root, 'playbooks', playbook);
      const texts = [own, join(root, 'playbooks/tasks/install.yml')]
        .filter(existsSync)
        .map((path) => readFileSync(path, 'utf8'));
      expect(existsSync(own)).toBe(true);
      expect(texts.join('\n')).toContain(`- name: ${task}\n`);
    },
  );

  it.each(all(/verb `(\w+)`/g).map(([, verb]) => verb))('there is a verb %s', (verb) =>
    expect(existsSync(join(root, 'tasks', verb, 'task.ts'))).toBe(true),
  );
});
