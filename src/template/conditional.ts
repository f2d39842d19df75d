import { ToaError } from '../base/errors.ts';
import { TemplateText, type Value } from '../base/value.ts';
import type { Scope } from './contract.ts';
import { ownExpressions } from './own-expressions.ts';
import type { Engine } from './evaluate/engine.ts';
import { Render } from './evaluate/render.ts';
import { DEFAULT_SYNTAX, mayHoldTemplate } from './syntax/syntax.ts';
import { truthy } from './python/types.ts';

const DEFINED_TEST = /(hostvars\[.+\]|\w+)\s+(not\s+is|is|is\s+not)\s+(defined|undefined)/g;

/**
 * Ansible's rule for a condition that fails on an undefined variable: where the condition itself asks whether that
 * variable is defined, it has that answer.
 */
function answerOfDefinedTest(condition: string, message: string): boolean | undefined {
  const name = /'(hostvars\[.+\]|\w+)' is undefined/.exec(message)?.[1].replaceAll("'", '"');
  if (name === undefined) return undefined;
  for (const [, variable, logic, state] of condition.matchAll(DEFINED_TEST)) {
    if (variable.replaceAll("'", '"') !== name) continue;
    const shouldExist = logic.includes('not') !== (state === 'defined');
    return !shouldExist;
  }
  return undefined;
}

/**
 * The condition with its `{{ }}` rendered. A text that comes out is evaluated as an expression, as Ansible does, where
 * all of it is the user's own writing.
 */
function renderedCondition(render: Render, condition: TemplateText): { value: Value } | { text: TemplateText } {
  if (!mayHoldTemplate(condition.source, DEFAULT_SYNTAX)) return { text: condition };
  const value = ownExpressions(render, condition, false);
  if (!(value instanceof TemplateText)) return { value };
  render.lookupsAllowed = false;
  return { text: value };
}

function evaluate(render: Render, condition: TemplateText): boolean {
  const ready = renderedCondition(render, condition);
  if ('value' in ready) return truthy(ready.value);
  try {
    return render.expression(ready.text, truthy);
  } catch (error) {
    if (!(error instanceof ToaError) || error.code !== 'E_TEMPLATE_UNDEFINED') throw error;
    const answer = answerOfDefinedTest(ready.text.source, error.message);
    if (answer === undefined) throw error;
    return answer;
  }
}

/**
 * A condition of `when`, `until`, `that`... with the rules of ansible-core 2.14.
 * @throws ToaError E_TEMPLATE_*, whose message begins as Ansible's: The conditional check '...' failed.
 */
export function testCondition(engine: Engine, condition: TemplateText | boolean, scope: Scope): boolean {
  if (typeof condition === 'boolean') return condition;
  if (condition.source === '') return true;
  try {
    return evaluate(new Render(engine, scope), condition);
  } catch (error) {
    if (!(error instanceof ToaError)) throw error;
    const { source } = condition;
    const detail =
      error.code === 'E_TEMPLATE_UNDEFINED'
        ? `error while evaluating conditional (${source}): ${error.message}`
        : error.message;
    const message = `The conditional check '${source}' failed. The error was: ${detail}`;
    throw new ToaError(error.code, message, error.details);
  }
}
