import type { Dict, Value } from '../../base/value.ts';
import type { Task } from '../../play/plan.ts';
import type { Scope } from '../../template/contract.ts';
import type { TaskInfo } from '../events.ts';
import type { PlayBatch } from '../play/play-batch.ts';
import { settle } from '../../template/settle.ts';
import { withConnection } from './connection-vars.ts';
import type { EarlierResults } from '../ahead/earlier-results.ts';
import { staticsOf, type TaskStatics } from '../../play/statics.ts';

/** Which task on which host, in which play. */
export interface TaskPlace {
  readonly play: PlayBatch;
  readonly task: Task;
  readonly host: string;
}

/** A task that is run on a host. */
export interface HostTask extends TaskPlace {
  /** The task as listeners see it. */
  readonly info: TaskInfo;
  /** `run_once`: what comes of it counts for all hosts of the batch. */
  readonly runOnce: boolean;
}

/** One task on one host, with the variables that this task (or item) adds. */
export class TaskScope implements TaskPlace {
  readonly play: PlayBatch;
  readonly task: Task;
  readonly host: string;
  readonly statics: TaskStatics;
  readonly extra: Dict;
  readonly scope: Scope;
  private readonly earlier?: EarlierResults;

  /** @param earlier results that may still be on their way; who reads one waits for it */
  constructor({ play, task, host }: TaskPlace, extra: Dict = new Map(), earlier?: EarlierResults) {
    this.play = play;
    this.task = task;
    this.host = host;
    this.statics = staticsOf(task);
    this.extra = extra;
    if (!extra.has('ansible_search_path')) extra.set('ansible_search_path', [...this.statics.searchPath]);
    this.earlier = earlier;
    const own = withConnection(this, play.hostScope(host, task, extra));
    this.scope = earlier?.guard(own, extra) ?? own;
  }

  /** The same with more variables (loop variables, the registered result). */
  with(more: Dict, earlier = this.earlier): TaskScope {
    return new TaskScope(this, new Map([...this.extra, ...more]), earlier);
  }

  /** Renders a value; what cannot hold a template is given back at once. */
  readonly render = (value: Value | undefined): Promise<Value | undefined> => this.play.render(value, this.scope);

  async lookup(name: string): Promise<Value | undefined> {
    return this.render(this.scope.lookup(name));
  }

  resolveNow(value: Value): Value | Promise<Value> {
    return settle(() => this.play.run.templar.resolve(value, this.scope));
  }
}
