import { z } from 'zod';
import { ToaError } from '../../src/base/errors.ts';
import * as args from '../shared/args.ts';
import { defineVerb } from '../../src/verb/verb.ts';

/** Carried out by the engine (src/engine); here are its arguments. */
export const verb = defineVerb({
  name: 'include_vars',
  summary: 'Reads variables from a file or a folder',
  args: () =>
    z.strictObject({
      _raw_params: args.str().optional(),
      file: args.path().optional(),
      dir: args.path().optional(),
      name: args.str().optional(),
      depth: args.int().optional(),
      files_matching: args.str().optional(),
      ignore_files: args.list(args.str()).optional(),
      ignore_unknown_extensions: args.bool().optional(),
      extensions: args.list(args.str()).optional(),
      hash_behaviour: args.choice(['replace', 'merge']).optional(),
    }),
  freeForm: true,
  beyond: ['plan'],
  check: 'full',
  diff: false,
  controllerOnly: true,
  async run() {
    throw new ToaError('E_VERB_ENGINE', 'include_vars is carried out by the engine');
  },
});
