import { ToaError } from '../../src/base/errors.ts';
import { compareRpm } from '../../src/base/version.ts';
import { failure, type ModuleResult } from '../../src/base/result.ts';
import type { TaskContext } from '../../src/verb/verb.ts';
import { editFile } from '../shared/files/edit.ts';
import { remote } from '../shared/remote.ts';
import { type Condition, merged, optionsOf, type Unstuck, unstuck, wantedOptions, whyUnstuck } from './config.ts';
import { withDefine, withExtraversion } from './edits.ts';
import { explainBuild } from './explain.ts';
import type { Given } from './given.ts';
import { type Found, type Refused, request } from './look.ts';
import { applyPatch, type Patch } from './patches.ts';

const TIMEOUT_MS = 1_800_000;

/** Edits one text of the tree; undefined when all is well. */
async function edit(
  path: string,
  change: (text: string) => string,
  context: TaskContext,
): Promise<ModuleResult | undefined> {
  const options = { path, create: false, backup: false, attributes: {} };
  try {
    const result = await editFile(options, (text) => ({ text: change(text), msg: '' }), context);
    return result.failed ? result : undefined;
  } catch (error) {
    if (error instanceof ToaError && error.code === 'E_KBUILD_DEFINE')
      return failure(error.message, { code: error.code, remedy: error.details.remedy });
    throw error;
  }
}

/** Patches in their order, then defines and EXTRAVERSION. Gives warnings, or why it stopped. */
export async function sources(
  given: Given,
  { tree }: Found,
  patches: readonly Patch[],
  context: TaskContext,
): Promise<string[] | ModuleResult> {
  const warnings: string[] = [];
  for (const patch of patches) {
    context.progress(`patch ${patch.src}`);
    const done = await applyPatch(tree, patch, context);
    if ('refused' in done) return done.refused;
    warnings.push(...done.fuzz.map((line) => `${patch.src}: ${line}`));
  }
  for (const define of given.defines) {
    const wrong = await edit(`${tree}/${define.file}`, (text) => withDefine(text, define), context);
    if (wrong) return wrong;
  }
  const { extraversion } = given;
  if (extraversion === undefined) return warnings;
  return (await edit(`${tree}/Makefile`, (text) => withExtraversion(text, extraversion), context)) ?? warnings;
}

/** What the tree's own program made of the wanted configuration, or why it did not. */
async function complete(
  given: Given,
  { tree, version }: Found,
  text: string,
  context: TaskContext,
): Promise<string | ModuleResult> {
  const automatic = compareRpm(version, '3.7') >= 0 ? 'olddefconfig' : 'oldconfig';
  const target = given.config_target === 'auto' ? automatic : given.config_target;
  const vars = { tree, target, answers: given.config_answers, options: given.options };
  const reply = await remote(context, request('kernel_config_set', { vars, stdin: text, timeoutMs: TIMEOUT_MS }));
  if (!reply.ok) return reply.failed;
  if (reply.said.get('failed') === undefined) return reply.text;
  const { msg, ...why } = explainBuild(reply.text);
  return failure(`make ${target}: ${msg}`, { ...why, build_output: reply.text });
}

async function explain(
  tree: string,
  low: readonly Unstuck[],
  after: ReadonlyMap<string, string>,
  context: TaskContext,
): Promise<ModuleResult> {
  const symbols = low.map(({ name }) => name.replace(/^CONFIG_/, ''));
  const reply = await remote(context, request('kernel_config_why', { vars: { tree, symbols } }));
  if (!reply.ok) return reply.failed;
  const all = reply.said.all('at').map((line) => /^(\w+) (\S+:\d+) (.*)$/.exec(line));
  const of = (name: string): Condition[] =>
    all
      .filter((match) => match !== null && `CONFIG_${match[1]}` === name)
      .map((match) => ({ place: match?.[2] ?? '', expression: match?.[3] ?? '' }));
  return failure(low.map((one) => whyUnstuck(one, of(one.name), after)).join('; '), {
    code: 'E_KBUILD_CONFIG',
    remedy: 'set what it depends on too, or leave the option out',
    unstuck: low.map(({ name, wanted, is }) => ({ name, wanted, is })),
  });
}

/** Makes .config, and looks whether all that was wanted is in it. Gives its options, or why it stopped. */
export async function configure(
  given: Given,
  found: Found,
  fragments: readonly string[],
  context: TaskContext,
): Promise<ReadonlyMap<string, string> | Refused> {
  context.progress('configuring');
  const { tree } = found;
  const vars = { tree, from: given.config_from, options: given.options };
  const base = await remote(context, request('kernel_config_base', { vars, timeoutMs: TIMEOUT_MS }));
  if (!base.ok) {
    const remedy = 'config_from says where .config begins';
    return { refused: { ...base.failed, code: 'E_KBUILD_CONFIG', remedy } };
  }
  const local: Record<string, string> =
    given.localversion === undefined ? {} : { LOCALVERSION: `"${given.localversion}"`, LOCALVERSION_AUTO: 'n' };
  const wanted = wantedOptions(fragments, { ...local, ...given.config });
  const text = await complete(given, found, merged(base.text, wanted), context);
  if (typeof text !== 'string') return { refused: text };
  const after = optionsOf(text);
  const low = unstuck(after, wanted);
  return low.length > 0 ? { refused: await explain(tree, low, after, context) } : after;
}
