import type { TemplateText } from '../../src/base/value.ts';
import { Answers, renderWith } from '../../src/template/answers.ts';
import { Suspend } from '../../src/template/contract.ts';
import type { TaskContext } from '../../src/verb/verb.ts';

const MOST_SUSPENSIONS = 1000;

/** Whether a condition holds, waiting for lookups in it. */
export async function holds(condition: TemplateText | boolean, context: TaskContext): Promise<boolean> {
  const answers = new Answers();
  for (let turn = 0; ; turn++) {
    try {
      return renderWith(answers, () => context.templar.test(condition, context.scope));
    } catch (error) {
      if (!(error instanceof Suspend) || turn > MOST_SUSPENSIONS) throw error;
      await answers.add(error);
    }
  }
}
