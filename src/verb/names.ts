import { booleanOf, type Value } from '../base/value.ts';

const KEYWORDS = new Set(
  'False None True and as assert async await break class continue def del elif else except finally for from global if import in is lambda nonlocal not or pass raise return try while with yield'.split(
    ' ',
  ),
);

/** Whether Ansible takes a name as a variable's: a Python identifier in ASCII that is not a keyword. */
export function isIdentifier(name: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && !KEYWORDS.has(name);
}

export const NAME_RULE =
  'Variables must start with a letter or underscore character, and contain only letters, numbers and underscores.';

/** Ansible's lenient reading of a boolean. */
export function asBoolean(value: Value | undefined): boolean {
  return booleanOf(value) === true;
}
