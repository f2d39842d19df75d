import { z } from 'zod';
import { failure } from '../../src/base/result.ts';
import * as args from '../shared/args.ts';
import { remote } from '../shared/remote.ts';
import { defineVerb } from '../../src/verb/verb.ts';

const slave = z.strictObject({ name: args.str(), path: args.path(), link: args.path() });

export const verb = defineVerb({
  name: 'alternatives',
  aliases: ['community.general.alternatives'],
  summary: 'Chooses among programs that serve the same name',
  args: () =>
    z.strictObject({
      name: args.str(),
      path: args.path(),
      link: args.path().optional(),
      priority: args.int().optional(),
      state: args.choice(['present', 'selected', 'auto', 'absent']).default('selected'),
      subcommands: z.array(slave).default([]),
    }),
  argAliases: { slaves: 'subcommands' },
  beyond: [],
  check: 'full',
  diff: false,
  async run({ subcommands, ...given }, context) {
    if (!/^[\w.+@:-]+$/.test(given.name) || given.name.startsWith('-'))
      return failure(`'${given.name}' is not a name of alternatives`);
    const slaves = subcommands.map(({ link, name, path }) => `${link}\t${name}\t${path}`);
    if (/[\n]/.test(slaves.join('') + given.path)) return failure('a path holds a line break');
    const reply = await remote(context, { verb: 'alternatives', vars: { ...given, slaves }, pipelined: true });
    return reply.ok ? { changed: reply.said.is('changed') } : reply.failed;
  },
});
