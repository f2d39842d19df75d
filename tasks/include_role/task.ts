import { z } from 'zod';
import { ToaError } from '../../src/base/errors.ts';
import * as args from '../shared/args.ts';
import { defineVerb } from '../../src/verb/verb.ts';

/** Carried out by the engine (src/engine); here are its arguments. */
export const verb = defineVerb({
  name: 'include_role',
  summary: 'Runs a role, chosen while running',
  args: () =>
    z.strictObject({
      name: args.str().optional(),
      role: args.str().optional(),
      tasks_from: args.str().optional(),
      vars_from: args.str().optional(),
      defaults_from: args.str().optional(),
      handlers_from: args.str().optional(),
      public: args.bool().optional(),
      allow_duplicates: args.bool().optional(),
      rolespec_validate: args.bool().optional(),
      apply: args.raw().optional(),
    }),
  beyond: ['plan'],
  check: 'full',
  diff: false,
  controllerOnly: true,
  async run() {
    throw new ToaError('E_VERB_ENGINE', 'include_role is carried out by the engine');
  },
});
