import { shareTurn } from '../../base/turns.ts';
import type { Task } from '../../play/plan.ts';
import type { EngineEvent, TaskInfo } from '../events.ts';
import type { PlayRun } from '../play-run.ts';
import { forEachLimited } from '../semaphore.ts';
import { HostChain } from './host-chain.ts';

/** Told at once; a slow host may keep back what a thousand others did in ten tasks. */
const EVENTS_AT_ONCE = 20;

/** Tasks that hosts go through at their own speed, told as if each had been run on all hosts before the next. */
class InOrder {
  private readonly play: PlayRun;
  private readonly infos: readonly TaskInfo[];
  private readonly indexes: ReadonlyMap<number, number>;
  private readonly hosts: readonly string[];
  /** The task that is told now. */
  private told = -1;
  /** At which task each host is; beyond the last for those that are through. */
  private readonly at = new Map<string, number>();
  /** How many hosts are at each task. */
  private readonly standing: number[];
  /** Hosts that came no further than their task. */
  private readonly stopped = new Map<string, number>();
  private readonly held: EngineEvent[][];
  private telling: Promise<void> = Promise.resolve();
  private isTelling = false;
  /** What was kept back of the task that is told now is not all told yet. */
  private isCatchingUp = false;

  constructor(play: PlayRun, infos: readonly TaskInfo[], hosts: readonly string[]) {
    this.play = play;
    this.infos = infos;
    this.hosts = hosts;
    this.held = infos.map(() => []);
    this.indexes = new Map(infos.map(({ id }, index) => [id, index]));
    for (const host of hosts) this.at.set(host, 0);
    this.standing = [hosts.length, ...infos.map(() => 0)];
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
    this.standing[this.at.get(host) as number]--;
    this.standing[index]++;
    this.at.set(host, index);
    this.next();
  }

  /** The host has no more of these tasks to do. */
  leave(host: string, isThrough: boolean): void {
    if (!isThrough) this.stopped.set(host, this.at.get(host) as number);
    this.reach(host, this.infos.length);
  }

  /** Tells what is left, also when the work was broken off. */
  async finish(): Promise<void> {
    for (const [host, index] of this.at) if (index < this.infos.length) this.leave(host, false);
    await this.telling;
  }

  /** All hosts are done with the task that is told, and there is another one. */
  private get isNextDue(): boolean {
    return this.told < this.infos.length - 1 && (this.standing[this.told] ?? 0) === 0;
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
 * Runs tasks that touch only their own host (`countAhead`): each host goes on without waiting for the others. What is
 * told comes in the order of the tasks all the same.
 */
export async function runAhead(play: PlayRun, tasks: readonly Task[], hosts: readonly string[]): Promise<void> {
  const infos = tasks.map((task) => play.taskInfo(task, hosts[0]));
  const order = new InOrder(play, infos, hosts);
  const oneHost = async (host: string): Promise<void> => {
    const chain = new HostChain(play, tasks, infos, host, (index) => order.reach(host, index));
    order.leave(host, await chain.run());
  };
  try {
    await play.run.emitter.holding(order.hold, () => forEachLimited(hosts, play.run.settings.forks, oneHost));
  } finally {
    await order.finish();
  }
}
