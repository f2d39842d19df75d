import { z } from 'zod';
import { failure } from '../../src/base/result.ts';
import { isMapping, type Value } from '../../src/base/value.ts';
import * as args from '../shared/args.ts';
import { isIdentifier, NAME_RULE } from '../../src/verb/names.ts';
import { defineVerb } from '../../src/verb/verb.ts';

export const verb = defineVerb({
  name: 'set_stats',
  summary: 'Keeps values for the end of the run',
  args: () =>
    z.strictObject({
      data: args.raw(),
      per_host: args.bool().default(false),
      aggregate: args.bool().default(true),
    }),
  rawArgs: ['data'],
  beyond: [],
  check: 'full',
  diff: false,
  controllerOnly: true,
  async run({ data, per_host, aggregate }, context) {
    const values = await context.render((data ?? new Map()) as Value);
    if (!isMapping(values)) return failure("The 'data' option needs to be a dictionary/hash");
    const wrong = [...values.keys()].map(String).find((name) => !isIdentifier(name));
    if (wrong !== undefined) return failure(`The variable name '${wrong}' is not valid. ${NAME_RULE}`);
    return { changed: false, ansible_stats: { data: values, per_host, aggregate } };
  },
});
