import type { Value } from '../base/value.ts';
import type { Play, Task } from '../play/plan.ts';
import { effectiveTags, selectTags } from '../play/playbook/index.ts';
import { nodesOf, tasksOf } from '../play/walk.ts';

export interface ListingRequest {
  readonly hosts: boolean;
  readonly tasks: boolean;
  readonly tags: boolean;
  readonly only: readonly string[];
  readonly skip: readonly string[];
}

interface ListedTask {
  readonly name: string;
  readonly tags: readonly string[];
}

/** A name as it was written, templates too. */
export const sourceOf = (value: Value | undefined): string => {
  if (value === undefined || value === null) return '';
  return typeof value === 'object' && 'source' in value ? (value as { source: string }).source : String(value);
};

/** As ansible-playbook: the role's name only before a name that somebody wrote. */
function taskName(task: Task): string {
  const name = sourceOf(task.name);
  if (name === '') return task.actionAsWritten;
  return task.role && task.action !== 'include_role' ? `${task.role.name} : ${name}` : name;
}

/** The tasks that would run, in order, with their tags; those of `rescue` and `always` are not shown. */
function listedTasks(play: Play, request: ListingRequest, resolve: (value: Value) => Value): ListedTask[] {
  const isChosen = selectTags(request.only, request.skip);
  return [...tasksOf(nodesOf(play), ['tasks'])]
    .map((task) => ({ name: taskName(task), tags: [...new Set(effectiveTags(task, resolve))].sort() }))
    .filter(({ tags }) => isChosen(tags));
}

function playLines(
  play: Play,
  index: number,
  request: ListingRequest,
  select: (pattern: string[]) => string[],
  resolve: (value: Value) => Value,
): string[] {
  const hosts = resolve(play.hosts);
  const patterns = (Array.isArray(hosts) ? hosts : [hosts]).map(String);
  const name = sourceOf(play.name) || patterns.join(',');
  const out = [
    `  play #${index + 1} (${patterns.join(',')}): ${name}\tTAGS: [${effectiveTags(play, resolve).join(',')}]`,
  ];
  // also where no host is shown: a pattern that names none is warned of
  const names = select(patterns);
  if (request.hosts) {
    out.push(`    pattern: [${patterns.map((pattern) => `'${pattern}'`).join(', ')}]`, `    hosts (${names.length}):`);
    out.push(...names.map((host) => `      ${host}`));
  }
  if (!request.tasks && !request.tags) return out;
  const tasks = listedTasks(play, request, resolve);
  if (request.tasks) {
    out.push('    tasks:', ...tasks.map((task) => `      ${task.name}\tTAGS: [${task.tags.join(', ')}]`));
  }
  if (request.tags) {
    const all = [...new Set(tasks.flatMap((task) => task.tags))].sort();
    out.push(`      TASK TAGS: [${all.join(', ')}]`);
  }
  return out;
}

/** `--list-hosts`, `--list-tasks`, `--list-tags` in the form of ansible-playbook. */
export function listing(
  file: string,
  plays: readonly Play[],
  request: ListingRequest,
  world: { select: (pattern: string[]) => string[]; resolve: (value: Value, play: Play) => Value },
): string {
  const parts = plays.map((play, index) =>
    playLines(play, index, request, world.select, (value) => world.resolve(value, play)).join('\n'),
  );
  return `\nplaybook: ${file}\n\n${parts.join('\n\n')}\n`;
}
