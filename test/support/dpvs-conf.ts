import type { Conf } from '../../tasks/dpvs_plan/conf/check.ts';

/**
 * dpvs.conf read as DPVS reads it, written from its documents alone: `!` and `#` begin a comment, `<...>` is one, a line
 * that ends in `{` opens a block. `device`, `worker` and `port` have names; ids are lists; all else is text.
 */
export function readConf(text: string): Conf {
  const root: Record<string, unknown> = {};
  const stack: Record<string, unknown>[] = [root];
  for (const line of text.split('\n')) {
    const words = line
      .replace(/[!#].*/, '')
      .replaceAll(/<[^>]*>/g, '')
      .trim()
      .split(/\s+/);
    const [key, ...rest] = words;
    const top = stack.at(-1);
    if (key === '' || !top) continue;
    if (key === '}') stack.pop();
    else if (rest.at(-1) === '{') {
      const inner = {};
      if (rest.length === 2) {
        const named = (top[key] ??= {}) as Record<string, unknown>;
        named[rest[0]] = inner;
      } else top[key] = inner;
      stack.push(inner);
    } else top[key] = key.endsWith('_ids') ? rest : rest.join(' ');
  }
  if (stack.length !== 1) throw new Error('braces do not match');
  return root;
}
