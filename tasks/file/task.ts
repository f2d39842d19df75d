import { z } from 'zod';
import type { Diff, ModuleResult } from '../../src/base/result.ts';
import * as args from '../shared/args.ts';
import { Answer, attributeVars, FILES_SH, failedCall, fileFacts, parseStat, verbScript } from '../shared/files.ts';
import { defineVerb } from '../shared/verb.ts';

const STATES = ['absent', 'directory', 'file', 'hard', 'link', 'touch'] as const;

function diffOf(path: string, answer: Answer, wanted: string): Diff {
  const before: string[] = [`path: ${path}`];
  const after: string[] = [`path: ${path}`];
  const beforeState = answer.get('before_state');
  if (beforeState) {
    before.push(`state: ${beforeState}`);
    after.push(`state: ${wanted}`);
  }
  const [from, to] = [answer.first('before_mode'), answer.first('after_mode')];
  if (from && to) {
    before.push(`mode: '${from}'`);
    after.push(`mode: '${to}'`);
  }
  return { before: `${before.join('\n')}\n`, after: `${after.join('\n')}\n` };
}

/** What `touch -t` takes. */
const TIME_FORMAT = '%Y%m%d%H%M.%S';

const schema = z.strictObject({
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

function callVars(given: z.output<typeof schema>, check: boolean): Record<string, string> {
  const flag = (on: boolean): string => (on ? '1' : '');
  // touch sets both times to now unless told otherwise; a plain touch of an existing file is always a change
  const time = (wanted?: string): string => wanted ?? (given.state === 'touch' ? 'now' : 'preserve');
  return {
    ...attributeVars(given, check),
    path: given.path,
    state: given.state ?? '',
    src: given.src ?? '',
    recurse: flag(given.recurse),
    force: flag(given.force),
    follow: flag(given.follow),
    access_time: time(given.access_time),
    modification_time: time(given.modification_time),
  };
}

export const verb = defineVerb({
  name: 'file',
  summary: 'Makes files, folders and links as wanted, or removes them; sets owner, group, mode and SELinux context',
  args: schema,
  argAliases: { dest: 'path', name: 'path' },
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
    const vars = callVars(given, context.check);
    const answer = await context.call({ scripts: [FILES_SH, verbScript('file')], fn: 'file_main', vars, pipelined: true });
    if (answer.rc !== 0) return failedCall(answer, { path: given.path });
    const said = new Answer(answer.stdout);
    const path = said.get('path') ?? given.path;
    const changed = said.is('changed');
    const isLink = given.state === 'link' || given.state === 'hard' || given.state === 'touch';
    const result: ModuleResult = {
      changed,
      ...(isLink ? { dest: path } : { path }),
      ...(given.src ? { src: given.src } : {}),
      ...(given.state === 'absent' ? { state: 'absent' } : fileFacts(said)),
    };
    if (context.diff) result.diff = diffOf(path, said, given.state ?? parseStat(said.get('stat'))?.type ?? 'file');
    return result;
  },
});
