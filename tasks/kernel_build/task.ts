import { createHash } from 'node:crypto';
import { compareRpm } from '../../src/base/version.ts';
import { failure, type ModuleResult } from '../../src/base/result.ts';
import { defineVerb, type TaskContext } from '../../src/verb/verb.ts';
import type { Answer } from '../shared/answer.ts';
import { remote } from '../shared/remote.ts';
import { explainBuild } from './explain.ts';
import { type Given, objection, schema } from './given.ts';
import { anchors, doctor, type Found, look, type Refused, request } from './look.ts';
import { type Patch, readPatches } from './patches.ts';
import { configure, sources } from './prepare.ts';

/** A kernel with everything takes an hour on a fast machine. */
const TIMEOUT_MS = 24 * 3_600_000;
/** MiB that a compiler takes, and that there must be at all. */
const COMPILER_MIB = 400;
const LEAST_MIB = 256;

/** All that decides what is built. `jobs` and the machine do not. */
function keyOf(
  given: Given,
  { source, version }: Found,
  patches: readonly Patch[],
  fragments: readonly string[],
): string {
  const { jobs: _jobs, needs: _needs, tree: _tree, patches: _patches, fragments: _fragments, ...rest } = given;
  const parts = [source, version, rest, patches.map(({ sum, strip }) => [sum, strip]), fragments];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16);
}

/** What is in the tree, for the result. */
interface Kernel {
  readonly tree: string;
  readonly version: string;
  readonly release?: string;
  readonly image?: string;
  readonly log?: string;
  readonly objects?: number;
}

const built = (said: Answer, { tree, version }: Found): Kernel => {
  const image = said.get('image') ?? '';
  return {
    tree,
    version,
    release: said.get('release'),
    image: image === '' ? undefined : `${tree}/${image}`,
    log: said.get('log'),
    objects: Number(said.get('objects')) || undefined,
  };
};

/** Compilers at a time: as many as there are cores, and as memory allows. */
export function jobsFor(wanted: number, cores: number, memory: number): number {
  return wanted > 0 ? wanted : Math.max(1, Math.min(cores, Math.floor(memory / COMPILER_MIB)));
}

/** MiB that a build takes, by its configuration: objects with debug information are eight times as large. */
export function needFor(options: ReadonlyMap<string, string>): number {
  const modules = [...options.values()].filter((value) => value === 'm').length;
  const isDebug = options.get('CONFIG_DEBUG_INFO') === 'y';
  return (800 + modules * 2) * (isDebug ? 6 : 1);
}

function room(given: Given, found: Found, options: ReadonlyMap<string, string>): ModuleResult | undefined {
  if (found.memory < LEAST_MIB)
    return failure(`${found.memory} MiB of memory are free: a compiler of a kernel takes about ${COMPILER_MIB}`, {
      code: 'E_KBUILD_MEMORY',
      remedy: 'free memory, add swap, or build on another host',
    });
  // what an interrupted build has written is not needed again
  const need = found.job === '' ? (given.needs ?? needFor(options)) : 0;
  if (found.free >= need) return undefined;
  return failure(`${found.tree}: ${found.free} MiB are free, about ${need} are needed`, {
    code: 'E_DISK_FULL',
    remedy: 'free space there; without CONFIG_DEBUG_INFO a build takes a sixth; `needs` says another number',
  });
}

