import { z } from 'zod';
import { failure, type ModuleResult } from '../../src/base/result.ts';
import * as args from '../shared/args.ts';
import { type Edit, editFile } from '../shared/files/edit.ts';
import { verbScript } from '../shared/answer.ts';
import { defineVerb } from '../../src/verb/verb.ts';
import { editRepository } from './repository.ts';

const BOOLS = [
  'enabled',
  'enablegroups',
  'gpgcheck',
  'keepalive',
  'module_hotfixes',
  'protect',
  'repo_gpgcheck',
  'skip_if_unavailable',
  'ssl_check_cert_permissions',
  'sslverify',
  's3_enabled',
] as const;
const TEXTS = [
  'bandwidth',
  'cost',
  'gpgcakey',
  'http_caching',
  'include',
  'ip_resolve',
  'keepcache',
  'mdpolicy',
  'metadata_expire',
  'metadata_expire_filter',
  'metalink',
  'mirrorlist',
  'mirrorlist_expire',
  'password',
  'priority',
  'proxy',
  'proxy_password',
  'proxy_username',
  'retries',
  'sslcacert',
  'sslclientcert',
  'sslclientkey',
  'throttle',
  'timeout',
  'ui_repoid_vars',
  'username',
] as const;
const LISTS = ['baseurl', 'exclude', 'gpgkey', 'includepkgs'] as const;

const each = <K extends string, T>(names: readonly K[], make: () => T): Record<K, T> =>
  Object.fromEntries(names.map((name) => [name, make()])) as Record<K, T>;

const schema = () =>
  z.strictObject({
    name: args.str(),
    description: args.str().optional(),
    file: args.str().optional(),
    reposdir: args.path().default('/etc/yum.repos.d'),
    state: args.choice(['present', 'absent']).default('present'),
    async: args.bool().optional(),
    failovermethod: args.choice(['roundrobin', 'priority']).optional(),
    ...each(BOOLS, () => args.bool().optional()),
    deltarpm_metadata_percentage: args.str().optional(),
    deltarpm_percentage: args.str().optional(),
    ...each(TEXTS, () => args.str().optional()),
    ...each(LISTS, () => args.list(args.str()).optional()),
    ...args.fileAttributes,
  });
type RepositoryArgs = z.output<ReturnType<typeof schema>>;

const NOT_OPTIONS = new Set(['name', 'description', 'file', 'reposdir', 'state', ...Object.keys(args.fileAttributes)]);

/** Options as they stand in the file, in order of their names; `name` is the description there. */
function options(given: RepositoryArgs): [string, string][] {
  const own = Object.entries(given).filter(([name, value]) => value !== undefined && !NOT_OPTIONS.has(name));
  const all: [string, unknown][] = [...own, ['name', given.description]];
  return all
    .filter(([, value]) => value !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => {
      if (typeof value === 'boolean') return [name, value ? '1' : '0'];
      // lists stand one per line, the others below the first
      return [
        name,
        Array.isArray(value) ? value.join(name === 'exclude' || name === 'includepkgs' ? ' ' : '\n\t') : String(value),
      ];
    });
}

export const verb = defineVerb({
  name: 'yum_repository',
  summary: 'Adds or removes a repository of yum or dnf',
  args: schema,
  argAliases: {
    ca_cert: 'sslcacert',
    client_cert: 'sslclientcert',
    client_key: 'sslclientkey',
    validate_certs: 'sslverify',
    excludepkgs: 'exclude',
  },
  beyond: [],
  check: 'full',
  diff: true,
  async run(given, context): Promise<ModuleResult> {
    const { name, state, file = name, reposdir } = given;
    if (/[\s\]/]/.test(name)) return failure(`'${name}' is not the id of a repository`);
    if (file.includes('/')) return failure(`'${file}' is not the name of a file`);
    if (state === 'present') {
      if (given.description === undefined) return failure("Parameter 'description' is required.");
      if (!given.baseurl?.length && given.metalink === undefined && given.mirrorlist === undefined) {
        return failure("Parameter 'baseurl', 'metalink' or 'mirrorlist' is required.");
      }
    }
    const path = `${reposdir}/${file.replace(/\.repo$/, '')}.repo`;
    const wanted = state === 'present' ? options(given) : undefined;
    const edit = (text: string, exists: boolean): Edit => {
      const next = editRepository(text, name, wanted);
      return next === text && (exists || next === '') ? { msg: '' } : { msg: '', text: next };
    };
    const where = {
      path,
      create: true,
      backup: false,
      attributes: given,
      scripts: [verbScript('yum_repository')],
      after: 'yum_repository_after',
    };
    const result = await editFile(where, edit, context);
    if (result.failed) return { ...result, repo: name };
    return { changed: result.changed, repo: name, state, ...(result.diff ? { diff: result.diff } : {}) };
  },
});
