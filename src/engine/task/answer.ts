import type { ModuleResult } from '../../base/result.ts';
import { isConnectionName } from '../../base/fact-names.ts';
import { LazyDict, type Value } from '../../base/value.ts';

/**
 * Keys of results that bring something about in the engine, and the actions whose results may have them. What such a key
 * says comes from the task then; a result that a host had its hands on never has one.
 */
const EFFECTS: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ['add_host', new Set(['add_host'])],
  ['add_group', new Set(['group_by'])],
  ['parent_groups', new Set(['group_by'])],
  ['ansible_stats', new Set(['set_stats'])],
  ['ansible_included_var_files', new Set(['include_vars'])],
  ['ansible_validate_args_context', new Set(['validate_argument_spec'])],
  ['include', new Set(['include_tasks', 'include_role'])],
  ['_ansible_facts_cacheable', new Set(['set_fact'])],
  ['_ansible_no_log', new Set(['include_vars'])],
  // what the last lines of a run are made of
  ['proven', new Set(['toa_verify'])],
  ['recap', new Set(['toa_verify'])],
  ['_ansible_verbose_always', new Set(['debug', 'assert'])],
]);

/** Facts that the user wrote: variables of any name. */
const WRITTEN_FACTS = new Set(['set_fact', 'include_vars']);
/** Actions whose results may set facts that a host told. async_status has those of the job's own verb. */
const TOLD_FACTS = new Set(
  'setup gather_facts service_facts package_facts getent hostname toa_facts dpvs_plan async_status own_module'.split(
    ' ',
  ),
);
/** What the engine itself adds behind this gate. */
const OWN = /^(?:_(?:ansible|toa)_.*|failed_when_result|changed_when_result|attempts|retries|censored)$/;

/**
 * The one place where what a verb made of a host's answer becomes a result. Keys that the engine acts on are left out
 * unless the action itself may have them, and facts cannot change how a host is reached.
 */
export function answerOf(action: string, given: ModuleResult): ModuleResult {
  // its keys are names of variables, and bring nothing about
  if (action === 'debug') return { ...given };
  const out: ModuleResult = {};
  for (const [key, value] of Object.entries(given)) {
    const allowed = EFFECTS.get(key);
    if (allowed ? !allowed.has(action) : OWN.test(key)) continue;
    if (key !== 'ansible_facts') out[key] = value;
    else if (WRITTEN_FACTS.has(action)) out.ansible_facts = given.ansible_facts;
    else if (TOLD_FACTS.has(action)) out.ansible_facts = cleanFacts(given.ansible_facts);
  }
  return out;
}

/** Facts without those that would say how the host is reached; ansible-core's clean_facts. */
function cleanFacts(facts: ModuleResult['ansible_facts']): ModuleResult['ansible_facts'] {
  const isClean = (name: unknown): boolean => typeof name === 'string' && !isConnectionName(name);
  if (facts instanceof LazyDict) {
    // facts that nobody looks at are not made
    return new LazyDict({
      find: (name) => (isClean(name) ? facts.get(name) : undefined),
      *entries(): Iterable<readonly [Value, Value]> {
        for (const entry of facts) if (isClean(entry[0])) yield entry;
      },
    });
  }
  if (facts instanceof Map) return new Map([...facts].filter(([name]) => isClean(name)));
  if (typeof facts !== 'object' || facts === null) return undefined;
  return Object.fromEntries(Object.entries(facts).filter(([name]) => isClean(name)));
}

/** A result of text that no verb of ours has read: a job of Ansible's, or of another controller. Python's names. */
const PLAIN: Readonly<Record<string, (value: unknown) => boolean>> = {
  changed: isBoolean,
  failed: isBoolean,
  skipped: isBoolean,
  rc: Number.isInteger,
  stdout: isText,
  stderr: isText,
  msg: isText,
  start: isText,
  end: isText,
  delta: isText,
  cmd: (value) => isText(value) || (Array.isArray(value) && value.every(isText)),
};

function isBoolean(value: unknown): boolean {
  return typeof value === 'boolean';
}

function isText(value: unknown): boolean {
  return typeof value === 'string';
}

/** The common return values in `given`, and nothing else. */
export function plainAnswer(given: unknown): ModuleResult {
  const out: ModuleResult = {};
  if (typeof given !== 'object' || given === null) return out;
  for (const [key, isRight] of Object.entries(PLAIN)) {
    const value = Object.hasOwn(given, key) ? (given as Record<string, unknown>)[key] : undefined;
    if (value !== undefined && isRight(value)) out[key] = value;
  }
  return out;
}
