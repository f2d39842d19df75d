import { z } from 'zod';
import { failure } from '../../src/base/result.ts';
import * as args from '../shared/args.ts';
import { remote } from '../shared/remote.ts';
import { defineVerb } from '../../src/verb/verb.ts';

export const verb = defineVerb({
  name: 'dpkg_selections',
  summary: 'Holds a Debian package at its version, or lets it go',
  args: () =>
    z.strictObject({
      name: args.str(),
      selection: args.choice(['install', 'hold', 'deinstall', 'purge']),
    }),
  beyond: [],
  check: 'full',
  diff: false,
  async run({ name, selection }, context) {
    if (!/^[a-z0-9][a-z0-9.+:-]*$/.test(name)) return failure(`'${name}' is not a package name`);
    const reply = await remote(context, { verb: 'dpkg_selections', vars: { name, selection }, pipelined: true });
    if (!reply.ok) return reply.failed;
    return { changed: reply.said.is('changed'), before: reply.said.get('before'), after: selection };
  },
});
