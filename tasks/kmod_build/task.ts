import { createHash } from 'node:crypto';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { failure, type ModuleResult } from '../../src/base/result.ts';
import * as args from '../shared/args.ts';
import { Answer, failedCall, verbScript } from '../shared/answer.ts';
import { ensureHeaders } from '../shared/receiver/kernel-devel.ts';
import { KMOD_SCRIPTS, type ModuleSource, artifactKey, sharedSource, sourceTar } from '../shared/receiver/kmod.ts';
import { defineVerb, type TaskContext } from '../../src/verb/verb.ts';
import { explainBuild, explainCheck } from './explain.ts';

const schema = () =>
  z.strictObject({
    /** What toa_source answered as `source`; '' is the bundled one. */
    source: args.str().default(''),
    /** `uname -r` of the kernel to build for; default: the host's running one. */
    release: args.str().default(''),
    /** Words for make: CC=gcc-12, KDIR=... */
    options: args.list(args.str()).default([]),
    /** The inventory host that compiles; default: the first host that has this kernel. */
    builder: args.str().optional(),
    /** Bring headers and compiler to the builder where they are missing, as kernel_devel does. */
    headers: args.bool().default(true),
    urls: z.array(z.strictObject({ url: args.str(), sha256: z.string().regex(/^[0-9a-f]{64}$/) })).default([]),
    /** PEM key and certificate on the controller: the module is signed with them. */
    sign_key: args.path().optional(),
    sign_cert: args.path().optional(),
  });

type Given = z.output<ReturnType<typeof schema>>;

const SCRIPTS = [...KMOD_SCRIPTS, verbScript('kmod_build')];
const cacheFolder = (): string => join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'toa-play/modules');
const OPTION = /^[A-Z_]+=[^\n]*$/;

/** A module that was built, on the controller; or why there is none. */
type Built =
  | { readonly data: Uint8Array; readonly sum: string; readonly builder: string; readonly log: string }
  | { readonly refused: ModuleResult };

const sha256 = (data: Uint8Array | string): string => createHash('sha256').update(data).digest('hex');

/** All that decides what the artifact is. */
async function keyOf(
  source: ModuleSource,
  release: string,
  arch: string,
  given: Given,
  context: TaskContext,
): Promise<string> {
  const signing = given.sign_key
    ? sha256(await context.controller.read(context.findFile('files', given.sign_cert ?? '')))
    : '';
  return artifactKey(source.hash, release, arch, given.options, signing);
}

async function uploadOf(path: string | undefined, context: TaskContext): Promise<string> {
  if (path === undefined) return '';
  const shell = await context.shell();
  return shell.upload({ data: await context.controller.readDecrypted(context.findFile('files', path)) });
}

/** Compiles on the host of `context` and brings the artifact to the controller. */
async function compile(
  source: ModuleSource,
  release: string,
  key: string,
  given: Given,
  context: TaskContext,
): Promise<Built> {
  if (given.headers) {
    context.progress(`headers of ${release}`);
    const headers = await ensureHeaders({ release, compiler: true, urls: given.urls }, context);
    if (headers.failed) return { refused: headers };
  }
  context.progress(`compiling for ${release}`);
  const shell = await context.shell();
  const vars = {
    archive: await shell.upload({ data: sourceTar(source) }),
    release,
    key,
    options: given.options.join('\n'),
    sign_key: await uploadOf(given.sign_key, context),
    sign_cert: await uploadOf(given.sign_cert, context),
  };
  const answer = await context.call({ scripts: SCRIPTS, fn: 'kmod_build_make', vars });
  if (answer.rc !== 0) return { refused: failedCall(answer) };
  const lines = answer.stdout.split('\n');
  const text = lines
    .filter((line) => line.startsWith('log:'))
    .map((line) => line.slice(4))
    .join('\n');
  const said = new Answer(lines.filter((line) => !line.startsWith('log:')).join('\n'));
  const log = `${context.host}:${said.get('log') ?? ''}`;
  const ko = said.get('ko');
  const wrong = ko ? explainCheck(said.all('check')) : explainBuild(text);
  if (wrong || !ko) return { refused: failure(wrong?.msg ?? 'no module', { ...wrong, log, build_output: text }) };
  const data = await shell.download(ko);
  return { data, sum: sha256(data), builder: context.host, log };
}

