import { z } from 'zod';
import { failure, type ModuleResult } from '../../../src/base/result.ts';
import * as args from '../args.ts';
import { packages } from './packages.ts';
import { defineVerb } from '../../../src/verb/verb.ts';
import { aptExtra } from './apt-extra.ts';

const schema = () =>
  z.strictObject({
    name: args.list(args.str()).default([]),
    deb: args.str().optional(),
    state: args.choice(['present', 'latest', 'absent', 'build-dep', 'fixed']).default('present'),
    update_cache: args.bool().default(false),
    cache_valid_time: args.int().default(0),
    default_release: args.str().optional(),
    install_recommends: args.bool().optional(),
    purge: args.bool().default(false),
    autoremove: args.bool().default(false),
    autoclean: args.bool().default(false),
    clean: args.bool().default(false),
    only_upgrade: args.bool().default(false),
    upgrade: args.choice(['no', 'dist', 'full', 'safe', 'yes']).default('no'),
    allow_downgrade: args.bool().default(false),
    allow_unauthenticated: args.bool().default(false),
    allow_change_held_packages: args.bool().default(false),
    force: args.bool().default(false),
    force_apt_get: args.bool().default(false),
    lock_timeout: args.int().default(60),
    update_cache_retries: args.int().default(5),
    update_cache_retry_max_delay: args.refused('not supported: apt-get waits as it does by itself'),
    dpkg_options: args.str().default('force-confdef,force-confold'),
    policy_rc_d: args.int().optional(),
    fail_on_autoremove: args.refused('not supported: run with --check first'),
  });
export type AptArgs = z.output<ReturnType<typeof schema>>;

function options(given: AptArgs): string[] {
  return [
    ...(given.allow_downgrade ? ['--allow-downgrades'] : []),
    ...(given.allow_unauthenticated ? ['--allow-unauthenticated'] : []),
    ...(given.allow_change_held_packages ? ['--allow-change-held-packages'] : []),
    ...(given.force ? ['--force-yes'] : []),
  ];
}

/** The phrase that playbooks look for where no repository has a package. */
function inAptWords(result: ModuleResult): ModuleResult {
  const missing =
    result.code === 'E_PACKAGE_MISSING' ? /has the package (\S+)$/.exec(String(result.msg))?.[1] : undefined;
  return missing === undefined ? result : { ...result, msg: `No package matching '${missing}' is available` };
}

export const verb = defineVerb({
  name: 'apt',
  summary: 'Installs, upgrades or removes packages with apt',
  args: schema,
  argAliases: {
    pkg: 'name',
    package: 'name',
    'update-cache': 'update_cache',
    'default-release': 'default_release',
    'install-recommends': 'install_recommends',
    'allow-unauthenticated': 'allow_unauthenticated',
    allow_downgrades: 'allow_downgrade',
    'allow-downgrade': 'allow_downgrade',
    'allow-downgrades': 'allow_downgrade',
  },
  beyond: [],
  check: 'full',
  diff: false,
  detachable: true,
  async run(given, context) {
    if (given.policy_rc_d !== undefined)
      return failure('policy_rc_d is not supported: write /usr/sbin/policy-rc.d with copy');
    const extra = await aptExtra(given, context);
    if (extra?.failed || (extra && given.name.length === 0)) return extra;
    const result = await packages(
      {
        manager: 'apt',
        names: given.name,
        state: given.state,
        update_cache: given.update_cache || given.cache_valid_time > 0,
        cache_valid_time: given.cache_valid_time,
        options: options(given),
        dpkg_options: given.dpkg_options.split(',').map((option) => option.trim()),
        retries: given.update_cache_retries,
        purge: given.purge,
        install_recommends: given.install_recommends,
        only_upgrade: given.only_upgrade,
        release: given.default_release,
        lock_timeout: given.lock_timeout,
      },
      context,
    );
    if (result.failed) return inAptWords(result);
    const cacheChanged = given.name.length === 0 && result['cache_updated'] === true;
    return { ...result, changed: result.changed === true || cacheChanged || extra?.changed === true };
  },
});
