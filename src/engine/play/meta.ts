import { didYouMean, ToaError } from '../../base/errors.ts';
import type { Task } from '../../play/plan.ts';
import { isImplicit } from './compile.ts';
import type { PlayBatch } from './play-batch.ts';
import { allHold } from '../task/conditions.ts';
import { handlerRan, notifyLeft } from '../task/effects.ts';
import { destinationOf } from '../task/destination.ts';
import { asText } from '../task/keywords.ts';
import { type TaskPlace, TaskScope } from '../task/scope.ts';

type Action = (at: TaskPlace) => void | Promise<void>;

function endHosts(play: PlayBatch, hosts: readonly string[]): void {
  for (const host of hosts) {
    if (play.run.hosts.isUnreachable(host)) continue;
    play.cursor(host).end();
    forget(play, host);
  }
}

/** Handlers that the play itself gives up are not left for its next run. */
function forget(play: PlayBatch, host: string): void {
  if (!play.run.settings.check) play.pendingOf(host).forget();
}

const flushHandlers: Action = (at) => {
  const { play, task, host } = at;
  const cursor = play.cursor(host);
  if (cursor.isInHandlers && !isImplicit(task)) {
    throw new ToaError('E_META_FLUSH', 'flush_handlers cannot be used as a handler', { span: task.span });
  }
  if (isImplicit(task)) for (const name of play.pendingOf(host).takeLeft()) notifyLeft(at, name);
  cursor.flushHandlers(play.handlers.list);
};

const resetConnection: Action = async (at) => {
  const { target } = await destinationOf(new TaskScope(at), undefined);
  await at.play.run.sessions.reset(target);
};

const ACTIONS: Readonly<Record<string, Action>> = {
  noop: () => undefined,
  flush_handlers: flushHandlers,
  refresh_inventory: async ({ play }) => play.run.options.refreshInventory?.(),
  clear_facts: ({ play }) => {
    for (const host of play.batch) {
      play.run.options.variables.clearFacts(host);
      play.run.gathered.delete(host);
    }
  },
  clear_host_errors: ({ play }) => play.run.hosts.clear(play.batch),
  end_batch: ({ play }) => endHosts(play, play.batch),
  end_play: ({ play }) => {
    endHosts(play, play.batch);
    play.isPlayEnded = true;
  },
  end_host: ({ play, host }) => {
    play.run.hosts.end(host);
    forget(play, host);
  },
  end_role: ({ play, host }) => play.cursor(host).endRole(),
  role_complete: () => undefined,
  reset_connection: resetConnection,
};

/** Those that act on every host at once; the first host's `when` decides for all. */
const ONCE = new Set(['refresh_inventory', 'clear_facts', 'clear_host_errors', 'end_batch', 'end_play']);
/** Those whose `when` is not asked. */
const UNCONDITIONAL = new Set(['noop', 'refresh_inventory', 'reset_connection']);

function actionName(task: Task): string {
  const args = task.args instanceof Map ? task.args.get('_raw_params') : undefined;
  return asText(args)?.trim() ?? '';
}

async function isWanted(at: TaskPlace, name: string): Promise<boolean> {
  const { play, task } = at;
  const scope = new TaskScope(at);
  if (!UNCONDITIONAL.has(name)) return allHold(scope.statics.when, scope);
  if (task.when && task.when.length > 0) play.run.emitter.warn(`${name} task does not support when conditional`);
  return true;
}

/**
 * Carries out `meta: ...` for hosts that stand at it. See
 * https://docs.ansible.com/ansible-core/2.14/collections/ansible/builtin/meta_module.html
 * @throws ToaError E_META_UNKNOWN
 */
export async function runMeta(play: PlayBatch, task: Task, hosts: readonly string[]): Promise<void> {
  const name = actionName(task);
  const action = ACTIONS[name];
  if (!action) {
    throw new ToaError('E_META_UNKNOWN', `invalid meta action requested: ${name}`, {
      span: task.span,
      remedy: `use one of ${Object.keys(ACTIONS).join(', ')}.${didYouMean(name, Object.keys(ACTIONS))}`,
    });
  }
  const isShown = !isImplicit(task);
  const info = isShown ? play.taskInfo(task, hosts[0]) : undefined;
  if (info) play.run.emitter.emit({ type: 'task-start', task: info, hosts: [...hosts] });
  for (const host of ONCE.has(name) ? hosts.slice(0, 1) : hosts) {
    const at = { play, task, host };
    if (isImplicit(task) || (await isWanted(at, name))) await action(at);
    else if (info) {
      play.run.emitter.emit({
        type: 'host-result',
        task: info,
        host,
        status: 'skipped',
        ignored: false,
        looped: false,
        hidden: info.noLog,
        result: { skipped: true, msg: name, skip_reason: `${name} conditional evaluated to False` },
        milliseconds: 0,
      });
    }
  }
  if (task.isHandler) for (const host of hosts) handlerRan({ play, task, host });
}
