import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { z } from 'zod';
import { dumpJson } from '../../src/base/python-json.ts';
import { failure, type ModuleResult } from '../../src/base/result.ts';
import * as args from '../shared/args.ts';
import { defineVerb, type TaskContext } from '../../src/verb/verb.ts';
import { place, type Placement } from '../shared/files/place.ts';
import { copyRemote } from './remote.ts';
import { copyTree } from './tree.ts';

const schema = () =>
  z.strictObject({
    src: args.path().optional(),
    content: args.raw().optional(),
    dest: args.path(),
    backup: args.bool().default(false),
    force: args.bool().default(true),
    validate: args.str().optional(),
    directory_mode: args.mode().optional(),
    remote_src: args.bool().default(false),
    follow: args.bool().default(false),
    local_follow: args
      .bool()
      .refine((on) => on, 'links of the controller are always followed')
      .default(true),
    checksum: args.str().optional(),
    decrypt: args.bool().default(true),
    ...args.fileAttributes,
  });
export type CopyArgs = z.output<ReturnType<typeof schema>>;

/** Dicts and lists given as content are written as JSON, as Ansible does. */
function contentBytes(content: unknown): Uint8Array {
  if (typeof content === 'string') return Buffer.from(content);
  if (typeof content === 'object' && content !== null) return Buffer.from(dumpJson(content, { ensureAscii: true }));
  if (typeof content === 'boolean') return Buffer.from(content ? 'True' : 'False');
  return Buffer.from(content === null ? '' : String(content));
}

/** What copying one file shares, whether its data came from a file or from `content`. */
export function placementOf(given: CopyArgs, data: Placement['data'], name: string, localMode?: number): Placement {
  const mode = given.mode === 'preserve' ? localMode?.toString(8).padStart(4, '0') : given.mode;
  return {
    dest: given.dest,
    name,
    data,
    force: given.force,
    backup: given.backup,
    follow: given.follow,
    validate: given.validate,
    directory_mode: given.directory_mode,
    attributes: { ...given, mode },
    label: given.content === undefined ? given.src : 'dynamically generated',
  };
}

/** Beyond this size a file is streamed instead of held in memory. */
const STREAM_FROM = 1 << 20;

async function contentOf(
  given: CopyArgs,
  path: string,
  size: number,
  context: TaskContext,
): Promise<Placement['data']> {
  const { controller } = context;
  if (size > STREAM_FROM && !(given.decrypt && (await controller.isVault(path)))) {
    return { path, size, sum: await controller.sha1(path) };
  }
  return given.decrypt ? controller.readDecrypted(path) : controller.read(path);
}

async function copyFile(given: CopyArgs, path: string, context: TaskContext): Promise<ModuleResult> {
  const stat = await context.controller.stat(path);
  if (stat?.type === 'directory') return copyTree(given, path, context);
  const data = await contentOf(given, path, stat?.size ?? 0, context);
  const sum = 'sum' in data ? data.sum : createHash('sha1').update(data).digest('hex');
  if (given.checksum !== undefined && given.checksum !== sum) {
    return failure('Copied file does not match the expected checksum. Transfer failed.', {
      checksum: sum,
      expected_checksum: given.checksum,
    });
  }
  const result = await place(placementOf(given, data, basename(path), stat?.mode), context);
  return { src: path, ...result };
}

export const verb = defineVerb({
  name: 'copy',
  summary: 'Copies files and folders, or given content, to the host',
  args: schema,
  valueArgs: ['content'],
  beyond: ['controller-file'],
  check: 'full',
  diff: true,
  hostLocal: true,
  async run(given, context): Promise<ModuleResult> {
    if (given.src !== undefined && given.content !== undefined) {
      return failure('src and content are mutually exclusive');
    }
    if (given.content !== undefined && given.content !== null) {
      if (given.dest.endsWith('/')) return failure('can not use content with a dir as dest');
      return place(placementOf(given, contentBytes(given.content), ''), context);
    }
    if (given.src === undefined) return failure('src (or content) is required');
    if (given.remote_src) return copyRemote(given, context);
    // a trailing slash means "the contents of the folder"
    const found = context.findFile('files', given.src.replace(/\/+$/, ''));
    return copyFile(given, given.src.endsWith('/') ? `${found}/` : found, context);
  },
});
