import { z } from 'zod';
import { failure, type ModuleResult } from '../../src/base/result.ts';
import * as args from '../shared/args.ts';
import { verbScript } from '../shared/answer.ts';
import { remote } from '../shared/remote.ts';
import { defineVerb } from '../../src/verb/verb.ts';
import { listName, normalSource, parseLists, withoutSource, withSource } from './sources.ts';

const schema = () =>
  z.strictObject({
    repo: args.str(),
    state: args.choice(['present', 'absent']).default('present'),
    mode: args.mode().optional(),
    update_cache: args.bool().default(true),
    update_cache_retries: args.int().default(5),
    update_cache_retry_max_delay: args.int().default(12),
    validate_certs: args.bool().default(true),
    filename: args.str().optional(),
    codename: args.str().optional(),
    install_python_apt: args.bool().default(true),
  });

export const verb = defineVerb({
  name: 'apt_repository',
  summary: "Adds or removes a line of apt's sources",
  args: schema,
  argAliases: { 'update-cache': 'update_cache' },
  beyond: [],
  check: 'full',
  diff: true,
  async run(given, context): Promise<ModuleResult> {
    const { repo, state, update_cache } = given;
    if (repo.startsWith('ppa:')) {
      return failure('a ppa: line is not supported, since its key would have to be fetched unchecked', {
        remedy:
          'add the key with get_url to /etc/apt/keyrings and give the full line: deb [signed-by=...] https://ppa.launchpadcontent.net/...',
      });
    }
    const source = normalSource(repo);
    if (source === undefined || /\n/.test(repo)) return failure(`Invalid repository string: ${repo}`);
    const base = { verb: 'apt_repository', scripts: [verbScript('shared/packages', 'apt-lists.sh')] };
    const reply = await remote(context, { ...base, fn: 'apt_repository_read' });
    if (!reply.ok) return reply.failed;
    const { files } = parseLists(reply.answer.stdout);
    const name = listName(source, given.filename);
    const path = name.startsWith('/') ? name : `/etc/apt/sources.list.d/${name}`;
    const changes = state === 'present' ? withSource(files, source, path) : withoutSource(files, source);
    const result: ModuleResult = { changed: changes.length > 0, repo, state };
    const before = (at: string): string =>
      (files.find((file) => file.path === at)?.lines ?? []).map((line) => `${line}\n`).join('');
    result.diff = changes.map((file) => ({
      before: before(file.path),
      after: file.lines.map((line) => `${line}\n`).join(''),
      before_header: files.some((known) => known.path === file.path) ? file.path : '/dev/null',
      after_header: file.lines.length > 0 ? file.path : '/dev/null',
    }));
    if (changes.length === 0 || context.check) return result;
    const stdin = changes
      .map((file) => `${file.lines.length} ${file.path}\n${file.lines.map((line) => `${line}\n`).join('')}`)
      .join('');
    const written = await remote(context, {
      ...base,
      fn: 'apt_repository_write',
      vars: { update_cache, mode: given.mode },
      stdin,
      timeoutMs: 15 * 60_000,
    });
    return written.ok ? result : { ...written.failed, repo, state };
  },
});
