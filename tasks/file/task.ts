import { z } from 'zod';
import type { Diff, ModuleResult } from '../../src/base/result.ts';
import * as args from '../shared/args.ts';
import { Answer, failedCall, verbScript } from '../shared/answer.ts';
import { attributeVars, FILE_SCRIPTS, fileFacts, parseStat, stateOf, untoldVar } from '../shared/files/files.ts';
import { shellVars } from '../shared/remote.ts';
import { defineVerb } from '../../src/verb/verb.ts';

const STATES = ['absent', 'directory', 'file', 'hard', 'link', 'touch'] as const;

/** What was and what is, of the attributes that differ; the path always. https://docs.ansible.com/ansible-core/2.14/collections/ansible/builtin/file_module.html */
function diffOf(path: string, said: Answer, given: z.output<ReturnType<typeof schema>>): Diff {
  const before: Record<string, unknown> = { path };
  const after: Record<string, unknown> = { path };
  const differ = (name: string, was: unknown, is: unknown): void => {
    if (was === undefined || is === undefined || was === is) return;
    before[name] = was;
    after[name] = is;
  };
  const [was, is] = [parseStat(said.get('before_stat')), parseStat(said.get('stat'))];
  const state = was ? stateOf(was) : 'absent';
  differ('state', state, given.state ?? state);
  differ('mode', said.first('before_mode'), said.first('after_mode'));
  differ('owner', was?.uid, is?.uid);
  differ('group', was?.gid, is?.gid);
  differ('src', said.get('before_src'), given.src);
  return { before, after };
}

/** What `touch -t` takes. */
const TIME_FORMAT = '%Y%m%d%H%M.%S';

const schema = () =>
  z.strictObject({
    path: args.path(),
    state: args.choice(STATES).optional(),
    src: args.path().optional(),
    recurse: args.bool().default(false),
    force: args.bool().default(false),
    follow: args.bool().default(true),
    access_time: args.str().optional(),
    access_time_format: args.str().default(TIME_FORMAT),
    modification_time: args.str().optional(),
    modification_time_format: args.str().default(TIME_FORMAT),
    ...args.fileAttributes,
  });

function callVars(given: z.output<ReturnType<typeof schema>>, check: boolean): Record<string, string> {
  // touch sets both times to now unless told otherwise; a plain touch of an existing file is always a change
  const time = (wanted?: string): string => wanted ?? (given.state === 'touch' ? 'now' : 'preserve');
  return shellVars({
    ...attributeVars(given, check),
    path: given.path,
    state: given.state ?? '',
    src: given.src ?? '',
    recurse: given.recurse,
    force: given.force,
    follow: given.follow,
    access_time: time(given.access_time),
    modification_time: time(given.modification_time),
  });
}

export const verb = defineVerb({
  name: 'file',
  summary: 'Makes files, folders and links as wanted, or removes them; sets owner, group, mode and SELinux context',
  args: schema,
  argAliases: { dest: 'path', name: 'path' },
  beyond: [],
  check: 'full',
  diff: true,
  hostLocal: true,
  async run(given, context): Promise<ModuleResult> {
    if (given.recurse && given.state && given.state !== 'directory') {
      return { failed: true, msg: "recurse option requires state to be 'directory'", path: given.path };
    }
    const format = [given.access_time_format, given.modification_time_format].find((one) => one !== TIME_FORMAT);
    if (format !== undefined) {
      return {
        failed: true,
        msg: `time format ${format} is not supported: give times as ${TIME_FORMAT}`,
        path: given.path,
      };
    }
    const vars = { ...callVars(given, context.check), ...untoldVar(context) };
    const answer = await context.call({
      scripts: [...FILE_SCRIPTS, verbScript('file')],
      fn: 'file_main',
      vars,
      pipelined: true,
      inPlace: true,
    });
    if (answer.rc !== 0) {
      const isAbsent = answer.stderr.includes(') is absent, cannot continue');
      return failedCall(answer, { path: given.path, ...(isAbsent ? { state: 'absent' } : {}) });
    }
    const said = new Answer(answer.stdout);
    const path = said.get('path') ?? given.path;
    const changed = said.is('changed');
    const isLink = given.state === 'link' || given.state === 'hard' || given.state === 'touch';
    return {
      changed,
      ...(isLink ? { dest: path } : { path }),
      ...(given.src ? { src: given.src } : {}),
      ...(given.state === 'absent' ? { state: 'absent' } : fileFacts(said)),
      ...(given.state === 'absent' && !changed ? {} : { diff: diffOf(path, said, given) }),
    };
  },
});
