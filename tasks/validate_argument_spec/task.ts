import { z } from 'zod';
import { ToaError } from '../../src/base/errors.ts';
import * as args from '../shared/args.ts';
import { defineVerb } from '../../src/verb/verb.ts';

/** Carried out by the engine (src/engine); here are its arguments. */
export const verb = defineVerb({
  name: 'validate_argument_spec',
  summary: 'Checks variables against a specification',
  args: () =>
    z.strictObject({
      argument_spec: args.raw(),
      provided_arguments: args.raw().optional(),
      validate_args_context: args.raw().optional(),
    }),
  rawArgs: ['argument_spec'],
  valueArgs: ['provided_arguments'],
  beyond: ['variables'],
  check: 'full',
  diff: false,
  controllerOnly: true,
  async run() {
    throw new ToaError('E_VERB_ENGINE', 'validate_argument_spec is carried out by the engine');
  },
});
