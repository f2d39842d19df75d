import { z } from 'zod';
import * as args from '../shared/args.ts';
import { remote } from '../shared/remote.ts';
import { defineVerb } from '../../src/verb/verb.ts';

export const verb = defineVerb({
  name: 'slurp',
  summary: 'Reads a file of the host as base64',
  args: () => z.strictObject({ src: args.path() }),
  argAliases: { path: 'src' },
  beyond: [],
  check: 'full',
  diff: false,
  hostLocal: true,
  async run({ src }, context) {
    const reply = await remote(context, { verb: 'slurp', vars: { src }, pipelined: true, bringsFile: true });
    if (!reply.ok) return { ...reply.failed, rc: undefined };
    // the path is on the first line; the rest is the file, byte for byte
    const bytes = Buffer.from(reply.answer.stdoutBytes);
    const end = bytes.indexOf(10);
    const content = bytes.subarray(end + 1).toString('base64');
    return { changed: false, content, source: bytes.subarray(0, end).toString(), encoding: 'base64' };
  },
});
