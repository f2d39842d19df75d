import { setTimeout as sleep } from 'node:timers/promises';
import { ToaError } from '../../base/errors.ts';
import type { ModuleResult } from '../../base/result.ts';
import { fromJs, type Dict, type Value } from '../../base/value.ts';
import type { TaskInfo } from '../events.ts';
import { allHold } from './conditions.ts';
import { placeOf } from './errors.ts';
import { asInteger } from './keywords.ts';
import { withLines } from './outcome.ts';
import type { TaskScope } from './scope.ts';
import { isIdentifier } from '../../verb/names.ts';

/** Runs the verb once. */
export type Attempt = () => Promise<ModuleResult>;

interface Retrying {
  readonly attempts: number;
  readonly delaySeconds: number;
}

async function retrying(scope: TaskScope): Promise<Retrying> {
  const { task } = scope;
  if (!task.until) return { attempts: 1, delaySeconds: 0 };
  const omit = scope.scope.lookup('omit');
  const given = async (value: Value | undefined): Promise<Value | undefined> => {
    const rendered = await scope.render(value);
    return rendered === omit ? undefined : rendered;
  };
  const retries = asInteger(await given(task.retries), 'retries', task.span, 3);
  const delay = Number((await given(task.delay)) ?? 5);
  return { attempts: retries <= 0 ? 1 : retries + 1, delaySeconds: delay < 0 || Number.isNaN(delay) ? 1 : delay };
}

/** What conditions on a result and later items of a loop may read: the registered name and the facts that came with it. */
export function visible(result: ModuleResult, scope: TaskScope): Dict {
  const { task } = scope;
  const out: Dict = new Map();
  const facts = result.ansible_facts && task.action !== 'debug' ? fromJs(result.ansible_facts) : undefined;
  if (facts instanceof Map) for (const [name, value] of facts) out.set(name, value);
  if (task.register) out.set(task.register, fromJs({ ...result }));
  return out;
}

/** Applies changed_when and failed_when; an error in one fails the task. */
async function judge(result: ModuleResult, scope: TaskScope): Promise<void> {
  const { changedWhen, failedWhen } = scope.task;
  if (result.skipped !== undefined || (!changedWhen && !failedWhen)) return;
  let condition = 'changed';
  try {
    if (changedWhen && changedWhen.length > 0) {
      result.changed = await allHold(changedWhen, scope.with(visible(result, scope)));
    }
    condition = 'failed';
    if (failedWhen && failedWhen.length > 0) {
      const failed = await allHold(failedWhen, scope.with(visible(result, scope)));
      result.failed = failed;
      result['failed_when_result'] = failed;
    }
  } catch (error) {
    if (!(error instanceof ToaError)) throw error;
    Object.assign(result, placeOf(error));
    result.failed = true;
    result[`${condition}_when_result`] = error.message;
  }
}

function completed(result: ModuleResult): ModuleResult {
  withLines(result);
  if (result.failed === undefined)
    result.failed = result.rc !== undefined && result.rc !== null && Number(result.rc) !== 0;
  if (result.changed === undefined) result.changed = false;
  return result;
}

/**
 * Runs the verb until `until` holds, at most retries + 1 times, and judges each result. See
 * https://docs.ansible.com/ansible-core/2.14/playbook_guide/playbooks_loops.html#retrying-a-task-until-a-condition-is-met
 */
export async function withRetries(
  scope: TaskScope,
  info: TaskInfo,
  attempt: Attempt,
  hidden: boolean,
): Promise<ModuleResult> {
  const { task, play } = scope;
  checkRegister(scope);
  const { attempts, delaySeconds } = await retrying(scope);
  for (let count = 1; ; count++) {
    const result = await attempt();
    if (result.unreachable) return result;
    completed(result);
    if (task.until) result['attempts'] = count;
    await judge(result, scope);
    if (attempts === 1 || (await allHold(task.until ?? [], scope.with(visible(result, scope))))) return result;
    if (count === attempts) {
      result['attempts'] = attempts - 1;
      result.failed = true;
      return result;
    }
    result['retries'] = attempts;
    play.run.emitter.emit({
      type: 'host-retry',
      task: info,
      host: scope.host,
      attempt: count,
      retries: attempts,
      result,
      hidden,
    });
    await sleep(delaySeconds * 1000, undefined, { signal: play.run.signal }).catch(() => undefined);
    if (play.run.isInterrupted) return result;
  }
}

function checkRegister({ task }: TaskScope): void {
  if (task.register === undefined || isIdentifier(task.register)) return;
  throw new ToaError('E_TASK_REGISTER', `Invalid variable name in 'register' specified: '${task.register}'`, {
    span: task.span,
    remedy: 'use letters, digits and underscores, not beginning with a digit',
  });
}
