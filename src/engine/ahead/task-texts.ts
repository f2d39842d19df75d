import { isMapping } from '../../base/value.ts';
import type { Task } from '../../play/plan.ts';
import { EXPRESSIONS } from '../../play/playbook/expressions.ts';
import { staticsOf } from '../../play/statics.ts';

/** What becomes of a value that stands in a playbook. */
export type Use =
  /** Templates in it are rendered. */
  | 'text'
  /** It is evaluated: a condition, or an argument that is an expression. */
  | 'condition'
  /** Variables, which any text may read later. */
  | 'variables'
  /** Arguments of tasks that are not known from it (`module_defaults`). */
  | 'defaults'
  /** The name of a host. */
  | 'delegate';

export interface PlanText {
  readonly use: Use;
  /** As it is in the plan: templates, lists and dicts of them, or parts of the plan. */
  readonly value: unknown;
}

const USES: ReadonlyMap<string, Use> = new Map<string, Use>([
  ['when', 'condition'],
  ['until', 'condition'],
  ['changedWhen', 'condition'],
  ['failedWhen', 'condition'],
  ['vars', 'variables'],
  ['moduleDefaults', 'defaults'],
  ['delegateTo', 'delegate'],
]);

/**
 * All that stands in the fields of a part of the plan (a block, role or play, or the keywords of one). A field that is
 * not known here counts as text, so that a new keyword is looked through without being named.
 */
export function* textsOfFields(fields: object): Generator<PlanText> {
  for (const [name, value] of Object.entries(fields) as [string, unknown][]) {
    yield { use: USES.get(name) ?? 'text', value };
  }
}

/**
 * The one source of a task's own texts, for all who ask beforehand what a task can read (`readers.ts`, `host-local.ts`):
 * keywords, variables, arguments, loop. What it has from its parents is `inheritedTexts`, or the parents' own.
 */
export function* textsOfTask(task: Task): Generator<PlanText> {
  const { args, loop, parent: _parent, role: _role, ...rest } = task;
  const expression = EXPRESSIONS.get(task.action);
  if (expression !== undefined && isMapping(args)) yield { use: 'condition', value: args.get(expression) };
  yield { use: 'text', value: args };
  yield { use: 'text', value: loop?.value };
  yield* textsOfFields(rest);
}

/** Keywords, conditions, environment and module_defaults of the blocks, role and play around a task, and its own. */
export function* inheritedTexts(task: Task): Generator<PlanText> {
  const { when, environment, moduleDefaults, keywords } = staticsOf(task);
  yield* textsOfFields({ when, environment, moduleDefaults, ...keywords });
}