/** What the builder has in place already, under the same name: it built it by itself when its kernel was upgraded. */
async function inPlace(release: string, key: string, context: TaskContext): Promise<Uint8Array | undefined> {
  const look = await context.call({ scripts: SCRIPTS, fn: 'kmod_build_look', vars: { release } });
  const said = new Answer(look.stdout);
  if (!said.get('have') || said.get('key') !== key) return undefined;
  return (await context.shell()).download(said.get('path') ?? '');
}

/** From the controller's cache of an earlier run, or from the builder, else built now. Run once for all hosts that share the key. */
async function obtain(
  source: ModuleSource,
  release: string,
  key: string,
  given: Given,
  context: TaskContext,
): Promise<Built> {
  const path = join(cacheFolder(), `${key}.ko`);
  if (await context.controller.stat(path)) {
    const data = await context.controller.read(path);
    return { data, sum: sha256(data), builder: 'cache', log: path };
  }
  const kept = given.builder === undefined ? undefined : await inPlace(release, key, context);
  const built: Built = kept
    ? { data: kept, sum: sha256(kept), builder: context.host, log: '' }
    : await compile(source, release, key, given, context);
  if ('data' in built) {
    await context.controller.run('mkdir', ['-p', '-m', '0700', cacheFolder()]);
    await context.controller.write(path, built.data, 0o600);
  }
  return built;
}

async function place(
  built: Extract<Built, { data: Uint8Array }>,
  release: string,
  key: string,
  context: TaskContext,
): Promise<ModuleResult> {
  const shell = await context.shell();
  const uploaded = await shell.upload({ data: built.data });
  const answer = await context.call({ scripts: SCRIPTS, fn: 'kmod_build_place', vars: { uploaded, release, key } });
  if (answer.rc !== 0) return failedCall(answer);
  const path = new Answer(answer.stdout).get('path');
  const { builder, log, sum } = built;
  return {
    changed: true,
    path,
    release,
    key,
    sha256: sum,
    builder,
    log,
    msg: `module for ${release}, built on ${builder}`,
  };
}

function refuse(given: Given): ModuleResult | undefined {
  const bad = given.options.find((option) => !OPTION.test(option));
  if (bad)
    return failure(`'${bad}' is no NAME=value for make`, { code: 'E_KMOD_OPTION', remedy: 'options: [CC=gcc-12]' });
  if ((given.sign_key === undefined) !== (given.sign_cert === undefined))
    return failure('signing needs both sign_key and sign_cert', {
      code: 'E_KMOD_SIGN',
      remedy: 'give both, or neither',
    });
  return undefined;
}

export const verb = defineVerb({
  name: 'kmod_build',
  summary: 'Builds the kernel module once for each kernel, checks it, and puts it on every host that has that kernel',
  args: schema,
  check: 'partial',
  diff: false,
  async run(given, context): Promise<ModuleResult> {
    const refused = refuse(given);
    if (refused) return refused;
    const source = await sharedSource(given.source, context);
    const look = await context.call({ scripts: SCRIPTS, fn: 'kmod_build_look', vars: { release: given.release } });
    if (look.rc !== 0) return failedCall(look);
    const said = new Answer(look.stdout);
    const release = said.get('release') ?? '';
    const key = await keyOf(source, release, said.get('arch') ?? '', given, context);
    const path = said.get('path');
    const have = said.get('have');
    if (have && said.get('key') === key) {
      return {
        changed: false,
        path,
        release,
        key,
        sha256: have,
        msg: `the module for ${release} is here already`,
      };
    }
    if (context.check)
      return { changed: true, path, release, key, msg: `the module for ${release} would be built or copied` };
    const built = await context.once(`kmod_build ${key}`, given.builder, (builder) =>
      obtain(source, release, key, given, builder),
    );
    return 'refused' in built ? built.refused : place(built, release, key, context);
  },
});
