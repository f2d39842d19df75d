import type { Block, Node, Task } from '../../play/plan.ts';
import type { Way } from '../hosts/host-states.ts';
import type { Handlers } from './handlers.ts';
import type { RoleRuns } from './role-runs.ts';

const TASKS = 0;
const RESCUE = 1;
const ALWAYS = 2;
type Section = typeof TASKS | typeof RESCUE | typeof ALWAYS;

/** More than the tasks of any block: a position in a block is `section * SECTION_SIZE + index`. */
const SECTION_SIZE = 1_000_000;

interface Frame {
  /** Absent for the play itself, for what an include brought, and for a round of handlers. */
  readonly block?: Block;
  nodes: readonly Node[];
  section: Section;
  index: number;
  /** Failed, and only `always` is left to do. */
  failing: boolean;
  /** For what includes brought: the order of inclusion in the run, one a node. */
  readonly order?: readonly number[];
  readonly isHandlers?: boolean;
}

/** Where a host stands, comparable between hosts; a longer position with the same beginning comes first. */
export type Position = readonly number[];

export function comparePositions(a: Position, b: Position): number {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) if (a[i] !== b[i]) return a[i] - b[i];
  return b.length - a.length;
}

/**
 * One host's way through a play: a stack of blocks with the next task on top. It knows blocks, rescue and always, and
 * nothing of how tasks are run.
 */
export class Cursor implements Way {
  private readonly stack: Frame[] = [];
  private readonly host: string;
  private readonly handlers: Handlers;
  private readonly roles: RoleRuns;
  private settled?: Task;
  private isEndedByFailure = false;

  constructor(host: string, nodes: readonly Node[], handlers: Handlers, roles: RoleRuns) {
    this.host = host;
    this.handlers = handlers;
    this.roles = roles;
    this.stack.push({ nodes, section: TASKS, index: 0, failing: false });
  }

  /** Ended by a failure that nothing rescued. */
  get hasFailed(): boolean {
    return this.isEndedByFailure;
  }

  get complete(): boolean {
    return this.peek() === undefined;
  }

  /** The next task, or undefined at the end. */
  peek(): Task | undefined {
    while (!this.settled && this.stack.length > 0) this.step(this.stack[this.stack.length - 1]);
    return this.settled;
  }

  /** The next task and those that follow it in its block before anything else does. */
  upcoming(): readonly Task[] {
    const task = this.peek();
    if (!task) return [];
    const { nodes, index, isHandlers } = this.top();
    if (isHandlers) return [task];
    const end = nodes.findIndex((node, at) => at > index && node.kind !== 'task');
    return nodes.slice(index, end < 0 ? undefined : end) as readonly Task[];
  }

  /** The next task; the cursor then stands behind it. */
  take(): Task | undefined {
    const task = this.peek();
    if (task) this.top().index++;
    this.settled = undefined;
    return task;
  }

  /** Where `peek` stands. */
  position(): Position {
    this.peek();
    return this.stack.map((frame) => (frame.order ? this.ordered(frame) : frame.section * SECTION_SIZE + frame.index));
  }

  /** The block that the cursor is in has been stepped over in its frame already. */
  private ordered(frame: Frame): number {
    return frame.order?.[frame.index - 1] ?? Number.MAX_SAFE_INTEGER;
  }

  /** A failure in the task just taken: goes on in the nearest rescue or always, or ends the host's play. */
  fail(): void {
    this.settled = undefined;
    while (this.stack.length > 0) {
      const frame = this.top();
      if (frame.block && frame.section === TASKS && frame.block.rescue.length > 0) {
        this.enter(frame, RESCUE, frame.block.rescue);
        return;
      }
      if (frame.block && frame.section !== ALWAYS && frame.block.always.length > 0) {
        frame.failing = true;
        this.enter(frame, ALWAYS, frame.block.always);
        return;
      }
      this.stack.pop();
    }
    this.isEndedByFailure = true;
  }

  /**
   * Whether a failure now counts as rescued. As in Ansible, a failure in a handler that is flushed inside the outermost
   * block counts as failed, although the block's rescue runs.
   */
  get isRescuable(): boolean {
    const blocks = this.stack.filter((frame) => frame.block && !frame.block.implicit);
    const counted = this.isInHandlers ? blocks.slice(1) : blocks;
    return counted.some((frame) => frame.section === TASKS && (frame.block?.rescue.length ?? 0) > 0);
  }

  /** Whether the next task belongs to a rescue or always section that a failure led to. */
  get isRecovering(): boolean {
    this.peek();
    const blocks = this.stack.filter((frame) => frame.block);
    const section = blocks[blocks.length - 1]?.section ?? TASKS;
    return section !== TASKS;
  }

  /** Puts what an include brought before the next task. `order` says for each block when it was included. */
  insert(blocks: readonly Block[], order: readonly number[]): void {
    this.settled = undefined;
    if (blocks.length > 0) this.stack.push({ nodes: blocks, section: TASKS, index: 0, failing: false, order });
  }

  /** Begins a round of handlers: those notified by then or meanwhile, in the order of definition. */
  flushHandlers(handlers: readonly Task[]): void {
    this.settled = undefined;
    this.stack.push({ nodes: handlers, section: TASKS, index: 0, failing: false, isHandlers: true });
  }

  get isInHandlers(): boolean {
    return this.stack.some((frame) => frame.isHandlers);
  }

  /** Puts one task in front of all that is left (the gathering of facts, with --start-at-task). */
  prepend(task: Task): void {
    this.settled = undefined;
    this.stack.push({ nodes: [task], section: TASKS, index: 0, failing: false });
  }

  /** Leaves the role around the task just taken (`meta: end_role`). */
  endRole(): void {
    this.settled = undefined;
    const at = this.stack.findLastIndex((frame) => frame.block?.implicit && frame.block.role !== undefined);
    if (at >= 0) this.stack.length = at;
  }

  /** Ends the host's play without failure. */
  end(): void {
    this.settled = undefined;
    this.stack.length = 0;
  }

  clearErrors(): void {
    this.isEndedByFailure = false;
    for (const frame of this.stack) frame.failing = false;
  }

  private top(): Frame {
    return this.stack[this.stack.length - 1];
  }

  private enter(frame: Frame, section: Section, nodes: readonly Node[]): void {
    frame.section = section;
    frame.nodes = nodes;
    frame.index = 0;
  }

  private step(frame: Frame): void {
    if (frame.isHandlers) {
      while (frame.index < frame.nodes.length && !this.handlers.isNotified(frame.nodes[frame.index], this.host)) {
        frame.index++;
      }
    }
    const node = frame.nodes[frame.index];
    if (!node) this.leave(frame);
    else if (node.kind === 'task') this.settled = node;
    else {
      frame.index++;
      if (!this.roles.hasCompleted(node, this.host)) {
        this.stack.push({ block: node, nodes: node.tasks, section: TASKS, index: 0, failing: false });
      }
    }
  }

  private leave(frame: Frame): void {
    if (frame.block && frame.section !== ALWAYS && frame.block.always.length > 0) {
      this.enter(frame, ALWAYS, frame.block.always);
      return;
    }
    this.stack.pop();
    if (frame.block) this.roles.left(frame.block, this.host);
    if (frame.failing) this.fail();
  }
}
