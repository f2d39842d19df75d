import { join } from 'node:path';
import { z } from 'zod';
import { cacheFolder } from '../../src/base/paths/cache-folder.ts';
import { failure, type ModuleResult } from '../../src/base/result.ts';
import { defineVerb, type TaskContext } from '../../src/verb/verb.ts';
import { type Answer, verbScript } from '../shared/answer.ts';
import * as args from '../shared/args.ts';
import { KERNEL_SH, MAKE_WORD, RELEASE } from '../shared/kernel.ts';
import { type RemoteRequest, remote } from '../shared/remote.ts';

const TIMEOUT_MS = 2 * 3_600_000;
const HOW = ['auto', 'make', 'hand'] as const;
const INITRD = ['auto', 'none', 'dracut', 'mkinitrd', 'mkinitramfs'] as const;

const schema = () =>
  z.strictObject({
    state: args.choice(['present', 'absent']).default('present'),
    /** The tree that kernel_build has built. */
    tree: args.path().optional(),
    /** What `uname -r` will say; default: the tree's. */
    release: args
      .str()
      .refine((text) => text === '' || RELEASE.test(text), 'a release')
      .default(''),
    /** Another host of the inventory (or `localhost`) that has the tree: it packs the kernel, this host unpacks it. */
    builder: args.str().optional(),
    /** make: `make modules_install install`; hand: image, System.map, initrd and links by this verb; auto: hand. */
    how: args.choice(HOW).default('auto'),
    /** What makes the initrd; auto: what the host has. */
    initrd: args.choice(INITRD).default('auto'),
    /** /boot/vmlinuz and /boot/System.map lead to it. */
    links: args.bool().default(false),
    /** Whether what the distribution runs when a kernel is installed runs (update-grub, kernel-install). */
    hooks: args.bool().default(true),
    /** Words for make, as kernel_build had them. */
    options: z.array(args.str().refine((word) => MAKE_WORD.test(word), 'NAME=value')).default([]),
    /** Releases that are not removed: the default, the last good one. The running one never is. */
    keep: args.list(args.str()).default([]),
  });

type Given = z.output<ReturnType<typeof schema>>;

const request = (fn: string, more: Partial<RemoteRequest> = {}): RemoteRequest => ({
  verb: 'kernel_install',
  fn,
  scripts: [KERNEL_SH, verbScript('kernel_install', 'place.sh')],
  timeoutMs: TIMEOUT_MS,
  ...more,
});

const CODES = {
  running: [
    'E_KINSTALL_RUNNING',
    'give the new kernel another EXTRAVERSION or LOCALVERSION; remove after booting another',
  ],
  good: ['E_KINSTALL_GOOD', 'make another kernel the default first (boot_entry)'],
  foreign: ['E_KINSTALL_FOREIGN', 'remove it with what brought it (its package), or give another EXTRAVERSION'],
  unbuilt: ['E_KINSTALL_UNBUILT', 'run kernel_build first'],
  room: ['E_DISK_FULL', 'remove an old kernel, or free space; nothing was changed'],
  initrd: ['E_KINSTALL_INITRD', 'look at the last lines; initrd: none for a kernel that has its disk built in'],
  loader: ['E_KINSTALL_LOADER', 'how: hand, and an entry by boot_entry'],
  archive: ['E_KINSTALL_ARCHIVE', 'the builder is not what it should be: nothing of it was installed'],
} as const;

/** What the shell half refused: `no=KIND text`. */
function refusal(said: Answer): ModuleResult | undefined {
  const match = /^(\w+) (.*)$/.exec(said.get('no') ?? '');
  if (!match || !Object.hasOwn(CODES, match[1])) return undefined;
  const [code, remedy] = CODES[match[1] as keyof typeof CODES];
  return failure(match[2], { code, remedy });
}

/** A kernel as a builder has it: its release, and by what it is known again. */
interface Built {
  readonly release: string;
  readonly key: string;
}

async function builtIn(given: Given, context: TaskContext): Promise<Built | { readonly refused: ModuleResult }> {
  const reply = await remote(context, request('kernel_install_built', { vars: { tree: given.tree } }));
  if (!reply.ok) return { refused: reply.failed };
  const refused = refusal(reply.said);
  if (refused) return { refused };
  const [release, key] = [reply.said.get('release') ?? '', reply.said.get('key') ?? ''];
  if (RELEASE.test(release) && /^[\w.-]+$/.test(key)) return { release, key };
  return {
    refused: failure(`${given.tree}: its release or key is not readable`, {
      code: 'E_KINSTALL_UNBUILT',
      remedy: CODES.unbuilt[1],
    }),
  };
}

/** The kernel as one archive on the controller. */
interface Packed extends Built {
  readonly path: string;
}

