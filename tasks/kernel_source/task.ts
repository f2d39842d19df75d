import { z } from 'zod';
import { failure, type ModuleResult } from '../../src/base/result.ts';
import { defineVerb, type TaskContext } from '../../src/verb/verb.ts';
import type { Answer } from '../shared/answer.ts';
import * as args from '../shared/args.ts';
import { HTTP_SH, httpArguments, httpVars } from '../shared/http.ts';
import { isWholePath, KERNEL_SH } from '../shared/kernel.ts';
import { remote } from '../shared/remote.ts';

/** A kernel's archive may come over a slow line. */
const TIMEOUT_MS = 4 * 3_600_000;

const schema = () =>
  z.strictObject({
    /** The folder that becomes the tree: the one with the top Makefile. */
    dest: args.path(),
    /** The same archive at several addresses; the first that gives it is taken. Needs `sha256`. */
    urls: args.list(args.str()).default([]),
    /** An archive on the host. */
    path: args.path().optional(),
    /** An archive on the controller. */
    src: args.path().optional(),
    sha256: z
      .string()
      .regex(/^[0-9a-f]{64}$/, '64 hex digits')
      .optional(),
    /** A repository, at a full commit id. */
    git: args.str().optional(),
    version: args.str().optional(),
  });

type Given = z.output<ReturnType<typeof schema>>;

const refuse = (msg: string, remedy: string): ModuleResult => failure(msg, { code: 'E_KSOURCE', remedy });

function objection({ dest, urls, path, src, sha256, git, version }: Given): ModuleResult | undefined {
  if (!isWholePath(dest)) return refuse('dest is no absolute path', 'give the whole path');
  const ways = [urls.length > 0, path !== undefined, src !== undefined, git !== undefined].filter(Boolean).length;
  if (ways > 1) return refuse('urls, path, src and git exclude each other', 'give one of them');
  if (urls.length > 0 && sha256 === undefined)
    return refuse('an archive from the network needs its sha256', 'add it: a mirror may give anything');
  const wrong = urls.find((url) => !/^(https?|ftp|file):\/\/[^\s]+$/.test(url));
  if (wrong !== undefined) return refuse(`${JSON.stringify(wrong)} is no address`, 'http, https, ftp and file are');
  if (git === undefined) return undefined;
  if (!/^[0-9a-f]{40}$/.test(version ?? ''))
    return refuse('a repository needs the full commit id (40 hex digits) as version', 'branches and tags can move');
  if (git.startsWith('-') || git.startsWith('ext::'))
    return refuse('that is no address of a repository', 'https://..., ssh://..., /a/path');
  return undefined;
}

/** By what a tree is known again: the sum of its archive, the commit, or the path that it was unpacked from. */
function keyOf({ urls, path, src, sha256, version }: Given): string {
  if (version !== undefined) return `commit ${version}`;
  if (sha256 !== undefined) return `sha256 ${sha256}`;
  if (urls.length === 0 && path === undefined && src === undefined) return '';
  return `archive ${path ?? src}`;
}

function complaint(said: Answer, { dest }: Given): ModuleResult | undefined {
  const other = said.get('other');
  if (other !== undefined)
    return failure(`${dest} holds another tree (${other})`, {
      code: 'E_KSOURCE_OTHER',
      remedy: 'give another dest, or remove that folder: what is in it may be somebody’s work',
    });
  const found = said.get('sum');
  if (found !== undefined)
    return failure(`the archive has the SHA-256 ${found}, not the one of the playbook`, {
      code: 'E_KSOURCE_CHECKSUM',
      remedy: 'nothing was unpacked; fetch it from somewhere else, or correct sha256',
      tried: said.all('tried'),
    });
  if (said.is('unreachable'))
    return failure(`no address gave the archive: ${said.all('tried').join('; ')}`, {
      code: 'E_KSOURCE_FETCH',
      remedy: 'look at the addresses, or bring the archive yourself (path, src)',
    });
  if (said.get('need') !== undefined)
    return failure(`${dest}: ${said.get('free')} MiB are free, about ${said.get('need')} are needed`, {
      code: 'E_DISK_FULL',
      remedy: 'free space there, or give a dest on another file system',
    });
  if (said.is('none'))
    return failure(`${dest} is no kernel's tree: it has no Makefile that begins with VERSION`, {
      code: 'E_KSOURCE_TREE',
      remedy: 'look at what the archive or repository holds',
    });
  return undefined;
}

async function bring(given: Given, context: TaskContext): Promise<ModuleResult> {
  const { dest, urls, git, version, sha256, src } = given;
  const local = src === undefined ? undefined : context.findFile('files', src);
  if (local !== undefined && !context.check) context.progress('sending the archive');
  const http = httpVars(z.strictObject(httpArguments).parse({ url: '' }), { method: 'GET', timeout: 60 });
  const request = { verb: 'kernel_source', scripts: [HTTP_SH, KERNEL_SH], timeoutMs: TIMEOUT_MS };
  const vars = { ...http, dest, urls, repo: git, version, sha256, key: keyOf(given), path: given.path, uploaded: '' };
  // a second run sends nothing
  const look = await remote(context, { ...request, fn: 'kernel_source_look', vars });
  if (!look.ok) return look.failed;
  const wrong = complaint(look.said, given);
  if (wrong) return wrong;
  const tree = { tree: look.said.get('tree') ?? dest, key: keyOf(given) };
  if (!look.said.is('changed'))
    return { changed: false, ...tree, version: look.said.get('version'), msg: 'the tree is here already' };
  if (context.check) return { changed: true, ...tree, msg: 'the tree would be brought' };
  const uploaded = local === undefined ? '' : await (await context.shell()).upload({ path: local });
  context.progress('fetching and unpacking');
  const reply = await remote(context, { ...request, vars: { ...vars, uploaded } });
  if (!reply.ok) return reply.failed;
  const { said } = reply;
  return complaint(said, given) ?? { changed: true, ...tree, version: said.get('version'), msg: 'the tree is there' };
}

export const verb = defineVerb({
  name: 'kernel_source',
  summary:
    "Brings a kernel's source to the host that builds it: an archive by its checksum, a commit, or what is there",
  args: schema,
  beyond: ['controller-file'],
  check: 'full',
  diff: false,
  async run(given, context): Promise<ModuleResult> {
    return objection(given) ?? bring(given, context);
  },
});
