import { z } from 'zod';
import { failure } from '../../src/base/result.ts';
import * as args from '../shared/args.ts';
import { programFailed } from '../shared/answer.ts';
import { remote } from '../shared/remote.ts';
import { defineVerb } from '../../src/verb/verb.ts';

const TIMEOUT_MS = 3_600_000;

export const verb = defineVerb({
  name: 'git',
  summary: 'Clones and updates a git repository on the host',
  args: () =>
    z.strictObject({
      repo: args.str(),
      dest: args.path(),
      version: args.str().default('HEAD'),
      remote: args.str().default('origin'),
      refspec: args.str().optional(),
      reference: args.path().optional(),
      depth: args.int().optional(),
      clone: args.bool().default(true),
      update: args.bool().default(true),
      bare: args.bool().default(false),
      force: args.bool().default(false),
      recursive: args.bool().default(true),
      track_submodules: args.bool().default(false),
      single_branch: args.bool().default(false),
      key_file: args.path().optional(),
      accept_hostkey: args.bool().default(false),
      accept_newhostkey: args.bool().default(false),
      ssh_opts: args.str().optional(),
      executable: args.path().optional(),
      umask: args.str().optional(),
      verify_commit: args.bool().default(false),
    }),
  argAliases: { name: 'repo' },
  beyond: [],
  check: 'full',
  diff: false,
  detachable: true,
  async run(given, context) {
    // what begins with a dash would be an option of git, and ext:: runs commands
    for (const name of ['repo', 'dest', 'version', 'remote', 'refspec'] as const) {
      if (given[name]?.startsWith('-')) return failure(`${name} begins with a dash: ${given[name]}`);
    }
    if (given.repo.startsWith('ext::')) return failure('repositories of the form ext:: are refused: they run commands');
    if (given.accept_hostkey && given.accept_newhostkey)
      return failure('parameters are mutually exclusive: accept_hostkey|accept_newhostkey');
    // git does no shallow clones of a plain path
    const repo = given.repo.startsWith('/') ? `file://${given.repo}` : given.repo;
    const reply = await remote(context, { verb: 'git', vars: { ...given, repo }, timeoutMs: TIMEOUT_MS });
    const { said } = reply;
    if (!reply.ok && said.get('failed') === 'ls-remote') return programFailed(reply.answer);
    if (!reply.ok) return { ...reply.failed, before: said.get('before') || null };
    const before = said.get('before') || null;
    return {
      changed: said.is('changed'),
      before,
      after: said.get('after') || null,
      ...(before === null ? {} : { remote_url_changed: said.is('remote_url_changed') }),
    };
  },
});
