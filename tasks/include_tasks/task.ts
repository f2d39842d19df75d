import { z } from 'zod';
import { ToaError } from '../../src/base/errors.ts';
import * as args from '../shared/args.ts';
import { defineVerb } from '../../src/verb/verb.ts';

/** Carried out by the engine (src/engine); here are its arguments. */
export const verb = defineVerb({
  name: 'include_tasks',
  summary: 'Runs the tasks of another file, chosen while running',
  args: () =>
    z.strictObject({
      _raw_params: args.str().optional(),
      file: args.str().optional(),
      apply: args.raw().optional(),
    }),
  freeForm: true,
  beyond: ['plan'],
  check: 'full',
  diff: false,
  controllerOnly: true,
  async run() {
    throw new ToaError('E_VERB_ENGINE', 'include_tasks is carried out by the engine');
  },
});