const CACHE = (): string => cacheFolder('packed-kernels');

/** Run once for all hosts that get this kernel, on its builder. */
async function pack(given: Given, context: TaskContext): Promise<Packed | { readonly refused: ModuleResult }> {
  const built = await builtIn(given, context);
  if ('refused' in built) return built;
  const path = join(CACHE(), `${built.release}-${built.key}.tar.gz`);
  if (await context.controller.stat(path)) return { ...built, path };
  context.progress(`packing ${built.release}`);
  const vars = { tree: given.tree, options: given.options };
  const reply = await remote(context, request('kernel_install_pack', { vars }));
  if (!reply.ok) return { refused: reply.failed };
  await context.controller.run('mkdir', ['-p', '-m', '0700', CACHE()]);
  await (await context.shell()).downloadTo(reply.said.get('archive') ?? '', path);
  return { ...built, path };
}

const installVars = (given: Given, { release, key }: Built): RemoteRequest['vars'] => ({
  release,
  key,
  initrd: given.initrd,
  links: given.links,
  hooks: given.hooks,
  tree: given.tree,
  options: given.options,
});

/** Whether it is there already: the answer of a second run. */
async function look(given: Given, built: Built, context: TaskContext): Promise<ModuleResult | undefined> {
  const reply = await remote(context, request('kernel_install_look', { vars: installVars(given, built) }));
  if (!reply.ok) return reply.failed;
  const refused = refusal(reply.said);
  if (refused) return refused;
  const { release } = built;
  if (!reply.said.is('changed'))
    return { changed: false, ...filesOf(reply.said, release), msg: `${release} is installed` };
  return context.check ? { changed: true, release, msg: `${release} would be installed` } : undefined;
}

const filesOf = (said: Answer, release: string): Partial<ModuleResult> => ({
  release,
  kernel: said.get('kernel'),
  initrd: said.get('initrd') ?? '',
  system_map: said.get('system_map'),
  modules: said.get('modules'),
});

async function finish(
  fn: string,
  given: Given,
  built: Built,
  archive: string,
  context: TaskContext,
): Promise<ModuleResult> {
  context.progress(`installing ${built.release}`);
  const reply = await remote(context, request(fn, { vars: { ...installVars(given, built), archive } }));
  if (!reply.ok) return reply.failed;
  const refused = refusal(reply.said);
  if (refused) return { ...refused, install_output: reply.text };
  const files = filesOf(reply.said, built.release);
  return { changed: true, ...files, key: built.key, install_output: reply.text, msg: `${built.release} is installed` };
}

async function installed(given: Given, context: TaskContext): Promise<ModuleResult> {
  const builder = given.builder === 'controller' ? 'localhost' : given.builder;
  if (builder === undefined || builder === context.host) {
    const built = await builtIn(given, context);
    if ('refused' in built) return built.refused;
    const there = await look(given, built, context);
    if (there) return there;
    return finish(given.how === 'make' ? 'kernel_install_make' : 'kernel_install_tree', given, built, '', context);
  }
  const packed = await context.once(`kernel_install ${builder} ${given.tree}`, builder, (other) => pack(given, other));
  if ('refused' in packed) return packed.refused;
  const there = await look(given, packed, context);
  if (there) return there;
  context.progress(`sending ${packed.release}`);
  const archive = await (await context.shell()).upload({ path: packed.path });
  return finish('kernel_install_archive', given, packed, archive, context);
}

async function removed(given: Given, context: TaskContext): Promise<ModuleResult> {
  const { release, keep, hooks } = given;
  const vars = { release, keep, hooks };
  const reply = await remote(context, request('kernel_install_remove', { vars }));
  if (!reply.ok) return reply.failed;
  const changed = reply.said.is('changed');
  return (
    refusal(reply.said) ?? {
      changed,
      release,
      removed: reply.said.all('removed'),
      msg: changed ? `${release} is removed` : `${release} is not there`,
    }
  );
}

export const verb = defineVerb({
  name: 'kernel_install',
  summary: 'Installs a kernel that kernel_build has built, here or sent to hosts that did not build it; removes it',
  args: schema,
  beyond: [],
  check: 'full',
  diff: false,
  exclusive: true,
  async run(given, context): Promise<ModuleResult> {
    const refuse = (msg: string, remedy: string): ModuleResult => failure(msg, { code: 'E_KINSTALL', remedy });
    if (given.state === 'absent')
      return given.release === '' ? refuse('which kernel is to be removed?', 'give release') : removed(given, context);
    if (given.tree === undefined) return refuse('there is no tree to install from', 'give the tree of kernel_build');
    if (given.how === 'make' && given.builder !== undefined && given.builder !== context.host)
      return refuse('make install works on the host that built it only', 'how: hand');
    return installed(given, context);
  },
});