/** Starts the job unless it runs, and waits for it. */
async function compile(given: Given, found: Found, key: string, context: TaskContext): Promise<ModuleResult> {
  const { tree, version } = found;
  const begun = Date.now();
  if (!found.lives) {
    const jobs = jobsFor(given.jobs, found.cores, found.memory);
    // a release gets a plus sign from a repository that is not at a tag, unless LOCALVERSION is set
    const plain = compareRpm(version, '2.6') >= 0 ? ['LOCALVERSION='] : [];
    const targets = [...given.first, ...given.targets];
    const vars = { tree, key, jobs, targets, options: [...plain, ...given.options] };
    const started = await remote(context, request('kernel_job_start', { vars }));
    if (!started.ok) return started.failed;
  }
  const expected = Number(found.said.get('objects')) || 0;
  const ended = await remote(context, {
    ...request('kernel_job_wait', { vars: { tree }, timeoutMs: TIMEOUT_MS }),
    onOutput: (text) => tell(text, expected, context),
  });
  if (!ended.ok) return ended.failed;
  const { said, text } = ended;
  const facts = { ...built(said, found), seconds: Math.round((Date.now() - begun) / 1000) };
  if (said.get('rc') !== '0') {
    const { msg, ...why } = explainBuild(text || 'the build was ended from outside');
    return failure(msg, { ...why, ...facts, build_output: text });
  }
  if (!facts.release || !facts.image)
    return failure('make went well, and left no kernel', {
      code: 'E_KBUILD_TARGET',
      remedy: 'look at `targets` and the log: a target that builds an image is wanted (bzImage)',
      ...facts,
    });
  return { changed: true, ...facts, msg: `kernel ${facts.release} is built` };
}

function tell(text: string, expected: number, context: TaskContext): void {
  const count = Number(/count=(\d+)\n?$/.exec(text)?.[1] ?? 0);
  if (count === 0) return;
  if (expected > 0) context.progress(`compiling, ${count} of ${expected} objects`, Math.min(1, count / expected));
  else context.progress(`compiling, ${count} objects`);
}

/** One kernel: what is asked for, what there is, and the files of the controller that it needs. */
interface Order {
  readonly given: Given;
  readonly found: Found;
  readonly key: string;
  readonly patches: readonly Patch[];
  readonly fragments: readonly string[];
}

async function build(order: Order, context: TaskContext): Promise<ModuleResult> {
  const { given, found, key, patches, fragments } = order;
  const said = await sources(given, found, patches, context);
  if (!Array.isArray(said)) return said;
  // what a patch has mended is no fault any more
  const ill = await doctor(found, context);
  if (!Array.isArray(ill)) return ill;
  const wrong = await anchors(given, found, context);
  if (wrong) return wrong;
  const options = await configure(given, found, fragments, context);
  if ('refused' in options) return options.refused;
  const full = room(given, found, options);
  if (full) return full;
  const result = await compile(given, found, key, context);
  const warnings = [...ill, ...said];
  return warnings.length > 0 ? { ...result, warnings } : result;
}

async function orderOf(given: Given, context: TaskContext): Promise<Order | Refused> {
  const patches = await readPatches(given, context);
  if (!Array.isArray(patches)) return { refused: patches };
  const read = (src: string): Promise<Uint8Array> => context.controller.read(context.findFile('files', src));
  const fragments = (await Promise.all(given.fragments.map(read))).map((data) => Buffer.from(data).toString('utf8'));
  const found = await look(given, context);
  if ('refused' in found) return found;
  return { given, found, key: keyOf(given, found, patches, fragments), patches, fragments };
}

async function run(given: Given, context: TaskContext): Promise<ModuleResult> {
  const order = await orderOf(given, context);
  if ('refused' in order) return order.refused;
  const { found, key } = order;
  const there = built(found.said, found);
  if (found.built === key && there.image !== undefined)
    return { changed: false, ...there, key, msg: `kernel ${there.release} is built already` };
  const { tree, version } = found;
  if (context.check) return { changed: true, tree, version, key, msg: 'a kernel would be built' };
  if (found.lives && found.job !== key)
    return failure(`another kernel is being built in ${tree}`, {
      code: 'E_KBUILD_BUSY',
      remedy: 'wait for it, or build in another tree',
    });
  const result = found.lives ? await compile(given, found, key, context) : await build(order, context);
  return { ...result, key };
}

export const verb = defineVerb({
  name: 'kernel_build',
  summary: "Patches, configures and compiles a kernel's tree; what was interrupted is gone on with",
  args: schema,
  beyond: ['controller-file'],
  check: 'partial',
  diff: false,
  async run(given, context): Promise<ModuleResult> {
    return objection(given) ?? run(given, context);
  },
});
