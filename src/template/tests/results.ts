import { isMapping, type Dict, type LazyMapping, type Value } from '../../base/value.ts';
import type { CallContext, Test } from '../contract.ts';
import { filterError } from '../filters/ansible/arguments.ts';
import { asFloat, defined, truthy } from '../python/operations.ts';

function resultOf(test: string, value: Value): Dict | LazyMapping {
  const result = defined(value);
  if (isMapping(result)) return result;
  throw filterError(`The '${test}' test expects a dictionary`, `Apply the test to a variable that a task registered`);
}

function flag(test: string, key = test): Test {
  return (_context, value) => truthy(resultOf(test, value).get(key) ?? false);
}

function not(test: Test): Test {
  return (...call) => !test(...call);
}

const changed: Test = (_context, value) => {
  const result = resultOf('changed', value);
  const own = result.get('changed');
  if (own !== undefined) return truthy(own);
  const results = result.get('results');
  // A loop's result: changed when one of its items is.
  if (!Array.isArray(results) || !isMapping(results[0])) return false;
  return results.some((item) => isMapping(item) && truthy(item.get('changed') ?? false));
};

function asyncState(test: 'started' | 'finished'): Test {
  return (context: CallContext, value) => {
    const state = resultOf(test, value).get(test);
    if (state !== undefined) return asFloat(state) === 1;
    context.env.warn(`The '${test}' test expects an async task, but a non-async task was tested`);
    return true;
  };
}

const failed = flag('failed');
const unreachable = flag('unreachable');

/** Tests of what a task registered: `r is failed`. */
export const resultTests: Record<string, Test> = {
  failed,
  failure: failed,
  succeeded: not(failed),
  success: not(failed),
  successful: not(failed),
  unreachable,
  reachable: not(unreachable),
  changed,
  change: changed,
  skipped: flag('skipped'),
  skip: flag('skipped'),
  started: asyncState('started'),
  finished: asyncState('finished'),
};
