import { z } from 'zod';
import { failure } from '../../src/base/result.ts';
import * as args from '../shared/args.ts';
import { runCommand } from '../shared/command.ts';
import { defineVerb } from '../../src/verb/verb.ts';

export const verb = defineVerb({
  name: 'shell',
  aliases: ['ansible.legacy.shell'],
  summary: 'Runs a command line in a shell',
  args: () =>
    z.strictObject({
      _raw_params: args.str().optional(),
      cmd: args.str().optional(),
      chdir: args.path().optional(),
      creates: args.path().optional(),
      removes: args.path().optional(),
      executable: args.path().optional(),
      stdin: args.str().optional(),
      stdin_add_newline: args.bool().default(true),
      strip_empty_ends: args.bool().default(true),
      warn: args.bool().optional(),
    }),
  freeForm: true,
  beyond: [],
  check: 'partial',
  diff: false,
  detachable: true,
  async run({ _raw_params, cmd, ...options }, context) {
    const text = cmd ?? _raw_params ?? '';
    if (text.trim() === '') return failure('no command given', { rc: 256 });
    return runCommand({ text }, options, context);
  },
});
