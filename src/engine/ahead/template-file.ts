import { ToaError } from '../../base/errors.ts';
import { TemplateText } from '../../base/value.ts';
import type { Task } from '../../play/plan.ts';
import { staticsOf } from '../../play/statics.ts';
import type { RunOptions } from '../options.ts';
import { findFile } from '../task/context.ts';

/** The text of the template that a task names by a fixed `src`; undefined where it cannot be read beforehand. */
export async function templateFile(
  { context, controller }: Pick<RunOptions, 'context' | 'controller'>,
  task: Task,
): Promise<string | undefined> {
  const src = task.args instanceof TemplateText ? undefined : task.args.get('src');
  if (typeof src !== 'string') return undefined;
  try {
    const path = findFile(context, staticsOf(task).searchPath, 'templates', src);
    return Buffer.from(await controller.readDecrypted(path)).toString('utf8');
  } catch (error) {
    if (error instanceof ToaError) return undefined;
    throw error;
  }
}
