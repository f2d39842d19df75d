import { didYouMean, nearNames } from '../../base/errors.ts';
import type { Span } from '../../base/span.ts';
import type { Value } from '../../base/value.ts';
import type { Keywords } from '../plan.ts';
import type { YamlEntry } from '../yaml/index.ts';
import type { Loading } from './loading.ts';
import { asList, conditions, keyText, tagList, varsDict, words } from './values.ts';

/*
 * The keywords of ansible-core 2.14:
 * https://docs.ansible.com/ansible-core/2.14/reference_appendices/playbooks_keywords.html
 */

/** Keywords that are kept as they are. */
const RAW: ReadonlyMap<string, keyof Keywords> = new Map(
  Object.entries({
    any_errors_fatal: 'anyErrorsFatal',
    become: 'become',
    become_exe: 'becomeExe',
    become_flags: 'becomeFlags',
    become_method: 'becomeMethod',
    become_user: 'becomeUser',
    check_mode: 'checkMode',
    connection: 'connection',
    debugger: 'debugger',
    diff: 'diff',
    ignore_errors: 'ignoreErrors',
    ignore_unreachable: 'ignoreUnreachable',
    no_log: 'noLog',
    port: 'port',
    remote_user: 'remoteUser',
    run_once: 'runOnce',
    throttle: 'throttle',
    timeout: 'timeout',
    delegate_to: 'delegateTo',
    delegate_facts: 'delegateFacts',
  } as const),
);

/** What plays, blocks, tasks and role uses share; `collections` is accepted: short names resolve without it. */
const COMMON = [
  ...[...RAW.keys()].filter((key) => !key.startsWith('delegate')),
  'collections',
  'environment',
  'module_defaults',
  'name',
  'tags',
  'vars',
];
const DELEGATION = ['delegate_to', 'delegate_facts'];
const TASK = [
  ...COMMON,
  ...DELEGATION,
  ...words('when action args async changed_when delay failed_when'),
  ...words('local_action loop loop_control notify poll register retries until'),
];

export type Owner = 'Play' | 'Block' | 'Task' | 'Handler' | 'Role' | 'TaskInclude' | 'IncludeRole' | 'PlaybookInclude';

const INCLUDE = [
  ...words('action args collections debugger ignore_errors loop loop_control name no_log'),
  ...words('register run_once tags timeout vars when listen'),
];

/** The keywords of each kind of node. */
export const KEYWORDS: Readonly<Record<Owner, ReadonlySet<string>>> = {
  Play: new Set([
    ...COMMON,
    ...words('user hosts gather_facts gather_subset gather_timeout fact_path vars_files'),
    ...words('vars_prompt roles handlers pre_tasks tasks post_tasks force_handlers'),
    ...words('max_fail_percentage serial strategy order'),
  ]),
  Block: new Set([...COMMON, ...DELEGATION, 'when', 'notify', 'block', 'rescue', 'always']),
  Task: new Set(TASK),
  Handler: new Set([...TASK, 'listen']),
  Role: new Set([...COMMON, ...DELEGATION, 'when', 'role']),
  TaskInclude: new Set(INCLUDE),
  IncludeRole: new Set(INCLUDE),
  PlaybookInclude: new Set([...COMMON, 'when', 'import_playbook']),
};

const OLD: Readonly<Record<string, string>> = {
  sudo: 'use become: true',
  sudo_user: 'use become: true and become_user',
  su: 'use become: true and become_method: su',
  su_user: 'use become: true, become_method: su and become_user',
  static: 'use import_tasks (read at the start) or include_tasks (read when reached)',
  include: 'use import_playbook for playbooks, import_tasks or include_tasks for tasks',
  always_run: 'use check_mode: false',
  gather_fact: 'use gather_facts',
};

/** The kinds of nodes that have a keyword of this or nearly this name. */
function elsewhere(name: string): string | undefined {
  const near = nearNames(name, new Set(Object.values(KEYWORDS).flatMap((known) => [...known]))).at(0);
  if (near === undefined) return undefined;
  const owners = (['Play', 'Block', 'Task', 'Handler'] as const).filter((owner) => KEYWORDS[owner].has(near));
  return owners.length === 0 ? undefined : `${near} is a keyword of: ${owners.join(', ')}`;
}

/** Reports a key that no such node has. */
export function unknownKeyword(
  name: string,
  owner: Owner,
  span: Span,
  loading: Loading,
  known?: Iterable<string>,
): void {
  const near = didYouMean(name, known ?? KEYWORDS[owner]).trim();
  const remedy = OLD[name] ?? (near || elsewhere(name) || 'check the spelling and the indentation');
  loading.report('E_PLAY_KEYWORD', `'${name}' is not a valid attribute for a ${owner}`, span, remedy);
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Reads one keyword that several kinds of node share into `out`; false when it is none of them. */
export function readKeyword(entry: YamlEntry, owner: Owner, loading: Loading, out: Mutable<Keywords>): boolean {
  const name = keyText(entry);
  const { node } = entry;
  const raw = RAW.get(name);
  if (raw) {
    if (node.value !== null) (out as Record<string, Value>)[raw] = node.value;
    return true;
  }
  if (name === 'environment') out.environment = asList(node.value);
  else if (name === 'module_defaults') out.moduleDefaults = asList(node.value);
  else if (name === 'tags') out.tags = tagList(node, loading);
  else if (name === 'when') out.when = conditions(node, name, loading);
  else if (name === 'vars') out.vars = varsDict(node, owner === 'Handler' ? 'Task' : owner, loading);
  else return name === 'collections';
  return true;
}

/** Reads the shared keywords among the entries of a node; unknown keys are reported. */
export function readKeywords(entries: readonly YamlEntry[], owner: Owner, loading: Loading): Keywords {
  const out: Keywords = {};
  for (const entry of entries) {
    loading.problems.attempt(() => {
      const name = keyText(entry);
      if (!KEYWORDS[owner].has(name)) unknownKeyword(name, owner, entry.keySpan, loading);
      else readKeyword(entry, owner, loading, out);
    });
  }
  return out;
}
