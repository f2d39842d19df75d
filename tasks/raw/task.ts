import { z } from 'zod';
import * as args from '../shared/args.ts';
import { COMMAND_SH } from '../shared/command.ts';
import { defineVerb } from '../../src/verb/verb.ts';

export const verb = defineVerb({
  name: 'raw',
  summary: 'Runs a command line as it is',
  args: () => z.object({ _raw_params: args.str(), executable: args.path().optional() }),
  freeForm: true,
  ignoresOthers: true,
  beyond: [],
  check: 'none',
  diff: false,
  async run({ _raw_params, executable }, context) {
    const answer = await context.call({
      scripts: [COMMAND_SH],
      fn: 'toa_command_raw',
      args: [_raw_params],
      vars: { executable: executable ?? '' },
      pipelined: true,
      mayBeCut: true,
    });
    const { rc, stdout, stderr } = answer;
    const result = { rc, stdout, stderr, changed: true };
    return rc === 0 ? result : { ...result, failed: true, msg: 'non-zero return code' };
  },
});
