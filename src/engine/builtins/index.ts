import type { ModuleResult } from '../../base/result.ts';
import type { Task } from '../../play/plan.ts';
import { statusOfJob } from '../task/async.ts';
import { statusOnHost } from '../task/detached.ts';
import type { VerbContext } from '../task/context.ts';
import type { TaskScope } from '../task/scope.ts';
import { includeVars } from './include-vars.ts';
import { validateArgumentSpec } from './validate-argument-spec.ts';

/** A verb that needs the engine itself. */
export type Builtin = (
  at: TaskScope,
  args: Readonly<Record<string, unknown>>,
  context: VerbContext,
) => Promise<ModuleResult>;

const asyncStatus: Builtin = async (at, args, context) => {
  const [id, mode] = [String(args['jid']), String(args['mode'] ?? 'status')];
  return statusOfJob(at, id, mode) ?? statusOnHost(at, id, mode, context);
};

const BUILTINS: ReadonlyMap<string, Builtin> = new Map([
  ['include_vars', includeVars],
  ['validate_argument_spec', validateArgumentSpec],
  ['async_status', asyncStatus],
]);

export function builtinFor(action: string): Builtin | undefined {
  return BUILTINS.get(action);
}

/** Tasks that bring other tasks at run time. */
export function isInclude(task: Task): boolean {
  return task.action === 'include_tasks' || task.action === 'include_role';
}
