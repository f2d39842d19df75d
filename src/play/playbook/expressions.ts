import type { Span } from '../../base/span.ts';
import { maybeTemplate, templateText } from '../../base/template-text.ts';
import type { Dict, Value } from '../../base/value.ts';

/** Arguments whose text is an expression, with braces or without. */
export const EXPRESSIONS: ReadonlyMap<string, string> = new Map([
  ['debug', 'var'],
  ['assert', 'that'],
]);

function expression(value: Value, span: Span): Value {
  if (Array.isArray(value)) return value.map((one) => expression(one, span));
  return typeof value === 'string' ? templateText(value, span) : value;
}

/**
 * Arguments with what the verb evaluates made text that may be evaluated: here it is the playbook's own. What a verb gets
 * as a plain string came out of a template.
 */
export function withExpressions(args: Dict, action: string, spans: ReadonlyMap<string, Span>, span: Span): Dict {
  // names of facts may hold templates
  if (action === 'set_fact') {
    return new Map([...args].map(([key, value]) => [typeof key === 'string' ? maybeTemplate(key, span) : key, value]));
  }
  const name = EXPRESSIONS.get(action);
  const value = name === undefined ? undefined : args.get(name);
  if (name === undefined || value === undefined) return args;
  return new Map([...args, [name, expression(value, spans.get(name) ?? span)]]);
}
