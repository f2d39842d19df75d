import { utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { play, Project } from './support.ts';

let project: Project;
afterEach(() => project.remove());

const SITE = `
- hosts: all
  gather_facts: false
  tasks:
    - template: {src: a.j2, dest: "{{ playbook_dir }}/out"}
`;

/** As if it had been written so many seconds ago. */
function write(text: string, secondsAgo: number): void {
  const path = join(project.folder, 'a.j2');
  writeFileSync(path, text);
  const time = Date.now() / 1000 - secondsAgo;
  utimesSync(path, time, time);
}

async function rendered(): Promise<string> {
  const ran = await play(project);
  expect(ran.outcome.exitCode).toBe(0);
  return project.read('out');
}

it('reads a template file again when it has changed', async () => {
  project = new Project({ 'site.yml': SITE });
  write('one {{ 1 }}', 60);
  expect(await rendered()).toBe('one 1');
  write('two {{ 2 }}', 30);
  expect(await rendered()).toBe('two 2');
  // so lately that neither time nor size need tell of the next change
  write('six {{ 6 }}', 0);
  expect(await rendered()).toBe('six 6');
  write('ten {{ 7 }}', 0);
  expect(await rendered()).toBe('ten 7');
});
