import { ToaError } from '../../base/errors.ts';
import { Undefined, type Value } from '../../base/value.ts';
import type { CallContext } from '../contract.ts';
import { raiseUndefined, typeError } from '../errors.ts';
import { RenderContext } from '../evaluate/render.ts';
import { pyStr } from '../python/print.ts';
import { truthy } from '../python/types.ts';

export type RunLookup = (context: CallContext, name: string, terms: Value[], kwargs: Map<string, Value>) => Value[];

/** Runs the lookup with its `errors` option: `strict` (default), `warn`, `ignore`. Undefined when it failed and may. */
function guarded(
  run: RunLookup,
  context: CallContext,
  name: string,
  terms: Value[],
  kwargs: Map<string, Value>,
): Value[] | undefined {
  const errors = pyStr(kwargs.get('errors') ?? 'strict');
  kwargs.delete('errors');
  try {
    return run(context, name, terms, kwargs);
  } catch (error) {
    const passes = error instanceof ToaError && error.code !== 'E_TEMPLATE_UNDEFINED' && errors !== 'strict';
    if (!passes) throw error;
    if (errors === 'warn') context.env.warn(`lookup ${name} failed, the error is ignored: ${error.message}`);
    return undefined;
  }
}

/** `lookup(name, terms...)` joins texts with commas; `query` and `wantlist=True` give the list. */
export function lookupGlobal(
  run: RunLookup,
  args: Value[],
  given: Map<string, Value>,
  context: CallContext,
  isQuery: boolean,
): Value {
  const [first, ...terms] = args;
  if (first === undefined) throw typeError('lookup needs the name of a lookup plugin');
  if (context instanceof RenderContext && !context.owner.lookupsAllowed) {
    throw new ToaError(
      'E_TEMPLATE_LOOKUP',
      `The lookup \`${pyStr(first)}\` was found, however lookups were disabled from templating`,
      { remedy: 'write the lookup into a variable instead of building the condition from text' },
    );
  }
  const kwargs = new Map(given);
  const wantList = isQuery || truthy(kwargs.get('wantlist') ?? false);
  kwargs.delete('wantlist');
  kwargs.delete('allow_unsafe');
  for (const term of terms) if (term instanceof Undefined) raiseUndefined(term);
  const found = guarded(run, context, pyStr(first), terms, kwargs);
  if (found === undefined) return wantList ? [] : null;
  if (wantList) return found;
  if (found.length === 0) return [];
  if (found.every((item) => typeof item === 'string')) return found.join(',');
  return found.length === 1 ? found[0] : found;
}
