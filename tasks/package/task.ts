import { z } from 'zod';
import * as args from '../shared/args.ts';
import { packages } from '../shared/packages.ts';
import { defineVerb } from '../shared/verb.ts';

export const verb = defineVerb({
  name: 'package',
  summary: "Installs or removes packages with the host's own manager",
  args: z.strictObject({
    name: args.list(args.str()),
    state: args.choice(['present', 'installed', 'latest', 'absent', 'removed']).default('present'),
    use: args.choice(['auto', 'apt', 'dnf', 'yum', 'zypper']).default('auto'),
    update_cache: args.bool().default(false),
  }),
  argAliases: { pkg: 'name' },
  check: 'full',
  diff: false,
  run: ({ name, state, use, update_cache }, context) =>
    packages({ manager: use, names: name, state, updateCache: update_cache }, context),
});
