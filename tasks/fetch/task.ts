import { expandUserPath } from '../../src/base/paths/user-path.ts';
import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { failure, type ModuleResult } from '../../src/base/result.ts';
import * as args from '../shared/args.ts';
import { remote } from '../shared/remote.ts';
import { destinationPath } from './destination.ts';
import { defineVerb, type TaskContext } from '../../src/verb/verb.ts';

const schema = () =>
  z.object({
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

/** Where the file goes; a failure where `dest` is a folder and does not say so. */
async function destination(
  given: z.output<ReturnType<typeof schema>>,
  answered: string,
  context: TaskContext,
): Promise<string | ModuleResult> {
  const folder = context.variable('playbook_dir');
  const own = expandUserPath(given.dest, process.env);
  const dest = own.startsWith('/') || typeof folder !== 'string' ? own : `${folder}/${own}`;
  const path = destinationPath({ dest, flat: given.flat, host: context.host, asked: given.src, answered });
  const found = given.flat && path === dest ? await context.controller.stat(path) : undefined;
  if (found?.type !== 'directory') return path;
  return failure('dest is an existing directory, use a trailing slash if you want to fetch src into that directory');
}

/** Brings a file over under a hidden name; it gets its own when `isRight` says so of its sum. @returns its sums */
async function bring(
  context: TaskContext,
  file: string,
  dest: string,
  isRight: (sum: string | undefined) => boolean,
): Promise<{ checksum: string | undefined; md5sum: string | undefined; isPlaced: boolean }> {
  await mkdir(dirname(dest), { recursive: true });
  const hidden = join(dirname(dest), `.toa-fetch.${randomBytes(8).toString('hex')}`);
  try {
    await (await context.shell()).downloadTo(file, hidden);
    const [checksum, md5sum] = [await sumOf(hidden, 'sha1'), await sumOf(hidden, 'md5')];
    const isPlaced = isRight(checksum);
    if (isPlaced) await rename(hidden, dest);
    return { checksum, md5sum, isPlaced };
  } finally {
    await rm(hidden, { force: true });
  }
}

export const verb = defineVerb({
  name: 'fetch',
  summary: 'Brings a file of the host to the controller',
  args: schema,
  argAliases: { validate_md5: 'validate_checksum' },
  ignoresOthers: true,
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
    const isRight = (sum?: string): boolean => !given.validate_checksum || remoteSum === null || sum === remoteSum;
    const { isPlaced, checksum, md5sum } = await bring(context, file, dest, isRight);
    const sums = { md5sum, dest, remote_md5sum: null, checksum, remote_checksum: remoteSum };
    if (!isPlaced) return failure('checksum mismatch', { file, ...sums });
    return { changed: true, ...sums };
  },
});
