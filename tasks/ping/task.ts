import { z } from 'zod';
import { failure } from '../../src/base/result.ts';
import * as args from '../shared/args.ts';
import { defineVerb } from '../../src/verb/verb.ts';

export const verb = defineVerb({
  name: 'ping',
  summary: 'Logs in and answers',
  args: () => z.strictObject({ data: args.str().default('pong') }),
  beyond: [],
  check: 'full',
  diff: false,
  async run({ data }, context) {
    if (data === 'crash') return failure('boom');
    const answer = await context.call({ scripts: [], fn: 'true' });
    return answer.rc === 0 ? { ping: data, changed: false } : failure('the shell does not answer', { rc: answer.rc });
  },
});
