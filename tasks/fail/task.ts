import { z } from 'zod';
import { failure } from '../../src/base/result.ts';
import * as args from '../shared/args.ts';
import { defineVerb } from '../../src/verb/verb.ts';

export const verb = defineVerb({
  name: 'fail',
  summary: 'Fails with a message',
  args: () => z.strictObject({ msg: args.raw().default('Failed as requested from task') }),
  beyond: [],
  check: 'full',
  diff: false,
  controllerOnly: true,
  hostLocal: true,
  async run({ msg }) {
    return failure('', { msg: msg ?? 'Failed as requested from task' });
  },
});
