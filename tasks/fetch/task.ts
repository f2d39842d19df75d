import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { failure, type ModuleResult } from '../../src/base/result.ts';
import * as args from '../shared/args.ts';
import { remote } from '../shared/remote.ts';
import { defineVerb, type TaskContext } from '../../src/verb/verb.ts';

const schema = () =>
  z.strictObject({
    src: args.path(),
    dest: args.path(),
    flat: args.bool().default(false),
    fail_on_missing: args.bool().default(true),
    validate_checksum: args.bool().default(true),
  });

async function sumOf(path: string, algorithm: 'sha1' | 'md5'): Promise<string | undefined> {
  try {
    const hash = createHash(algorithm);
    for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
    return hash.digest('hex');
  } catch {
    return undefined;
  }
}

/** Where a fetched file goes: dest/host/path, or dest itself (a folder when it ends in / or is one) with `flat`. */
async function destination(
  given: z.output<ReturnType<typeof schema>>,
  source: string,
  context: TaskContext,
): Promise<string | ModuleResult> {
  const folder = context.variable('playbook_dir');
  const dest = given.dest.startsWith('~/') ? join(process.env['HOME'] ?? '/', given.dest.slice(2)) : given.dest;
  const absolute = dest.startsWith('/') || typeof folder !== 'string' ? dest : `${folder}/${dest}`;
  if (!given.flat) return join(absolute, context.host, source);
  if (absolute.endsWith('/')) return join(absolute, basename(source));
  const found = await context.controller.stat(absolute);
  if (found?.type === 'directory')
    return failure('dest is an existing directory, use a trailing slash if you want to fetch src into that directory');
  return absolute;
}

export const verb = defineVerb({
  name: 'fetch',
  summary: 'Brings a file of the host to the controller',
  args: schema,
  argAliases: { validate_md5: 'validate_checksum' },
  beyond: [],
  check: 'none',
  diff: false,
  async run(given, context) {
    const reply = await remote(context, { verb: 'fetch', vars: { src: given.src } });
    if (!reply.ok) return { ...reply.failed, file: given.src };
    const { said } = reply;
    const file = said.get('path') ?? given.src;
    const problem = said.get('problem');
    if (problem !== undefined) {
      const ignored = `${problem}, not transferring, ignored`;
      if (!given.fail_on_missing) return { changed: false, msg: ignored, file };
      // a file that is not there is said to be ignored even where it fails, as in ansible-core
      return failure(said.is('missing') ? ignored : problem, { file });
    }
    const dest = await destination(given, file, context);
    if (typeof dest !== 'string') return dest;
    const remoteSum = said.get('sum') || null;
    const localSum = await sumOf(dest, 'sha1');
    if (remoteSum !== null && remoteSum === localSum) {
      return { changed: false, md5sum: await sumOf(dest, 'md5'), file, dest, checksum: localSum };
    }
    await mkdir(dirname(dest), { recursive: true });
    await (await context.shell()).downloadTo(file, dest);
    const checksum = await sumOf(dest, 'sha1');
    const sums = { md5sum: await sumOf(dest, 'md5'), dest, remote_md5sum: null, checksum, remote_checksum: remoteSum };
    if (given.validate_checksum && remoteSum !== null && checksum !== remoteSum) {
      return failure('checksum mismatch', { file, ...sums });
    }
    return { changed: true, ...sums };
  },
});
