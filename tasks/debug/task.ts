import { z } from 'zod';
import { failure, type ModuleResult } from '../../src/base/result.ts';
import { TemplateText, type Value } from '../../src/base/value.ts';
import { nowhere } from '../../src/base/span.ts';
import { ToaError } from '../../src/base/errors.ts';
import * as args from '../shared/args.ts';
import { defineVerb, type TaskContext } from '../../src/verb/verb.ts';

const UNDEFINED = 'VARIABLE IS NOT DEFINED!';

async function valueOf(name: string, context: TaskContext): Promise<unknown> {
  try {
    return await context.render(new TemplateText(`{{${name}}}`, nowhere('var of debug')));
  } catch (error) {
    if (!(error instanceof ToaError)) throw error;
    return context.verbosity > 0 ? `${UNDEFINED}: ${error.message}` : UNDEFINED;
  }
}

/** `var` names a variable or holds an expression; a template in it gives the name first. */
async function shownVariable(raw: Value, context: TaskContext): Promise<ModuleResult> {
  if (Array.isArray(raw) || raw instanceof Map) {
    return { [Array.isArray(raw) ? "<class 'list'>" : "<class 'dict'>"]: await context.render(raw) };
  }
  if (!(raw instanceof TemplateText)) return { [String(raw)]: await valueOf(String(raw), context) };
  let value: Value;
  try {
    value = await context.render(raw);
  } catch (error) {
    if (!(error instanceof ToaError)) throw error;
    return { [raw.source]: UNDEFINED };
  }
  if (typeof value !== 'string') return { [raw.source]: value };
  const inner = await valueOf(value, context);
  return { [value]: inner };
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
