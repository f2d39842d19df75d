import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import { ToaError } from '../../src/base/errors.ts';
import { cacheFolder } from '../../src/base/paths/cache-folder.ts';
import { failure, type ModuleResult } from '../../src/base/result.ts';
import * as args from '../shared/args.ts';
import { sharedSource } from '../shared/receiver/kmod.ts';
import { defineVerb, type TaskContext } from '../../src/verb/verb.ts';

const schema = () =>
  z.strictObject({
    /** A folder on the controller with the module's Makefile. */
    path: args.path().optional(),
    /** A tar archive on the controller, with its checksum. */
    archive: args.path().optional(),
    checksum: args.str().optional(),
    /** A git repository, at a full commit id. */
    git: args.str().optional(),
    version: args.str().optional(),
    /** The folder inside archive or repository in which the Makefile lies. */
    subdir: args.str().default(''),
  });

type Given = z.output<ReturnType<typeof schema>>;

const CACHE = cacheFolder('sources');

async function must(command: string, words: string[], context: TaskContext): Promise<string> {
  const { rc, stdout, stderr } = await context.controller.run(command, words);
  if (rc === 0) return stdout;
  throw new ToaError('E_TOA_SOURCE', `${command} ${words.join(' ')}: ${stderr.trim() || `status ${rc}`}`, {
    remedy: 'look at the message; the source is fetched on the controller',
  });
}

/** Unpacks an archive whose checksum is right into a folder named by it. */
async function fromArchive(archive: string, checksum: string, context: TaskContext): Promise<string> {
  const path = context.findFile('files', archive);
  const wanted = checksum.replace(/^sha256:/, '');
  const found = createHash('sha256')
    .update(await context.controller.read(path))
    .digest('hex');
  if (found !== wanted) {
    throw new ToaError('E_TOA_SOURCE_CHECKSUM', `${archive} has the SHA-256 ${found}, not ${wanted}`, {
      remedy: 'fetch it again, or correct `checksum`',
    });
  }
  const folder = join(CACHE, found);
  await must('mkdir', ['-p', folder], context);
  await must('tar', ['-xf', path, '-C', folder], context);
  return folder;
}

async function fromGit(url: string, commit: string, context: TaskContext): Promise<string> {
  const folder = join(CACHE, commit);
  if (await context.controller.stat(join(folder, '.git'))) return folder;
  await must('git', ['init', '-q', folder], context);
  await must('git', ['-C', folder, 'fetch', '-q', '--depth', '1', '--', url, commit], context);
  await must('git', ['-C', folder, 'checkout', '-q', '--detach', commit], context);
  return folder;
}

function refuse(given: Given): ModuleResult | undefined {
  const ways = [given.path, given.archive, given.git].filter((way) => way !== undefined).length;
  if (ways > 1)
    return failure('path, archive and git exclude each other', { code: 'E_TOA_SOURCE', remedy: 'give one of them' });
  if (given.archive && !given.checksum)
    return failure('an archive needs its checksum', { code: 'E_TOA_SOURCE', remedy: 'add checksum: sha256:...' });
  if (given.git && !/^[0-9a-f]{40}$/.test(given.version ?? ''))
    return failure('a repository needs the full commit id (40 hex digits) as version', {
      code: 'E_TOA_SOURCE',
      remedy: 'branches and tags can move: write the id that `git rev-parse` gives',
    });
  return undefined;
}

async function folderOf(given: Given, context: TaskContext): Promise<string> {
  if (given.archive) return join(await fromArchive(given.archive, given.checksum ?? '', context), given.subdir);
  if (given.git) return join(await fromGit(given.git, given.version ?? '', context), given.subdir);
  return given.path ?? '';
}

export const verb = defineVerb({
  name: 'toa_source',
  summary: 'Says which source the kernel module is built from: the bundled one, a folder, an archive or a commit',
  args: schema,
  beyond: ['controller-file'],
  check: 'full',
  diff: false,
  controllerOnly: true,
  async run(given, context): Promise<ModuleResult> {
    const refused = refuse(given);
    if (refused) return refused;
    const folder = await folderOf(given, context);
    const source = await sharedSource(folder, context);
    const { hash, version } = source;
    return {
      changed: false,
      source: folder,
      hash,
      version,
      msg: `source ${folder || 'bundled'}, ${source.files.size} files`,
    };
  },
});
