import { z } from 'zod';
import { failure } from '../../src/base/result.ts';
import * as args from '../shared/args.ts';
import { runCommand } from '../shared/command.ts';
import { defineVerb } from '../../src/verb/verb.ts';
import { splitWords } from '../../src/base/shell-words.ts';

export const verb = defineVerb({
  name: 'command',
  aliases: ['ansible.legacy.command'],
  summary: 'Runs a program without a shell',
  args: () =>
    z.strictObject({
      _raw_params: args.str().optional(),
      cmd: args.str().optional(),
      argv: args.list(args.str()).optional(),
      chdir: args.path().optional(),
      creates: args.path().optional(),
      removes: args.path().optional(),
      executable: args.str().optional(),
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
  async run({ _raw_params, cmd, argv, executable, ...options }, context) {
    const line = cmd ?? _raw_params ?? '';
    const hasLine = line.trim() !== '';
    if (hasLine && argv && argv.length > 0) return failure('only command or argv can be given, not both', { rc: 256 });
    if (!hasLine && !argv?.length) return failure('no command given', { rc: 256 });
    if (executable !== undefined) {
      context.warn(
        `As of Ansible 2.4, the parameter 'executable' is no longer supported with the 'command' module. Not using '${executable}'.`,
      );
    }
    try {
      return await runCommand({ words: hasLine ? splitWords(line) : (argv ?? []) }, options, context);
    } catch (error) {
      if (error instanceof SyntaxError) return failure(`${error.message}: ${line}`, { rc: 256 });
      throw error;
    }
  },
});
