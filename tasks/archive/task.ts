import { z } from 'zod';
import { failure } from '../../src/base/result.ts';
import * as args from '../shared/args.ts';
import { attributeVars, fileFacts } from '../shared/files/files.ts';
import { remote } from '../shared/remote.ts';
import { defineVerb } from '../../src/verb/verb.ts';

export const verb = defineVerb({
  name: 'archive',
  aliases: ['community.general.archive'],
  summary: 'Packs files and folders of the host into an archive',
  args: () =>
    z.strictObject({
      path: args.list(args.str()),
      format: args.choice(['bz2', 'gz', 'tar', 'xz', 'zip']).default('gz'),
      dest: args.path().optional(),
      exclude_path: args.list(args.str()).default([]),
      exclusion_patterns: args.list(args.str()).default([]),
      force_archive: args.bool().default(false),
      remove: args.bool().default(false),
      ...args.fileAttributes,
    }),
  beyond: [],
  check: 'full',
  diff: false,
  async run(given, context) {
    const { path, format, dest, exclude_path, exclusion_patterns, force_archive, remove } = given;
    if (path.some((one) => /\n/.test(one))) return failure('a path holds a line break');
    const isOne = path.length === 1 && !/[*?[]/.test(path[0]);
    if (dest === undefined && !isOne)
      return failure('Error, must specify "dest" when archiving multiple files or trees');
    const target = dest ?? `${path[0].replace(/\/+$/, '')}.${format}`;
    const reply = await remote(context, {
      verb: 'archive',
      vars: {
        ...attributeVars(given, context.check),
        paths: path,
        format,
        dest: target,
        exclude_path,
        exclusion_patterns,
        force_archive,
        remove,
      },
      timeoutMs: 4 * 3_600_000,
    });
    if (!reply.ok) return { ...reply.failed, dest: target };
    const { said } = reply;
    return {
      changed: said.is('changed'),
      dest: target,
      archived: said.all('archived'),
      missing: said.all('missing'),
      expanded_paths: said.all('archived'),
      expanded_exclude_paths: exclude_path,
      arcroot: said.get('root') ?? '',
      dest_state: format === 'zip' || format === 'tar' || force_archive ? 'archive' : 'compress',
      ...fileFacts(said),
    };
  },
});
