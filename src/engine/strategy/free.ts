import { ToaError } from '../../base/errors.ts';
import type { Task } from '../../play/plan.ts';
import { processIncludes } from '../play/includes.ts';
import { runMeta } from '../play/meta.ts';
import type { PlayBatch } from '../play/play-batch.ts';
import { runTaskOnHost } from '../task/run-task.ts';
import { Semaphore } from '../hosts/semaphore.ts';
import { asBoolean, asInteger } from '../task/keywords.ts';
import { type TaskPlace, TaskScope } from '../task/scope.ts';
import { isStepTaken } from './step.ts';

type Slot = <T>(work: () => Promise<T>) => Promise<T>;

const warned = new WeakMap<PlayBatch, Set<string>>();

function warnOnce(play: PlayBatch, message: string): void {
  const known = warned.get(play) ?? new Set();
  warned.set(play, known);
  if (known.has(message)) return;
  known.add(message);
  play.run.emitter.warn(message);
}

function refuseOnceForAll(task: Task): void {
  if (task.action !== 'add_host' && task.action !== 'pause') return;
  throw new ToaError(
    'E_STRATEGY_FREE',
    `The '${task.actionAsWritten}' module bypasses the host loop, which is currently not supported in the free strategy and would instead execute for every host in the inventory list.`,
    { span: task.span, remedy: 'put it into a play of its own with strategy: linear' },
  );
}

async function warnOfUnsupported(scope: TaskScope): Promise<void> {
  const { play } = scope;
  const { keywords } = scope.statics;
  if (keywords.runOnce !== undefined && asBoolean(await scope.render(keywords.runOnce))) {
    warnOnce(
      play,
      'Using run_once with the free strategy is not currently supported. This task will still be executed for every host in the inventory list.',
    );
  }
  if (keywords.anyErrorsFatal !== undefined && asBoolean(await scope.render(keywords.anyErrorsFatal))) {
    warnOnce(
      play,
      'Using any_errors_fatal with the free strategy is not supported, as tasks are executed independently on each host',
    );
  }
}

async function runOne(place: TaskPlace, slot: Slot): Promise<void> {
  const { play, task, host } = place;
  if (task.action === 'meta') {
    await runMeta(play, task, [host]);
    return;
  }
  refuseOnceForAll(task);
  const scope = new TaskScope(place);
  await warnOfUnsupported(scope);
  const most = asInteger(await scope.render(scope.statics.keywords.throttle), 'throttle', task.span, 0);
  const info = play.taskInfo(task, host);
  if (!(await isStepTaken(play, info, host))) return;
  const work = (): Promise<void> =>
    slot(async () => {
      if (play.run.isInterrupted) return;
      play.run.emitter.emit({ type: 'task-start', task: info, hosts: [host] });
      await processIncludes(play, [await runTaskOnHost({ ...place, info, runOnce: false })]);
    });
  await (most > 0 ? play.throttle(task, most).run(work) : work());
}

async function runHost(play: PlayBatch, host: string, slot: Slot): Promise<void> {
  while (!play.run.isInterrupted && !play.run.hosts.isUnreachable(host)) {
    const task = play.cursor(host).take();
    if (!task) return;
    await runOne({ play, task, host }, slot);
  }
}

/**
 * The strategies free and host_pinned: each host goes through the play at its own speed. `forks` limits tasks at one
 * time (free) or hosts at one time (host_pinned).
 */
export async function runFree(play: PlayBatch, isPinned: boolean): Promise<void> {
  const slots = new Semaphore(play.run.settings.forks);
  const direct: Slot = (work) => work();
  await Promise.all(
    play.batch.map((host) =>
      isPinned ? slots.run(() => runHost(play, host, direct)) : runHost(play, host, (work) => slots.run(work)),
    ),
  );
}
