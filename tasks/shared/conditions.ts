import type { TemplateText } from '../../src/base/value.ts';
import { settle } from '../../src/template/settle.ts';
import type { TaskContext } from '../../src/verb/verb.ts';

/** Whether a condition holds, waiting for lookups in it. */
export async function holds(condition: TemplateText | boolean, context: TaskContext): Promise<boolean> {
  return settle(() => context.templar.test(condition, context.scope));
}
