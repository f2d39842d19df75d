import { failure, type ModuleResult } from '../../src/base/result.ts';
import type { TaskContext } from '../../src/verb/verb.ts';
import { type Answer, verbScript } from '../shared/answer.ts';
import { KERNEL_SH } from '../shared/kernel.ts';
import { type RemoteRequest, remote } from '../shared/remote.ts';
import { diagnose, questions, type Tools } from './doctor.ts';
import type { Given } from './given.ts';

/** A call of the verb's shell half. */
export const request = (fn: string, more: Partial<RemoteRequest> = {}): RemoteRequest => ({
  verb: 'kernel_build',
  fn,
  scripts: [KERNEL_SH, verbScript('kernel_build', 'job.sh')],
  ...more,
});

/** What there is on the builder. */
export interface Found {
  /** Absolute. */
  readonly tree: string;
  /** As the Makefile has it: 6.1.192. */
  readonly version: string;
  /** What kernel_source made it of; '' where somebody else brought it. */
  readonly source: string;
  readonly cores: number;
  /** MiB. */
  readonly memory: number;
  /** MiB where the tree lies. */
  readonly free: number;
  readonly tools: Tools;
  /** Key of the last job, and of what is built whole. */
  readonly job: string;
  readonly built: string;
  readonly lives: boolean;
  readonly said: Answer;
}

const TOOLS = ['gcc', 'make', 'perl', 'binutils', 'bc', 'flex', 'bison', 'patch'];

/** What stopped it, in place of an answer. */
export interface Refused {
  readonly refused: ModuleResult;
}

/** One round trip. */
export async function look(given: Given, context: TaskContext): Promise<Found | Refused> {
  const compiler = given.options
    .find((word) => word.startsWith('CC='))
    ?.slice(3)
    .split(' ')[0];
  const reply = await remote(context, request('kernel_build_look', { vars: { tree: given.tree, compiler } }));
  if (!reply.ok) return { refused: reply.failed };
  const { said } = reply;
  if (said.is('none') || !said.get('version')) {
    const remedy = 'run kernel_source first';
    return { refused: failure(`${given.tree} is no kernel's tree`, { code: 'E_KSOURCE_TREE', remedy }) };
  }
  const number = (key: string): number => Number(said.get(key)) || 0;
  return {
    tree: said.get('tree') ?? '',
    version: said.get('version') ?? '',
    source: said.get('source') ?? '',
    cores: Math.max(1, number('cores')),
    memory: number('memory'),
    free: number('free'),
    tools: new Map(TOOLS.map((tool) => [tool, said.get(tool) ?? ''])),
    job: said.get('job') ?? '',
    built: said.get('built') ?? '',
    lives: said.is('lives'),
    said,
  };
}

/** Which of some texts stand in files of the tree: one round trip, none for no text. */
export async function standing(
  tree: string,
  texts: readonly { readonly file: string; readonly text: string }[],
  isPlain: boolean,
  context: TaskContext,
): Promise<boolean[] | ModuleResult> {
  if (texts.length === 0) return [];
  const stdin = texts.map(({ file, text }) => `${file}\t${text}\n`).join('');
  const reply = await remote(context, request('kernel_build_has', { vars: { tree, plain: isPlain }, stdin }));
  return reply.ok ? texts.map((_, at) => reply.said.is(`has${at}`)) : reply.failed;
}

/** Stops where these tools cannot build this tree; gives warnings where they may. */
export async function doctor({ tree, version, tools }: Found, context: TaskContext): Promise<string[] | ModuleResult> {
  const asked = questions(version, tools);
  const is = await standing(tree, asked, false, context);
  if (!Array.isArray(is)) return is;
  const found = diagnose(version, tools, (file, text) =>
    asked.some((one, at) => one.file === file && one.text === text && is[at]),
  );
  const stop = found.find(({ stops }) => stops);
  if (!stop) return found.map(({ says, remedy }) => `${says}; ${remedy}`);
  const versions = TOOLS.filter((tool) => /\d/.test(tools.get(tool) ?? '')).map((tool) => `${tool} ${tools.get(tool)}`);
  return failure(`kernel ${version} with ${versions.join(', ')}: ${stop.says}`, {
    code: 'E_KBUILD_TOOLS',
    remedy: stop.remedy,
    ailments: found.map(({ says, remedy }) => ({ says, remedy })),
  });
}

/** Stops where a text of the tree is not there that has to be. */
export async function anchors(given: Given, { tree }: Found, context: TaskContext): Promise<ModuleResult | undefined> {
  const is = await standing(tree, given.anchors, true, context);
  if (!Array.isArray(is)) return is;
  const missing = given.anchors.filter((_, at) => !is[at]);
  if (missing.length === 0) return undefined;
  return failure(missing.map(({ file, text, says }) => `${file} has no "${text}": ${says}`).join('; '), {
    code: 'E_KBUILD_ANCHOR',
    remedy: 'this tree is not the one that the playbook was written for: look at the file, or go another way',
  });
}
