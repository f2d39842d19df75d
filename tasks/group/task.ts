import { z } from 'zod';
import { failure } from '../../src/base/result.ts';
import * as args from '../shared/args.ts';
import { remote } from '../shared/remote.ts';
import { defineVerb } from '../../src/verb/verb.ts';

export const verb = defineVerb({
  name: 'group',
  summary: 'Makes sure that a group exists, or does not',
  args: () =>
    z.strictObject({
      name: args.str(),
      state: args.choice(['present', 'absent']).default('present'),
      gid: args.int().optional(),
      system: args.bool().default(false),
      local: args.bool().default(false),
      non_unique: args.bool().default(false),
    }),
  beyond: [],
  check: 'full',
  diff: false,
  async run(given, context) {
    if (given.non_unique && given.gid === undefined) {
      return failure("missing parameter(s) required by 'non_unique': gid");
    }
    if (!/^[^-:,\s][^:,\s]*$/.test(given.name)) return failure(`'${given.name}' is not a valid group name`);
    const { name, state } = given;
    const reply = await remote(context, { verb: 'group', vars: given, pipelined: true });
    if (!reply.ok) return { ...reply.failed, name };
    const gid = reply.said.get('gid');
    return {
      changed: reply.said.is('changed'),
      name,
      state,
      ...(gid ? { gid: Number(gid), system: given.system } : {}),
    };
  },
});
