import { dumpJson } from '../../base/python-json.ts';
import { TemplateText } from '../../base/value.ts';
import type { Block, Task } from '../../play/plan.ts';

const keys = new WeakMap<Block, string>();

/** Two uses of a role are the same when its files and all that its use says are the same. */
function useOf(block: Block): string {
  const known = keys.get(block);
  if (known) return known;
  const { role, when, tags, vars } = block;
  const key = dumpJson([role?.path, role?.params, role?.vars, when, tags, vars], {}, (value) =>
    value instanceof TemplateText ? value.source : String(value),
  );
  keys.set(block, key);
  return key;
}

function isRoleFrame(block: Block): boolean {
  return (
    block.role !== undefined && block.implicit && (block.parent.kind === 'play' || block.parent.role !== block.role)
  );
}

/** Remembers which roles ran to their end on which hosts, so that a role used twice runs once. */
export class RoleRuns {
  private readonly touched = new Set<string>();
  private readonly completed = new Set<string>();

  /** A task of the role was run (not skipped) on the host. */
  ran(task: Task, host: string): void {
    if (task.role && !task.isHandler) this.touched.add(`${host}\0${task.role.path}`);
  }

  /** The host's cursor left a block. */
  left(block: Block, host: string): void {
    if (isRoleFrame(block) && this.touched.has(`${host}\0${block.role?.path}`)) {
      this.completed.add(`${host}\0${useOf(block)}`);
    }
  }

  hasCompleted(block: Block, host: string): boolean {
    if (this.completed.size === 0 || !isRoleFrame(block) || block.role?.allowDuplicates) return false;
    return this.completed.has(`${host}\0${useOf(block)}`);
  }
}
