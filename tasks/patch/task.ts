import { z } from 'zod';
import { failure } from '../../src/base/result.ts';
import * as args from '../shared/args.ts';
import { PROGRAM_SH } from '../shared/program.ts';
import { remote } from '../shared/remote.ts';
import { defineVerb } from '../../src/verb/verb.ts';

export const verb = defineVerb({
  name: 'patch',
  aliases: ['ansible.posix.patch'],
  summary: 'Applies a patch, or takes it back',
  args: () =>
    z.strictObject({
      src: args.path(),
      remote_src: args.bool().default(false),
      basedir: args.path().optional(),
      dest: args.path().optional(),
      state: args.choice(['absent', 'present']).default('present'),
      strip: args.int().default(0),
      backup: args.bool().default(false),
      binary: args.bool().default(false),
      ignore_whitespace: args.bool().default(false),
    }),
  argAliases: { patchfile: 'src', originalfile: 'dest' },
  beyond: ['controller-file'],
  check: 'full',
  diff: false,
  async run({ src, remote_src, ...given }, context) {
    if (given.basedir === undefined && given.dest === undefined)
      return failure('one of the following is required: dest, basedir');
    const stdin = remote_src ? undefined : await context.controller.read(context.findFile('files', src));
    const vars = { ...given, src: remote_src ? src : '' };
    const reply = await remote(context, { verb: 'patch', vars, stdin, scripts: [PROGRAM_SH] });
    return reply.ok ? { changed: reply.said.is('changed') } : { ...reply.failed, msg: reply.answer.stderr.trim() };
  },
});
