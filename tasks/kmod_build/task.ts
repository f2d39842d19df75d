import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { failure, type ModuleResult } from '../../src/base/result.ts';
import * as args from '../shared/args.ts';
import { Answer, failedCall, verbScript } from '../shared/answer.ts';
import { ensureHeaders, pinnedPackages } from '../shared/receiver/kernel-devel.ts';
import {
  KMOD_SCRIPTS,
  type ModuleSource,
  artifactKey,
  sharedSource,
  sourceTar,
  wrongOption,
} from '../shared/receiver/kmod.ts';
import { BUILDER_NAME, builderFolder, moduleCacheFolder } from '../shared/receiver/module-cache.ts';
import { defineVerb, type TaskContext } from '../../src/verb/verb.ts';
import { explainBuild, explainCheck } from './explain.ts';
import { inspectModule } from './inspect.ts';
import { signModule } from './sign.ts';

const schema = () =>
  z.strictObject({
    /** What toa_source answered as `source`; '' is the bundled one. */
    source: args.str().default(''),
    /** `uname -r` of the kernel to build for; default: the host's running one. */
    release: args
      .str()
      .refine((text) => /^[\w+~-]?[\w.+~-]*$/.test(text), 'a release as `uname -r` says it')
      .default(''),
    /** Words for make: CC=gcc-12, KDIR=... */
    options: args.list(args.str()).default([]),
    /** Who compiles for all hosts with this kernel: an inventory host, or `localhost`. Default: each host for itself. */
    builder: args.str().optional(),
    /** Bring headers and compiler to the builder where they are missing, as kernel_devel does. */
    headers: args.bool().default(true),
    urls: pinnedPackages(),
    /** PEM key and certificate on the controller: it signs the module with them; the key stays there. Needs `builder`. */
    sign_key: args.path().optional(),
    sign_cert: args.path().optional(),
  });

type Given = z.output<ReturnType<typeof schema>>;

const SCRIPTS = [...KMOD_SCRIPTS, verbScript('kmod_build')];

/** One module: its source, the kernel it is for, its name in caches. */
interface Order {
  readonly source: ModuleSource;
  readonly release: string;
  readonly arch: string;
  readonly key: string;
  readonly given: Given;
}

/** What a host compiled, still there; or why there is nothing. */
type Compiled =
  | { readonly ko: string; readonly log: string; readonly hash: string }
  | { readonly refused: ModuleResult };

/** A module of a builder, on the controller: looked at and signed; or why there is none. */
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

/** Compiles on the host of `context`. */
async function compile({ source, release, key, given }: Order, context: TaskContext): Promise<Compiled> {
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
  return { ko, log, hash: said.get('hash') ?? '' };
}

/** What the builder has in place already, under the same name: it built it by itself when its kernel was upgraded. */
async function inPlace({ release, key, given }: Order, context: TaskContext): Promise<Compiled | undefined> {
  if (given.sign_key !== undefined) return undefined;
  const look = await context.call({ scripts: SCRIPTS, fn: 'kmod_build_look', vars: { release } });
  const said = new Answer(look.stdout);
  if (!said.get('have') || said.get('key') !== key) return undefined;
  return { ko: said.get('path') ?? '', log: '', hash: '' };
}

/** Looks at what the builder made, and signs it, on the controller: the key does not leave it. */
async function accept(
  data: Uint8Array,
  made: Extract<Compiled, { ko: string }>,
  order: Order,
  context: TaskContext,
): Promise<Uint8Array | ModuleResult> {
  const { release, arch, given } = order;
  const wrong = inspectModule(data, { release, arch, bundled: given.source === '' });
  if (wrong) return failure(wrong.msg, { ...wrong, log: made.log });
  if (given.sign_key === undefined) return data;
  const key = await context.controller.readDecrypted(context.findFile('files', given.sign_key));
  const certificate = await context.controller.read(context.findFile('files', given.sign_cert ?? ''));
  return signModule(data, key, certificate, made.hash);
}

/** From the cache of what this builder made in an earlier run, else from it now. Run once for all hosts that share the key. */
async function obtain(order: Order, builder: string, context: TaskContext): Promise<Built> {
  const { release, arch, key, given } = order;
  const path = join(builderFolder(builder), `${key}.ko`);
  if (await context.controller.stat(path)) {
    const data = await context.controller.read(path);
    const wrong = inspectModule(data, { release, arch, bundled: given.source === '' });
    if (!wrong) return { data, sum: sha256(data), builder: `cache of ${builder}`, log: path };
  }
  const made = (await inPlace(order, context)) ?? (await compile(order, context));
  if ('refused' in made) return made;
  const data = await accept(await (await context.shell()).download(made.ko), made, order, context);
  if (!(data instanceof Uint8Array)) return { refused: data };
  await context.controller.run('mkdir', ['-p', '-m', '0700', moduleCacheFolder(), dirname(path)]);
  await context.controller.write(path, data, 0o600);
  await context.controller.write(join(dirname(path), BUILDER_NAME), `${builder}\n`, 0o600);
  return { data, sum: sha256(data), builder, log: made.log };
}

/** Puts a module that lies on the host where kmod_load looks. */
async function place(
  uploaded: string,
  { release, key }: Order,
  from: { readonly builder: string; readonly log: string },
  context: TaskContext,
): Promise<ModuleResult> {
  const answer = await context.call({ scripts: SCRIPTS, fn: 'kmod_build_place', vars: { uploaded, release, key } });
  if (answer.rc !== 0) return failedCall(answer);
  const said = new Answer(answer.stdout);
  return {
    changed: true,
    path: said.get('path'),
    release,
    key,
    sha256: said.get('have'),
    ...from,
    msg: `module for ${release}, built on ${from.builder}`,
  };
}

/** The host compiles for itself: what it makes goes to nobody else, and is kept nowhere else. */
async function buildHere(order: Order, context: TaskContext): Promise<ModuleResult> {
  const made = await compile(order, context);
  if ('refused' in made) return made.refused;
  return place(made.ko, order, { builder: context.host, log: made.log }, context);
}

/** A builder that the user named compiles for every host with the same key. */
async function buildThere(order: Order, builder: string, context: TaskContext): Promise<ModuleResult> {
  const built = await context.once(`kmod_build ${builder} ${order.key}`, builder, (other) =>
    obtain(order, builder, other),
  );
  if ('refused' in built) return built.refused;
  const uploaded = await (await context.shell()).upload({ data: built.data });
  return place(uploaded, order, { builder: built.builder, log: built.log }, context);
}

function refuse(given: Given): ModuleResult | undefined {
  const wrong = wrongOption(given.options);
  if (wrong) return wrong;
  if ((given.sign_key === undefined) !== (given.sign_cert === undefined))
    return failure('signing needs both sign_key and sign_cert', {
      code: 'E_KMOD_SIGN',
      remedy: 'give both, or neither',
    });
  if (given.sign_key !== undefined && given.builder === undefined)
    return failure('a signed module needs a named builder (builder, toa_builder)', {
      code: 'E_KMOD_SIGN',
      remedy:
        'name a host that you trust, or localhost: a signature makes a module good for every host that trusts the key',
    });
  return undefined;
}

export const verb = defineVerb({
  name: 'kmod_build',
  summary:
    'Builds the kernel module, on the host itself or once on a builder that is named, checks it and puts it in place',
  args: schema,
  beyond: ['controller-file'],
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
    const order: Order = { source, release, arch: said.get('arch') ?? '', key, given };
    const builder = given.builder === 'controller' ? 'localhost' : given.builder;
    return builder === undefined ? buildHere(order, context) : buildThere(order, builder, context);
  },
});
