import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { failure } from '../../src/base/result.ts';
import * as args from '../shared/args.ts';
import { fileFacts } from '../shared/files/files.ts';
import { remote } from '../shared/remote.ts';
import { defineVerb } from '../../src/verb/verb.ts';

export const verb = defineVerb({
  name: 'tempfile',
  summary: 'Makes a temporary file or folder with a name of its own',
  args: () =>
    z.strictObject({
      state: args.choice(['file', 'directory']).default('file'),
      path: args.path().optional(),
      prefix: args.str().default('ansible.'),
      suffix: args.str().default(''),
    }),
  beyond: [],
  check: 'none',
  diff: false,
  hostLocal: true,
  async run({ state, path, prefix, suffix }, context) {
    if (`${prefix}${suffix}`.includes('/')) return failure('prefix and suffix are parts of a name: they hold no slash');
    const name = `${prefix}${randomBytes(6).toString('hex')}${suffix}`;
    const reply = await remote(context, { verb: 'tempfile', vars: { state, folder: path, name }, pipelined: true });
    if (!reply.ok) return reply.failed;
    return { changed: true, path: reply.said.get('path'), ...fileFacts(reply.said) };
  },
});
