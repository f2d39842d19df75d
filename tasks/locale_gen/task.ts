import { z } from 'zod';
import { failure } from '../../src/base/result.ts';
import * as args from '../shared/args.ts';
import { PROGRAM_SH } from '../shared/program.ts';
import { remote } from '../shared/remote.ts';
import { defineVerb } from '../../src/verb/verb.ts';

const TIMEOUT_MS = 600_000;

export const verb = defineVerb({
  name: 'locale_gen',
  aliases: ['community.general.locale_gen'],
  summary: 'Makes locales, or takes them away',
  args: () =>
    z.strictObject({
      name: args.str(),
      state: args.choice(['absent', 'present']).default('present'),
    }),
  beyond: [],
  check: 'full',
  diff: false,
  detachable: true,
  async run({ name, state }, context) {
    if (!/^[A-Za-z][\w.@+-]*$/.test(name)) return failure(`'${name}' is not the name of a locale`);
    const vars = { name, state };
    const reply = await remote(context, { verb: 'locale_gen', vars, scripts: [PROGRAM_SH], timeoutMs: TIMEOUT_MS });
    if (!reply.ok) return reply.failed;
    const changed = reply.said.is('changed');
    return context.check ? { changed } : { changed, name, msg: 'OK' };
  },
});
