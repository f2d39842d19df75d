import { z } from 'zod';
import { ToaError } from '../../src/base/errors.ts';
import * as args from '../shared/args.ts';
import { defineVerb } from '../../src/verb/verb.ts';

export const verb = defineVerb({
  name: 'async_status',
  summary: 'Asks for a task that runs in the background',
  args: () => z.strictObject({ jid: args.str(), mode: args.choice(['status', 'cleanup']).default('status') }),
  beyond: [],
  check: 'full',
  diff: false,
  async run() {
    throw new ToaError('E_VERB_ENGINE', 'async_status is carried out by the engine');
  },
});
