import { z } from 'zod';
import { failure, type ModuleResult } from '../../src/base/result.ts';
import { ToaError } from '../../src/base/errors.ts';
import { formatSpan } from '../../src/base/span.ts';
import { TemplateText, type Value } from '../../src/base/value.ts';
import * as args from '../shared/args.ts';
import { holds } from '../shared/conditions.ts';
import { defineVerb, type TaskContext } from '../../src/verb/verb.ts';

/** One condition of `that`. The playbook's texts are expressions; any other text came out of a template. */
function condition(that: Value): TemplateText | boolean {
  if (that instanceof TemplateText) return that;
  if (typeof that !== 'string') return truth(that);
  throw new ToaError('E_TEMPLATE_UNSAFE', unsafeMessage(that), { remedy: 'write the conditions in the playbook' });
}

const truth = (value: Value): boolean =>
  Array.isArray(value) ? value.length > 0 : value instanceof Map ? value.size > 0 : Boolean(value);

const unsafeMessage = (that: string): string =>
  `The conditional check '${that}' failed. The error was: Conditional is marked as unsafe, and cannot be evaluated.`;

async function conditions(that: Value, context: TaskContext): Promise<Value[]> {
  const isWhole = that instanceof TemplateText && /^\s*\{\{[\s\S]*\}\}\s*$/.test(that.source);
  const value = isWhole ? await context.expressions(that) : that;
  return Array.isArray(value) ? value : [value];
}

const text = (value: unknown, fallback: string): unknown => (value === undefined ? fallback : value);

export const verb = defineVerb({
  name: 'assert',
  summary: 'Fails when a condition does not hold',
  args: () =>
    z.strictObject({
      that: args.raw().optional(),
      fail_msg: args.raw().optional(),
      msg: args.raw().optional(),
      success_msg: args.raw().optional(),
      quiet: args.bool().default(false),
    }),
  rawArgs: ['that'],
  beyond: [],
  check: 'full',
  diff: false,
  controllerOnly: true,
  hostLocal: true,
  async run({ that, fail_msg, msg, success_msg, quiet }, context) {
    if (that === undefined) return failure('conditional required in "that" string');
    const always: ModuleResult = quiet ? {} : { _ansible_verbose_always: true };
    for (const one of await conditions(that as Value, context)) {
      const test = condition(one);
      if (await holds(test, context)) continue;
      const assertion = test instanceof TemplateText ? test.source : test;
      const place = test instanceof TemplateText ? formatSpan(test.span) : undefined;
      const remedy = place ? `the condition stands at ${place}` : undefined;
      return failure('', {
        ...always,
        assertion,
        evaluated_to: false,
        msg: text(fail_msg ?? msg, 'Assertion failed'),
        remedy,
      });
    }
    return { ...always, changed: false, msg: text(success_msg, 'All assertions passed') };
  },
});
