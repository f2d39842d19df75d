import { z } from 'zod';
import { failure, type ModuleResult } from '../../src/base/result.ts';
import * as args from '../shared/args.ts';
import { place } from '../shared/files/place.ts';
import { remote } from '../shared/remote.ts';
import { defineVerb } from '../../src/verb/verb.ts';
import { type Field, stanza } from './source.ts';

const schema = () =>
  z.strictObject({
    name: args.str(),
    state: args.choice(['absent', 'present']).default('present'),
    types: args.list(args.choice(['deb', 'deb-src'])).default(['deb']),
    uris: args.list(args.str()).default([]),
    suites: args.list(args.str()).default([]),
    components: args.list(args.str()).default([]),
    architectures: args.list(args.str()).default([]),
    languages: args.list(args.str()).default([]),
    targets: args.list(args.str()).default([]),
    enabled: args.bool().optional(),
    signed_by: args.str().optional(),
    trusted: args.bool().optional(),
    check_date: args.bool().optional(),
    check_valid_until: args.bool().optional(),
    date_max_future: args.int().optional(),
    inrelease_path: args.str().optional(),
    pdiffs: args.bool().optional(),
    by_hash: args.bool().optional(),
    allow_downgrade_to_insecure: args.bool().optional(),
    allow_insecure: args.bool().optional(),
    allow_weak: args.bool().optional(),
    mode: args.mode().default('0644'),
  });

const fieldsOf = (given: z.output<ReturnType<typeof schema>>): Field[] => [
  ['X-Repolib-Name', given.name],
  ['Allow-Downgrade-To-Insecure', given.allow_downgrade_to_insecure],
  ['Allow-Insecure', given.allow_insecure],
  ['Allow-Weak', given.allow_weak],
  ['Architectures', given.architectures],
  ['By-Hash', given.by_hash],
  ['Check-Date', given.check_date],
  ['Check-Valid-Until', given.check_valid_until],
  ['Components', given.components],
  ['Date-Max-Future', given.date_max_future?.toString()],
  ['Enabled', given.enabled],
  ['InRelease-Path', given.inrelease_path],
  ['Languages', given.languages],
  ['PDiffs', given.pdiffs],
  ['Signed-By', given.signed_by],
  ['Suites', given.suites],
  ['Targets', given.targets],
  ['Trusted', given.trusted],
  ['Types', given.types],
  ['URIs', given.uris],
];

export const verb = defineVerb({
  name: 'deb822_repository',
  summary: 'Adds or removes a source of apt in the deb822 format',
  args: schema,
  beyond: [],
  check: 'full',
  diff: true,
  hostLocal: true,
  async run(given, context): Promise<ModuleResult> {
    const slug = given.name.toLowerCase().replace(/[^a-z0-9_.-]+/g, '-');
    if (slug.replace(/[-.]/g, '') === '') return failure(`'${given.name}' makes no file name`);
    const dest = `/etc/apt/sources.list.d/${slug}.sources`;
    if (given.state === 'absent') {
      const reply = await remote(context, { verb: 'deb822_repository', vars: { dest } });
      return reply.ok ? { changed: reply.said.is('changed'), repo: null, dest, key_filename: null } : reply.failed;
    }
    if (given.uris.length === 0 || given.suites.length === 0) {
      return failure(
        `state is present but all of the following are missing: ${given.uris.length === 0 ? 'uris' : 'suites'}`,
      );
    }
    if (given.signed_by !== undefined && /^\w+:\/\//.test(given.signed_by)) {
      return failure('signed_by with a URL is not supported, since the key would be trusted unchecked', {
        remedy: 'fetch the key with get_url and a checksum to /etc/apt/keyrings, and give that path',
      });
    }
    const repo = stanza(fieldsOf(given));
    const attributes = { mode: given.mode };
    const placement = {
      dest,
      name: '',
      data: Buffer.from(repo),
      force: true,
      backup: false,
      follow: false,
      attributes,
    };
    return { ...(await place(placement, context)), repo, dest, key_filename: null };
  },
});
