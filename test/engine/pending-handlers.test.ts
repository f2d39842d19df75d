import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { Dict } from '../../src/base/value.ts';
import { play, Project, type Ran } from './support.ts';

const SITE = `
- name: notified
  hosts: all
  gather_facts: false
  tasks:
    - copy: { content: "{{ text }}", dest: "{{ out }}/conf" }
      notify: [restart, reload]
    - stat: { path: "{{ out }}" }
      when: text == "none"
      notify: never
    - command: test ! -e {{ out }}/stop
      changed_when: false
  handlers:
    - name: restart
      shell: "echo restart >>{{ out }}/ran"
    - name: others
      listen: reload
      shell: "echo reload >>{{ out }}/ran"
    - name: never
      shell: "echo never >>{{ out }}/ran"
`;

const text = (value: string): Dict => new Map([['text', value]]);
let project: Project;
afterEach(() => project.remove());

/** What the runs of a project have noted on this machine. */
function notes(): string[] {
  const folders = ['/var/lib/toa-play', join(homedir(), '.toa-play')].filter((folder) => existsSync(folder));
  const paths = folders.flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)));
  return paths.filter((path) => [...project.notes].some((name) => path.endsWith(name)));
}

const ran = (): string => (existsSync(join(project.folder, 'ran')) ? project.read('ran') : '');
const warned = ({ events }: Ran): string[] => events.flatMap((one) => (one.type === 'warning' ? [one.message] : []));

describe('handlers whose flush a run did not reach', () => {
  it('are run by the next run of the play, once', async () => {
    project = new Project({ 'site.yml': SITE, stop: '' });
    expect((await play(project, { extra: text('one') })).outcome.exitCode).toBe(2);
    expect(ran()).toBe('');
    expect(notes()).toHaveLength(1);
    await play(project, { extra: text('one'), override: {} });
    expect(ran()).toBe('');
    project.removeFile('stop');
    const again = await play(project, { extra: text('one') });
    expect(again.recap('h1')).toBe('4 2 0 0 1 0 0');
    expect(warned(again).join('\n')).toMatch(/h1: an earlier run was cut off before the handler 'restart'/);
    expect(ran()).toBe('restart\nreload\n');
    expect(notes()).toEqual([]);
    expect((await play(project, { extra: text('one') })).recap('h1')).toBe('2 0 0 0 1 0 0');
  });

  it('cost nothing where none is notified, and leave nothing where all ran', async () => {
    project = new Project({ 'site.yml': SITE });
    await play(project, { extra: text('one') });
    expect(ran()).toBe('restart\nreload\n');
    expect(notes()).toEqual([]);
  });

  it('are run in check mode as far as that goes, and stay', async () => {
    project = new Project({ 'site.yml': SITE, stop: '' });
    await play(project, { extra: text('one') });
    project.removeFile('stop');
    const checked = await play(project, { extra: text('one'), settings: { check: true } });
    expect(warned(checked).join('\n')).toMatch(/'restart'/);
    expect(ran()).toBe('');
    expect(notes()).toHaveLength(1);
  });

  it('are those of the same play only', async () => {
    project = new Project({ 'site.yml': SITE, 'other.yml': SITE.replace('name: notified', 'name: other'), stop: '' });
    await play(project, { extra: text('one') });
    project.removeFile('stop');
    await play(project, { extra: text('one'), playbook: 'other.yml' });
    expect(ran()).toBe('');
  });

  it('are given up where the play gives them up', async () => {
    project = new Project({ 'site.yml': SITE.replace('command: test ! -e {{ out }}/stop', 'meta: end_host') });
    await play(project, { extra: text('one') });
    expect(ran()).toBe('');
    expect(notes()).toEqual([]);
  });

  it('are run at the end of their part of the play where their task is skipped now', async () => {
    const skipping = SITE.replace('notify: [restart', 'when: text == "one"\n      notify: [restart');
    project = new Project({ 'site.yml': skipping, stop: '' });
    await play(project, { extra: text('one') });
    project.removeFile('stop');
    await play(project, { extra: text('two') });
    expect(ran()).toBe('restart\nreload\n');
    expect(notes()).toEqual([]);
  });
});

describe('what the host says of notified handlers', () => {
  const left = async (edit: (note: string) => string, given: string): Promise<void> => {
    const skipping = SITE.replace('notify: [restart', 'when: text == "one"\n      notify: [restart');
    project = new Project({ 'site.yml': skipping, stop: '' });
    await play(project, { extra: text('one') });
    const [path] = notes();
    writeFileSync(path, edit(readFileSync(path, 'utf8')));
    project.removeFile('stop');
    await play(project, { extra: text(given) });
  };

  it('counts without our seal only with a task that would notify them, and went well', async () => {
    await left((note) => note.replace(/[0-9a-f]{8}$/m, '00000000'), 'two');
    expect(ran()).toBe('');
    await play(project, { extra: text('one') });
    expect(ran()).toBe('restart\nreload\n');
  });

  it('names no other handlers', async () => {
    await left((note) => note.replace('"restart","reload"', '"never"'), 'one');
    expect(ran()).toBe('');
  });

  it.each([
    ['nothing', ''],
    ['empty lines', '\n\n'],
    ['half a line', '+0011223344556677 ['],
    ['other lines', '-x\n+y'],
    ['deep JSON', `+0011223344556677 ${'['.repeat(9000)}${']'.repeat(9000)} ${'0'.repeat(64)}`],
  ])('is read as nothing where it makes no sense: %s', async (_what, line) => {
    await left(() => `${line}\n`, 'one');
    expect(ran()).toBe('');
  });
});
