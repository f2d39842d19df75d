import type { Value } from '../base/value.ts';
import { collected, type Condition, inherited, type Keywords, type Task } from './plan.ts';

/** What a task has from itself and its parents; the same for every host, so it is gathered once. */
export interface TaskStatics {
  /** Conditions from the outermost block to the task. */
  readonly when: readonly Condition[];
  /** Layers of environment, outermost first. */
  readonly environment: readonly Value[];
  /** Layers of module_defaults, outermost first. */
  readonly moduleDefaults: readonly Value[];
  readonly keywords: Readonly<Keywords>;
  /** Where relative files are looked for: role, then the task's file, then the play. */
  readonly searchPath: readonly string[];
}

const INHERITED = [
  'anyErrorsFatal',
  'become',
  'becomeUser',
  'becomeMethod',
  'becomeFlags',
  'becomeExe',
  'checkMode',
  'connection',
  'diff',
  'ignoreErrors',
  'ignoreUnreachable',
  'noLog',
  'port',
  'remoteUser',
  'runOnce',
  'throttle',
  'timeout',
  'delegateTo',
  'delegateFacts',
] as const satisfies readonly (keyof Keywords)[];

const cache = new WeakMap<Task, TaskStatics>();

function playFolder(task: Task): string {
  let at = task.parent;
  while (at.kind !== 'play') at = at.parent;
  return at.folder;
}

function searchPath(task: Task): string[] {
  const parents = task.role ? [task.role.path, ...[...task.role.parents].reverse().map((role) => role.path)] : [];
  return [...new Set([...parents, task.folder, playFolder(task)])];
}

export function staticsOf(task: Task): TaskStatics {
  const known = cache.get(task);
  if (known) return known;
  const keywords: Record<string, Value> = {};
  for (const name of INHERITED) {
    const value = inherited(task, name);
    if (value !== undefined) keywords[name] = value;
  }
  const statics: TaskStatics = {
    when: collected(task, 'when').flat(),
    environment: collected(task, 'environment').flat(),
    moduleDefaults: collected(task, 'moduleDefaults').flat(),
    keywords: keywords as Keywords,
    searchPath: searchPath(task),
  };
  cache.set(task, statics);
  return statics;
}
