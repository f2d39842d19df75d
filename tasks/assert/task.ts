import { z } from 'zod';
import { failure, type ModuleResult } from '../../src/base/result.ts';
import { formatSpan, nowhere } from '../../src/base/span.ts';
import { TemplateText, type Value } from '../../src/base/value.ts';
import * as args from '../shared/args.ts';
import { holds } from '../shared/conditions.ts';
import { defineVerb, type TaskContext } from '../../src/verb/verb.ts';

/** One condition of `that`: its text is an expression, also without braces. */
function condition(that: Value): TemplateText | boolean {
  if (typeof that === 'boolean' || that instanceof TemplateText) return that;
  return new TemplateText(String(that), nowhere('that of assert'));
}

async function conditions(that: Value, context: TaskContext): Promise<Value[]> {
  const isWhole = that instanceof TemplateText && /^\s*\{\{[\s\S]*\}\}\s*$/.test(that.source);
  const value = isWhole ? await context.render(that) : that;
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
      const place =
        test instanceof TemplateText && !test.span.file.startsWith('that') ? formatSpan(test.span) : undefined;
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
