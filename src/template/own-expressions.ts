import { ToaError } from '../base/errors.ts';
import { templateText } from '../base/template-text.ts';
import type { TemplateText, Value } from '../base/value.ts';
import { NativeText } from './evaluate/frame.ts';
import type { Render } from './evaluate/render.ts';
import { DEFAULT_SYNTAX } from './syntax/syntax.ts';

/**
 * Renders a text whose result is to be evaluated: texts in it (one, or those of a list) become expressions. The one place
 * where text that a template made may be evaluated, and only where it is all the user's own writing: literals, and
 * variables as they stand in the user's files.
 * @param withLists texts of a list count too; else a list is a value as any
 * @throws ToaError E_TEMPLATE_UNSAFE where it may be a host's words
 */
export function ownExpressions(render: Render, text: TemplateText, withLists: boolean): Value {
  const rendered = render.rendered(text, DEFAULT_SYNTAX, true);
  const value = rendered instanceof NativeText ? rendered.text : rendered;
  const isText = (one: Value): one is string => typeof one === 'string' && one !== '';
  const holdsText = Array.isArray(value) ? withLists && value.some(isText) : isText(value);
  if (!holdsText) return value;
  if (render.isTold) {
    throw new ToaError('E_TEMPLATE_UNSAFE', 'Conditional is marked as unsafe, and cannot be evaluated.', {
      span: text.span,
      remedy: 'write the expression itself, without {{ }}: what a host, a fact or a lookup says is never evaluated',
    });
  }
  const own = (one: Value): Value => (isText(one) ? templateText(one, text.span) : one);
  return Array.isArray(value) ? value.map(own) : own(value);
}
