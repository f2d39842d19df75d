import { z } from 'zod';
import { ToaError } from '../../src/base/errors.ts';
import * as args from '../shared/args.ts';
import { defineVerb } from '../../src/verb/verb.ts';

/** Carried out by the engine (src/engine); here are its arguments. */
export const verb = defineVerb({
  name: 'meta',
  summary: 'Steers the run: handlers, facts, ends, connections',
  args: () =>
    z.strictObject({
      _raw_params: args.str(),
    }),
  freeForm: true,
  beyond: [],
  check: 'full',
  diff: false,
  controllerOnly: true,
  async run() {
    throw new ToaError('E_VERB_ENGINE', 'meta is carried out by the engine');
  },
});
