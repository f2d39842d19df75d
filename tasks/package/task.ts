import { z } from 'zod';
import * as args from '../shared/args.ts';
import { packages } from '../shared/packages/packages.ts';
import { defineVerb } from '../../src/verb/verb.ts';

export const verb = defineVerb({
  name: 'package',
  summary: "Installs or removes packages with the host's own manager",
  args: () =>
    z.strictObject({
      name: args.list(args.str()),
      state: args.choice(['present', 'installed', 'latest', 'absent', 'removed']).default('present'),
      use: args.choice(['auto', 'apt', 'dnf', 'yum', 'zypper']).default('auto'),
      update_cache: args.bool().default(false),
      // what Ansible hands on to the manager's own module; each works where that manager knows it
      cache_valid_time: args.int().default(0),
      install_recommends: args.bool().optional(),
      default_release: args.str().optional(),
      purge: args.bool().default(false),
      enablerepo: args.list(args.str()).default([]),
      disablerepo: args.list(args.str()).default([]),
      lock_timeout: args.int().optional(),
    }),
  argAliases: { pkg: 'name' },
  beyond: [],
  check: 'full',
  diff: false,
  detachable: true,
  run: (given, context) =>
    packages(
      {
        manager: given.use,
        names: given.name,
        state: given.state,
        updateCache: given.update_cache || given.cache_valid_time > 0,
        cacheValidTime: given.cache_valid_time,
        installRecommends: given.install_recommends,
        release: given.default_release,
        purge: given.purge,
        lockTimeout: given.lock_timeout,
        options: [
          ...given.enablerepo.map((repo) => `--enablerepo=${repo}`),
          ...given.disablerepo.map((repo) => `--disablerepo=${repo}`),
        ],
      },
      context,
    ),
});
