import { z } from 'zod';
import * as args from '../args.ts';
import { packages } from './packages.ts';
import { defineVerb, type Verb } from '../../../src/verb/verb.ts';

const schema = () =>
  z.strictObject({
    name: args.list(args.str()).default([]),
    state: args.choice(['present', 'installed', 'latest', 'absent', 'removed']).default('present'),
    update_cache: args.bool().default(false),
    enablerepo: args.list(args.str()).default([]),
    disablerepo: args.list(args.str()).default([]),
    disable_gpg_check: args.bool().default(false),
    exclude: args.list(args.str()).default([]),
    conf_file: args.path().optional(),
    installroot: args.path().default('/'),
    skip_broken: args.bool().default(false),
    allow_downgrade: args.bool().default(false),
    allowerasing: args.bool().default(false),
    nobest: args.bool().default(false),
    install_weak_deps: args.bool().default(true),
    releasever: args.str().optional(),
    update_only: args.bool().default(false),
    bugfix: args.bool().default(false),
    security: args.bool().default(false),
    cacheonly: args.bool().default(false),
    disable_excludes: args.str().optional(),
    disable_plugin: args.list(args.str()).default([]),
    enable_plugin: args.list(args.str()).default([]),
    sslverify: args.bool().default(true),
    validate_certs: args.bool().default(true),
    /** Ansible's way to query packages, which we ask rpm for. */
    install_repoquery: args.bool().default(true),
    use_backend: args.choice(['auto', 'yum', 'yum4', 'dnf', 'dnf4', 'dnf5']).default('auto'),
    lock_timeout: args.int().default(30),
  });

function options(given: z.output<ReturnType<typeof schema>>): string[] {
  return [
    ...given.enablerepo.map((repo) => `--enablerepo=${repo}`),
    ...given.disablerepo.map((repo) => `--disablerepo=${repo}`),
    ...given.exclude.map((name) => `--exclude=${name}`),
    ...(given.disable_gpg_check ? ['--nogpgcheck'] : []),
    ...(given.conf_file ? ['-c', given.conf_file] : []),
    ...(given.installroot === '/' ? [] : [`--installroot=${given.installroot}`]),
    ...(given.skip_broken ? ['--skip-broken'] : []),
    ...(given.allowerasing ? ['--allowerasing'] : []),
    ...(given.nobest ? ['--nobest'] : []),
    ...(given.install_weak_deps ? [] : ['--setopt=install_weak_deps=False']),
    ...(given.bugfix ? ['--bugfix'] : []),
    ...(given.security ? ['--security'] : []),
    ...(given.cacheonly ? ['--cacheonly'] : []),
    ...(given.disable_excludes ? [`--disableexcludes=${given.disable_excludes}`] : []),
    ...given.disable_plugin.map((name) => `--disableplugin=${name}`),
    ...given.enable_plugin.map((name) => `--enableplugin=${name}`),
    ...(given.sslverify && given.validate_certs ? [] : ['--setopt=sslverify=False']),
    ...(given.releasever ? [`--releasever=${given.releasever}`] : []),
  ];
}

/** The verbs yum and dnf, which differ in their program only. */
export function rpmVerb(manager: 'yum' | 'dnf'): Verb<ReturnType<typeof schema>> {
  return defineVerb({
    name: manager,
    summary: `Installs, upgrades or removes packages with ${manager}`,
    args: schema,
    argAliases: { pkg: 'name', expire_cache: 'update_cache', 'expire-cache': 'update_cache' },
    beyond: [],
    check: 'full',
    diff: false,
    detachable: true,
    run: (given, context) =>
      packages(
        {
          manager,
          names: given.name,
          state: given.state,
          update_cache: given.update_cache,
          options: options(given),
          only_upgrade: given.update_only,
          allow_downgrade: given.allow_downgrade,
          lock_timeout: given.lock_timeout,
        },
        context,
      ),
  });
}
