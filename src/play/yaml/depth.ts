import type { CST } from 'yaml';

/** Deeper than any playbook or inventory, and far from the end of the stack. */
const MAX_DEPTH = 400;

type Item = { key?: CST.Token | null; value?: CST.Token | null };

function children(token: CST.Token): CST.Token[] {
  if (token.type === 'document') return token.value ? [token.value] : [];
  if (!('items' in token)) return [];
  return (token.items as Item[]).flatMap(({ key, value }) => [key, value].filter((part) => part != null));
}

/** Whether the tokens of a YAML text nest deeper than we read. */
export function isTooDeep(tokens: readonly CST.Token[]): boolean {
  let level = [...tokens];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAX_DEPTH) return true;
    level = level.flatMap(children);
  }
  return false;
}
