import { dumpJson } from '../base/python-json.ts';
import type { ModuleResult } from '../base/result.ts';
import { isMapping } from '../base/value.ts';

/** Keys that the result of a task holds for our own use, not for people. */
const INTERNAL = /^_(?:ansible|toa)_/;

function shown(result: ModuleResult, action: string, verbosity: number): Record<string, unknown> {
  const hidden = new Set<string>(['exception']);
  if (verbosity < 3) hidden.add('invocation').add('diff');
  if (action === 'debug') for (const key of ['changed', 'failed', 'skipped']) if (!result[key]) hidden.add(key);
  return Object.fromEntries(
    Object.entries(result).filter(([key, value]) => value !== undefined && !INTERNAL.test(key) && !hidden.has(key)),
  );
}

/** A result as the default callback of ansible-playbook prints it: sorted JSON, indented when someone will read it. */
export function dumpResult(result: ModuleResult, action: string, verbosity: number): string {
  const readable = verbosity > 2 || isVerboseAlways(result, action);
  return dumpJson(shown(result, action, verbosity), {
    sortKeys: true,
    ensureAscii: false,
    ...(readable ? { indent: 4 } : {}),
  });
}

/** `debug` and `assert` print their result without -v. */
export function isVerboseAlways(result: ModuleResult, action: string): boolean {
  return result['_ansible_verbose_always'] === true || action === 'debug';
}

/** The message of a result in one line, for the recap. */
export function headline(result: ModuleResult): string {
  const msg = result.msg ?? result.stderr ?? result['module_stderr'] ?? 'failed without a message';
  const text =
    typeof msg === 'string' ? msg : isMapping(msg) || Array.isArray(msg) ? dumpJson(msg) : JSON.stringify(msg);
  const lines = String(text).trim().split('\n');
  const stderr = typeof result.stderr === 'string' ? result.stderr.trim().split('\n').at(-1) : '';
  const first = lines[0] === 'non-zero return code' && stderr ? `${lines[0]} (rc ${result.rc}): ${stderr}` : lines[0];
  return first.length > 300 ? `${first.slice(0, 297)}...` : first;
}
