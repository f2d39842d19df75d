import type { Condition } from '../../play/plan.ts';
import { settle } from '../../template/settle.ts';
import { inContext } from './errors.ts';
import type { TaskScope } from './scope.ts';

function sourceOf(condition: Condition): string {
  return typeof condition === 'boolean' ? (condition ? 'True' : 'False') : condition.source;
}

/** The template engine says itself which condition failed. */
function isSaid(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('The conditional check ');
}

/** Whether all conditions hold; stops at the first that does not. Errors say which one. */
export async function allHold(conditions: readonly Condition[], scope: TaskScope): Promise<boolean> {
  for (const condition of conditions) {
    if (condition === true) continue;
    if (condition === false) return false;
    try {
      const holds = settle(() => scope.play.run.templar.test(condition, scope.scope));
      if (!(typeof holds === 'boolean' ? holds : await holds)) return false;
    } catch (error) {
      throw isSaid(error)
        ? error
        : inContext(error, `The conditional check '${sourceOf(condition)}' failed. The error was: `);
    }
  }
  return true;
}
