import { z } from 'zod';
import { failure } from '../../src/base/result.ts';
import * as args from '../shared/args.ts';
import { remote } from '../shared/remote.ts';
import { defineVerb } from '../../src/verb/verb.ts';

export const verb = defineVerb({
  name: 'modprobe',
  aliases: ['community.general.modprobe'],
  summary: 'Loads or unloads a kernel module, now and at boot',
  args: () =>
    z.strictObject({
      name: args.str(),
      state: args.choice(['absent', 'present']).default('present'),
      params: args.str().default(''),
      persistent: args.choice(['disabled', 'present', 'absent']).default('disabled'),
    }),
  beyond: [],
  check: 'full',
  diff: false,
  async run(given, context) {
    const { name, state, params, persistent } = given;
    if (!/^\w[\w-]*$/.test(name)) return failure(`'${name}' is not the name of a kernel module`);
    if (/[\n*?[]/.test(params)) return failure('params holds a line break or a pattern');
    const reply = await remote(context, { verb: 'modprobe', vars: { ...given, root: '' }, pipelined: true });
    const base = { name, state, params };
    if (!reply.ok) return { ...reply.failed, ...base };
    return { changed: reply.said.is('changed'), ...base, persistent };
  },
});
