import { shareTurn } from '../../base/turns.ts';
import type { Task } from '../../play/plan.ts';
import type { EngineEvent, TaskInfo } from '../events.ts';
import type { PlayBatch } from '../play/play-batch.ts';
import { forEachLimited } from '../hosts/semaphore.ts';
import { HostChain } from './host-chain.ts';
import { countAhead } from './host-local.ts';

/** Told at once; a slow host may keep back what a thousand others did in ten tasks. */
const EVENTS_AT_ONCE = 20;
const THROUGH = Infinity;

/** Tasks that hosts go through at their own speed, told as if each had been run on all hosts before the next. */
class InOrder {
  private readonly play: PlayBatch;
  /** Of the tasks that are known to be among them. */
  readonly infos: TaskInfo[] = [];
  private readonly indexes = new Map<number, number>();
  private readonly hosts: readonly string[];
  /** The task that is told now. */
  private told = -1;
  /** At which task each host is; THROUGH for those that have no more. */
  private readonly at = new Map<string, number>();
  /** How many hosts are at each task. */
  private readonly standing = new Map<number, number>();
  /** Hosts that came no further than their task. */
  private readonly stopped = new Map<string, number>();
  private readonly held: EngineEvent[][] = [];
  private telling: Promise<void> = Promise.resolve();
  private isTelling = false;
  /** What was kept back of the task that is told now is not all told yet. */
  private isCatchingUp = false;

  constructor(play: PlayBatch, hosts: readonly string[]) {
    this.play = play;
    this.hosts = hosts;
    for (const host of hosts) this.at.set(host, 0);
    this.standing.set(0, hosts.length);
  }

  /** One more task, before any host has reached it. */
  add(info: TaskInfo): void {
    this.indexes.set(info.id, this.infos.push(info) - 1);
    this.held.push([]);
    this.next();
  }

  /** Keeps what belongs to a task that is not told yet. */
  readonly hold = (event: EngineEvent): boolean => {
    const index = this.taskOf(event);
    if (index === undefined || index < this.told || (index === this.told && !this.isCatchingUp)) return false;
    this.held[index].push(event);
    return true;
  };

  private taskOf(event: EngineEvent): number | undefined {
    if ('task' in event) return this.indexes.get(event.task.id);
    return event.type === 'handler-notified' ? this.at.get(event.host) : undefined;
  }

  /** A task that was begun early, on a host that failed before it. */
  private isVoid(event: EngineEvent): boolean {
    return 'host' in event && (this.stopped.get(event.host as string) ?? this.told) < this.told;
  }

  /** The host goes on to a task. */
  reach(host: string, index: number): void {
    this.count(this.at.get(host) as number, -1);
    this.count(index, 1);
    this.at.set(host, index);
    this.next();
  }

  private count(index: number, hosts: number): void {
    this.standing.set(index, (this.standing.get(index) ?? 0) + hosts);
  }

  /** The host has no more of these tasks to do. */
  leave(host: string, isThrough: boolean): void {
    if (!isThrough) this.stopped.set(host, this.at.get(host) as number);
    this.reach(host, THROUGH);
  }

  /** Tells what is left, also when the work was broken off. */
  async finish(): Promise<void> {
    for (const [host, index] of this.at) if (index !== THROUGH) this.leave(host, false);
    await this.telling;
  }

  /** All hosts are done with the task that is told, and there is another one. */
  private get isNextDue(): boolean {
    return this.told < this.infos.length - 1 && (this.standing.get(this.told) ?? 0) === 0;
  }

  private next(): void {
    if (this.isTelling || !this.isNextDue) return;
    this.isTelling = true;
    this.telling = this.tellDue();
    // It is waited for at the end; until then a failure must not count as nobody's.
    this.telling.catch(() => undefined);
  }

  private async tellDue(): Promise<void> {
    try {
      while (this.isNextDue) {
        this.told++;
        const { told } = this;
        const hosts = this.hosts.filter((host) => (this.stopped.get(host) ?? told) >= told);
        if (hosts.length === 0) continue;
        this.play.run.emitter.emit({ type: 'task-start', task: this.infos[told], hosts });
        await this.tellHeld(this.held[told]);
      }
    } finally {
      this.isTelling = false;
    }
  }

  /** More may come while these are told. */
  private async tellHeld(events: EngineEvent[]): Promise<void> {
    this.isCatchingUp = true;
    for (let at = 0; at < events.length; at++) {
      if (at % EVENTS_AT_ONCE === EVENTS_AT_ONCE - 1) await shareTurn();
      if (!this.isVoid(events[at])) this.play.run.emitter.tell(events[at]);
    }
    events.length = 0;
    this.isCatchingUp = false;
  }
}

/**
 * Runs tasks that touch only their own host (`ownTasks`): each host goes on without waiting for the others, as far as
 * `countAhead` lets it. What is told comes in the order of the tasks all the same.
 */
export async function runAhead(play: PlayBatch, tasks: readonly Task[], hosts: readonly string[]): Promise<void> {
  const order = new InOrder(play, hosts);
  order.add(play.taskInfo(tasks[0], hosts[0]));
  // meanwhile hosts do the first
  const counting = countAhead(play, tasks, hosts).then((count) => {
    for (const task of tasks.slice(1, count)) order.add(play.taskInfo(task, hosts[0]));
    return count;
  });
  // each host waits for it; none does when all have failed
  counting.catch(() => undefined);
  const oneHost = async (host: string): Promise<void> => {
    const chain = new HostChain(play, tasks, order.infos, host, (index) => order.reach(host, index));
    order.leave(host, await chain.run(counting));
  };
  try {
    await play.run.emitter.holding(order.hold, () => forEachLimited(hosts, play.run.settings.forks, oneHost));
  } finally {
    await order.finish();
  }
}
