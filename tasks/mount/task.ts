import { z } from 'zod';
import { failure, type ModuleResult } from '../../src/base/result.ts';
import * as args from '../shared/args.ts';
import { type Edit, editFile } from '../shared/files/edit.ts';
import { type Answer, verbScript } from '../shared/answer.ts';
import { remote } from '../shared/remote.ts';
import { defineVerb, type TaskContext } from '../../src/verb/verb.ts';
import { withMount, withoutMount } from './fstab.ts';

const schema = () =>
  z.strictObject({
    path: args.path(),
    src: args.str().optional(),
    fstype: args.str().optional(),
    opts: args.str().optional(),
    dump: args.str().default('0'),
    passno: args.str().default('0'),
    state: args.choice(['absent', 'absent_from_fstab', 'mounted', 'present', 'unmounted', 'remounted', 'ephemeral']),
    fstab: args.path().default('/etc/fstab'),
    boot: args.bool().default(true),
    backup: args.bool().default(false),
  });
type MountArgs = z.output<ReturnType<typeof schema>>;

const NEEDS_SOURCE = new Set(['mounted', 'present', 'ephemeral']);
const LEAVES_FSTAB = new Set(['unmounted', 'remounted', 'ephemeral']);

function optionsOf({ opts, boot }: MountArgs): string {
  const words = (opts ?? 'defaults').split(',').filter((word) => word !== '');
  if (!boot && !words.includes('noauto')) words.push('noauto');
  return words.join(',');
}

function edit(given: MountArgs, text: string): Edit {
  const { path, src = '', fstype = '', dump, passno } = given;
  if (given.state === 'absent' || given.state === 'absent_from_fstab') return withoutMount(text, { path, src, fstype });
  return withMount(text, { path, src, fstype, dump, passno, opts: optionsOf(given) });
}

async function inTable(given: MountArgs, context: TaskContext): Promise<ModuleResult> {
  const { path, src, fstype, state, fstab, backup } = given;
  const acts = state === 'mounted' || state === 'absent';
  const vars = { point: path, src, fstype, opts: given.opts, state };
  const base = { path: fstab, create: true, backup, attributes: {}, scripts: [verbScript('mount')] };
  const always = (said: Answer): boolean =>
    state === 'mounted' ? !said.is('mounted') : state === 'absent' && (said.is('mounted') || said.is('there'));
  const result = await editFile(
    {
      ...base,
      vars: { ...vars, edited: true },
      prepare: 'mount_prepare',
      ...(acts ? { after: 'mount_after', always } : {}),
    },
    (text) => edit(given, text),
    context,
  );
  return result;
}

export const verb = defineVerb({
  name: 'mount',
  aliases: ['ansible.posix.mount'],
  summary: 'Keeps lines of fstab, and mounts and unmounts',
  args: schema,
  argAliases: { name: 'path' },
  beyond: [],
  check: 'full',
  diff: true,
  async run(given, context): Promise<ModuleResult> {
    const { state, src, fstype, fstab, opts } = given;
    if (NEEDS_SOURCE.has(state)) {
      const missing = [src === undefined && 'src', fstype === undefined && 'fstype'].filter(Boolean);
      if (missing.length > 0)
        return failure(`state is ${state} but all of the following are missing: ${missing.join(', ')}`);
    }
    if (/\n/.test([given.path, src, fstype, opts, given.dump, given.passno].join(''))) {
      return failure('an argument holds a line break');
    }
    const path = given.path === '/' ? '/' : given.path.replace(/\/+$/, '');
    const asked = { ...given, path };
    let result: ModuleResult;
    if (LEAVES_FSTAB.has(state)) {
      const vars = { point: path, path: fstab, src, fstype, opts, state, edited: false };
      const reply = await remote(context, { verb: 'mount', vars });
      result = reply.ok ? { changed: reply.said.is('changed') } : reply.failed;
    } else result = await inTable(asked, context);
    if (result.failed) return { ...result, name: path };
    const told = { name: path, src, fstype, opts: optionsOf(given), dump: given.dump, passno: given.passno, fstab };
    const backup = result['backup'] ? { backup_file: result['backup'] } : {};
    return {
      changed: result.changed,
      ...told,
      boot: given.boot,
      ...backup,
      ...(result.diff ? { diff: result.diff } : {}),
    };
  },
});
