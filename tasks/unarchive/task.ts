import { z } from 'zod';
import { failure, type ModuleResult } from '../../src/base/result.ts';
import * as args from '../shared/args.ts';
import { attributeVars, fileFacts } from '../shared/files/files.ts';
import { HTTP_SH, httpArguments, httpObjection, httpVars } from '../shared/http.ts';
import { remote } from '../shared/remote.ts';
import { defineVerb, type TaskContext } from '../../src/verb/verb.ts';

const { url: _url, force: _force, ...requestArguments } = httpArguments;
const schema = () =>
  z.strictObject({
    src: args.path(),
    dest: args.path(),
    remote_src: args.bool().optional(),
    copy: args.bool().optional(),
    creates: args.path().optional(),
    list_files: args.bool().default(false),
    include: args.list(args.str()).default([]),
    exclude: args.list(args.str()).default([]),
    keep_newer: args.bool().default(false),
    extra_opts: args.list(args.str()).default([]),
    io_buffer_size: args.int().default(65536),
    decrypt: args.bool().default(true),
    validate_certs: requestArguments.validate_certs,
    ...args.fileAttributes,
  });
type UnarchiveArgs = z.output<ReturnType<typeof schema>>;

const HANDLERS: Readonly<Record<string, string>> = {
  gz: 'TgzArchive',
  tar: 'TarArchive',
  bz2: 'TarBzipArchive',
  xz: 'TarXzArchive',
  zst: 'TarZstdArchive',
  zip: 'ZipArchive',
};
const TIMEOUT_MS = 4 * 3_600_000;

function objection(given: UnarchiveArgs): string | undefined {
  if (given.copy !== undefined && given.remote_src !== undefined) {
    return "parameters are mutually exclusive: ('copy', 'remote_src')";
  }
  if (given.include.length > 0 && given.exclude.length > 0) return 'parameters are mutually exclusive: include|exclude';
  const lists = [given.extra_opts, given.include, given.exclude].flat();
  return lists.some((text) => text.includes('\n')) ? 'an option or pattern holds a line break' : undefined;
}

/** Sends the controller's archive; where `creates` or `dest` decide already, nothing is sent. */
async function upload(given: UnarchiveArgs, context: TaskContext): Promise<string | ModuleResult> {
  const path = context.findFile('files', given.src);
  const vars = { dest: given.dest, creates: given.creates };
  const asked = await remote(context, { verb: 'unarchive', fn: 'unarchive_before', vars });
  if (!asked.ok) return asked.failed;
  if (asked.said.is('skip')) return skipped(given);
  const { controller } = context;
  const isSecret = given.decrypt && (await controller.isVault(path));
  const shell = await context.shell();
  return shell.upload(isSecret ? { data: await controller.readDecrypted(path) } : { path });
}

const skipped = (given: UnarchiveArgs): ModuleResult => ({
  skipped: true,
  changed: false,
  msg: `skipped, since ${given.creates} exists`,
});

export const verb = defineVerb({
  name: 'unarchive',
  summary: 'Unpacks an archive of the controller, the host or a URL into a folder of the host',
  args: schema,
  beyond: ['controller-file'],
  check: 'full',
  diff: false,
  async run(given, context): Promise<ModuleResult> {
    const wrong = objection(given);
    if (wrong !== undefined) return failure(wrong);
    const isRemote = given.remote_src ?? (given.copy === undefined ? false : !given.copy);
    const isUrl = given.src.includes('://');
    const request = z.strictObject(httpArguments).parse({ url: given.src, validate_certs: given.validate_certs });
    const badUrl = isUrl ? httpObjection(request) : undefined;
    if (badUrl !== undefined) return failure(badUrl);
    const src = isRemote ? given.src : await upload(given, context);
    if (typeof src !== 'string') return src;
    const { dest, creates, list_files, include, exclude, keep_newer, extra_opts } = given;
    const reply = await remote(context, {
      verb: 'unarchive',
      scripts: [HTTP_SH],
      vars: {
        ...attributeVars(given, context.check),
        ...httpVars(request, { method: 'GET', timeout: 30 }),
        src,
        dest,
        creates,
        list_files,
        include,
        exclude,
        keep_newer,
        extra_opts,
        temporary: !isRemote,
      },
      timeoutMs: TIMEOUT_MS,
    });
    if (!reply.ok) return { ...reply.failed, src: given.src, dest };
    const { said, text } = reply;
    if (said.is('skip')) return skipped(given);
    const files = list_files ? { files: text.split('\n').filter(Boolean) } : {};
    const handler = HANDLERS[said.get('handler') ?? ''];
    return { changed: said.is('changed'), src: given.src, dest, handler, ...fileFacts(said), ...files };
  },
});
