import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import type { Shell } from '../../src/host/contract.ts';
import { verb as copy } from '../../tasks/copy/task.ts';
import { verb as file } from '../../tasks/file/task.ts';
import { verb as lineinfile } from '../../tasks/lineinfile/task.ts';
import { verb as replace } from '../../tasks/replace/task.ts';
import { verb as setup } from '../../tasks/setup/task.ts';
import { verb as stat } from '../../tasks/stat/task.ts';
import { runVerb, type VerbRunOptions } from './verb-context.ts';

/** All ways through the verbs whose calls run in the shell itself; gives what each said of change and failure. */
export async function runFileVerbs(
  shell: Shell,
  at: (name: string) => string,
  options: VerbRunOptions = {},
): Promise<unknown[]> {
  const said: unknown[] = [];
  const run = async (verb: Parameters<typeof runVerb>[0], args: Record<string, unknown>, more: VerbRunOptions = {}) => {
    const { changed, failed, msg } = await runVerb(verb, args, shell, { ...options, ...more });
    said.push({ changed, failed, msg: String(msg).replaceAll(at(''), '') });
  };
  writeFileSync(at('old'), 'old\n');
  mkdirSync(at('tree'));
  symlinkSync('old', at('there'));
  for (const state of ['directory', 'absent', 'touch', 'file']) await run(file, { path: at('new'), state });
  await run(file, { path: at('tree'), state: 'directory', recurse: true, mode: 'u=rwX,g=rX,o=' });
  await run(file, { path: at('link'), src: at('old'), state: 'link' });
  await run(file, { path: at('link'), src: at('new'), state: 'link' });
  await run(file, { path: at('hard'), src: at('old'), state: 'hard' });
  await run(file, { path: at('no/where/f'), state: 'touch' });
  await run(file, { path: at('old'), owner: 'nobody-has-this-name' });
  for (const mode of ['0640', '0640', '0600', undefined]) await run(copy, { dest: at('text'), content: 'a\nb', mode });
  await run(copy, { dest: at('text'), content: 'b'.repeat(2000), backup: true });
  await run(copy, { dest: at('text'), content: 'c' }, { check: true, diff: true });
  await run(copy, { dest: at('text'), content: 'd' }, { diff: true });
  await run(copy, { dest: at('there'), content: 'e', follow: true, validate: 'grep -q e %s' });
  await run(copy, { dest: at('there'), content: 'f', validate: 'false %s' });
  await run(copy, { dest: at('no/where/g'), content: 'g' });
  for (const line of ['x', 'y', 'x']) await run(lineinfile, { path: at('lines'), line, create: true, mode: '0600' });
  await run(lineinfile, { path: at('lines'), line: 'z', backup: true, validate: 'true %s' });
  await run(replace, { path: at('lines'), regexp: 'x', replace: 'w' });
  await run(replace, { path: at('lines'), regexp: 'none', replace: 'w', mode: '0640' });
  await run(stat, { path: at('old') });
  await run(stat, { path: at('old/none') }, { isRead: () => false });
  await run(setup, {});
  return said;
}
