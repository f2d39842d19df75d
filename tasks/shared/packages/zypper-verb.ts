import { z } from 'zod';
import * as args from '../args.ts';
import { packages } from './packages.ts';
import { defineVerb } from '../../../src/verb/verb.ts';

const isRemoval = (state: string): boolean => state === 'absent' || state === 'removed';

export const verb = defineVerb({
  name: 'zypper',
  aliases: ['community.general.zypper'],
  summary: 'Installs, upgrades or removes packages with zypper',
  args: () =>
    z.strictObject({
      name: args.list(args.str()),
      state: args.choice(['present', 'installed', 'latest', 'absent', 'removed']).default('present'),
      update_cache: args.bool().default(false),
      disable_gpg_check: args.bool().default(false),
      disable_recommends: args.bool().default(true),
      extra_args_precommand: args.str().optional(),
      extra_args: args.str().optional(),
      type: args.choice(['package']).default('package'),
      force: args.bool().default(false),
      force_resolution: args.bool().default(false),
      oldpackage: args.bool().default(false),
      replacefiles: args.bool().default(false),
      allow_vendor_change: args.bool().default(false),
      clean_deps: args.bool().default(false),
    }),
  argAliases: { pkg: 'name', refresh: 'update_cache' },
  beyond: [],
  check: 'full',
  diff: false,
  detachable: true,
  run: (given, context) =>
    packages(
      {
        manager: 'zypper',
        names: given.name,
        state: given.state,
        update_cache: given.update_cache,
        install_recommends: !given.disable_recommends,
        options: [
          ...(given.disable_gpg_check ? ['--no-gpg-checks'] : []),
          ...(given.extra_args_precommand?.split(/\s+/) ?? []),
        ],
        command_options: isRemoval(given.state)
          ? [...(given.clean_deps ? ['--clean-deps'] : []), ...(given.extra_args?.split(/\s+/) ?? [])]
          : [
              ...(given.force ? ['--force'] : []),
              ...(given.force_resolution ? ['--force-resolution'] : []),
              ...(given.oldpackage ? ['--oldpackage'] : []),
              ...(given.replacefiles ? ['--replacefiles'] : []),
              ...(given.allow_vendor_change ? ['--allow-vendor-change'] : []),
              ...(given.extra_args?.split(/\s+/) ?? []),
            ],
      },
      context,
    ),
});
