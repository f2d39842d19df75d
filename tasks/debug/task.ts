import { z } from 'zod';
import { failure, type ModuleResult } from '../../src/base/result.ts';
import { TemplateText, Undefined, type Value } from '../../src/base/value.ts';
import { ToaError } from '../../src/base/errors.ts';
import * as args from '../shared/args.ts';
import { defineVerb, type TaskContext } from '../../src/verb/verb.ts';

const UNDEFINED = 'VARIABLE IS NOT DEFINED!';

const isUnsafe = (error: unknown): boolean => error instanceof ToaError && error.code === 'E_TEMPLATE_UNSAFE';

async function valueOf(expression: TemplateText, context: TaskContext): Promise<unknown> {
  try {
    const value = await context.evaluate(expression);
    if (value instanceof Undefined) return context.verbosity > 0 ? `${UNDEFINED}: ${value.hint}` : UNDEFINED;
    return await context.render(value);
  } catch (error) {
    if (!(error instanceof ToaError) || !error.code.includes('UNDEFINED')) throw error;
    return context.verbosity > 0 ? `${UNDEFINED}: ${error.message}` : UNDEFINED;
  }
}

/**
 * `var` names a variable or holds an expression; a template in it gives the name first. What a host said is no name: it
 * is shown in braces, as ansible-core does.
 */
async function shownVariable(raw: Value, context: TaskContext): Promise<ModuleResult> {
  if (Array.isArray(raw) || raw instanceof Map) {
    return { [Array.isArray(raw) ? "<class 'list'>" : "<class 'dict'>"]: await context.render(raw) };
  }
  if (!(raw instanceof TemplateText)) return { [String(raw)]: typeof raw === 'string' ? `{{${raw}}}` : raw };
  if (!/\{[{%#]/.test(raw.source)) return { [raw.source]: await valueOf(raw, context) };
  try {
    const value = await context.expressions(raw);
    return value instanceof TemplateText ? { [value.source]: await valueOf(value, context) } : { [raw.source]: value };
  } catch (error) {
    if (!(error instanceof ToaError)) throw error;
    if (!isUnsafe(error)) return { [raw.source]: UNDEFINED };
    const value = await context.render(raw);
    return typeof value === 'string' ? { [value]: `{{${value}}}` } : { [raw.source]: value };
  }
}

export const verb = defineVerb({
  name: 'debug',
  summary: 'Prints a message or a variable',
  args: () => z.strictObject({ msg: args.raw(), var: args.raw(), verbosity: args.int().default(0) }).partial(),
  rawArgs: ['msg', 'var'],
  beyond: [],
  check: 'full',
  diff: false,
  controllerOnly: true,
  hostLocal: true,
  async run({ msg, var: name, verbosity = 0 }, context) {
    if (msg !== undefined && name !== undefined) return failure("'msg' and 'var' are incompatible options");
    if (verbosity > context.verbosity) {
      return { skipped: true, skipped_reason: 'Verbosity threshold not met.', failed: false, changed: false };
    }
    const shown: ModuleResult =
      name === undefined
        ? { msg: msg === undefined ? 'Hello world!' : await rendered(msg as Value, context) }
        : await shownVariable(name as Value, context);
    return { ...shown, _ansible_verbose_always: true, failed: false, changed: false };
  },
});

async function rendered(msg: Value, context: TaskContext): Promise<Value> {
  try {
    return await context.render(msg);
  } catch (error) {
    if (!(error instanceof ToaError)) throw error;
    const prefix = 'The task includes an option with an undefined variable. The error was: ';
    const message = error.code.includes('UNDEFINED') ? `${prefix}${error.message}` : error.message;
    throw new ToaError(error.code, message, error.details);
  }
}
