import { z } from 'zod';
import { failure } from '../../src/base/result.ts';
import * as args from '../shared/args.ts';
import { PROGRAM_SH, programResult } from '../shared/program.ts';
import { remote } from '../shared/remote.ts';
import { defineVerb } from '../../src/verb/verb.ts';
import { entryOf, objection } from './entry.ts';

export const verb = defineVerb({
  name: 'acl',
  aliases: ['ansible.posix.acl'],
  summary: 'Reads and sets access control lists of files',
  args: () =>
    z.strictObject({
      path: args.path(),
      entry: args.str().optional(),
      entity: args.str().default(''),
      etype: args.choice(['group', 'mask', 'other', 'user']).optional(),
      permissions: args.str().optional(),
      state: args.choice(['absent', 'present', 'query']).default('query'),
      follow: args.bool().default(true),
      default: args.bool().default(false),
      recursive: args.bool().default(false),
      recalculate_mask: args.choice(['default', 'mask', 'no_mask']).default('default'),
      use_nfsv4_acls: args
        .bool()
        .default(false)
        .refine((on) => !on, 'NFSv4 lists are not supported: use command with nfs4_setfacl'),
    }),
  argAliases: { name: 'path', recurse: 'recursive' },
  beyond: [],
  check: 'full',
  diff: false,
  hostLocal: true,
  async run(given, context) {
    const wrong = objection(given);
    if (wrong !== undefined) return failure(wrong);
    const { path, state, follow, recursive } = given;
    const entry = entryOf(given);
    const mask = { default: '', mask: 'mask', no_mask: 'no-mask' }[given.recalculate_mask];
    const vars = { path, state, follow, recursive, mask, entry: entry.text, default: entry.isDefault };
    const reply = await remote(context, { verb: 'acl', vars, scripts: [PROGRAM_SH], pipelined: true });
    if (!reply.ok) return programResult(reply);
    const acl = reply.text.trimEnd().split('\n');
    return {
      changed: reply.said.is('changed'),
      msg: state === 'query' ? 'current acl' : `${entry.text} is ${state}`,
      acl: acl.length === 1 && acl[0] === '' ? [] : acl,
    };
  },
});
