import type { Value } from '../../base/value.ts';
import { parseLiteral } from '../../template/python/literal.ts';

const MAY_BE_LITERAL = /^[ \t]*[-+\d.'"[({NTFrRuUbB]/;

/**
 * What Python's `ast.literal_eval` makes of a text (https://docs.python.org/3/library/ast.html#ast.literal_eval):
 * numbers, quoted strings, lists, tuples, dicts, True, False, None.
 * @returns undefined when the text is no literal; Ansible then takes it as it is
 */
export function pythonLiteral(text: string): Value | undefined {
  return MAY_BE_LITERAL.test(text) ? parseLiteral(text, { isStrict: true }) : undefined;
}
