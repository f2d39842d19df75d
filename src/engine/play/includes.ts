import { expandUserPath } from '../../base/paths/user-path.ts';
import { existsSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { ToaError } from '../../base/errors.ts';
import { dumpJson } from '../../base/python-json.ts';
import { failure } from '../../base/result.ts';
import { type Dict, TemplateText, type Value } from '../../base/value.ts';
import { markMixed } from '../../play/variables/layers.ts';
import type { Block, Keywords, Node, Task } from '../../play/plan.ts';
import type { HostResult } from '../task/complete.ts';
import type { PlayBatch } from './play-batch.ts';
import { filterBlock } from './tags.ts';
import { ArgRenderer } from '../task/args.ts';
import { resultOfError } from '../task/errors.ts';
import { asBoolean, asText } from '../task/keywords.ts';
import type { ItemOutcome } from '../task/outcome.ts';
import { type TaskPlace, TaskScope } from '../task/scope.ts';
import { isInclude } from '../builtins/index.ts';

/** What one include brings, for all the hosts that asked for the same. */
interface Included {
  readonly key: string;
  readonly task: Task;
  readonly name: string;
  readonly args: ReadonlyMap<string, Value>;
  readonly loopVars: Dict;
  readonly label?: string;
  readonly hosts: string[];
}

/** Blocks to insert for each host, in order. */
type Brought = Map<string, { blocks: Block[]; order: number[] }>;

function raw(value: unknown): string {
  return value instanceof TemplateText ? value.source : String(value);
}

function candidates(task: Task, name: string, playFolder: string): string[] {
  if (isAbsolute(name)) return [name];
  const kinds = task.isHandler ? ['handlers', 'tasks'] : ['tasks'];
  const inRole = kinds.flatMap((kind) => (task.role ? [join(task.role.path, kind, name)] : []));
  const own = [join(task.folder, name)];
  const around = [join(task.folder, 'tasks', name), join(playFolder, name), join(playFolder, 'tasks', name)];
  return [...new Set([...inRole, ...own, ...around])];
}

function fileOf(play: PlayBatch, task: Task, name: string): string {
  const plain = expandUserPath(name, play.run.options.context.sources.environment);
  const tried = candidates(task, plain, play.play.folder);
  const found = tried.find((path) => existsSync(path));
  if (found) return found;
  throw new ToaError('E_FILE_NOT_FOUND', `Could not find or access '${tried[0]}' on the Ansible Controller.`, {
    span: task.actionSpan,
    remedy: `create it, or correct the name; looked in ${tried.join(', ')}`,
  });
}

/** Which file or role, rendered for a host. */
async function describeInclude(place: TaskPlace, item: ItemOutcome): Promise<Included> {
  const { play, task, host } = place;
  const loopVars: Dict = new Map(item.loopVars ?? []);
  const at = new TaskScope(place, new Map(loopVars));
  const args = await new ArgRenderer(play.run.templar, at.scope, task, { rawArgs: ['apply'] }).render([]);
  const isRole = task.action === 'include_role';
  const named = isRole ? (args.get('name') ?? args.get('role')) : (args.get('_raw_params') ?? args.get('file'));
  const wanted = asText(named)?.trim();
  if (!wanted) {
    const msg = isRole
      ? "'name' is a required field for include_role."
      : 'No include file was specified to the include';
    throw new ToaError('E_TASK_ARGS', msg, { span: task.actionSpan });
  }
  const name = isRole ? wanted : fileOf(play, task, wanted);
  const key = dumpJson([name, [...args].filter(([arg]) => arg !== 'apply'), loopVars], {}, raw);
  return { key, task, name, args, loopVars, label: item.noLog ? 'None' : item.label, hosts: [host] };
}

/** The keywords put on what is included: `apply`, and the variables of the include itself. */
function keywordsFor({ task, loopVars }: Included): Keywords {
  const own = task.apply ?? {};
  const vars = new Map([...(own.vars ?? []), ...(task.vars ?? []), ...loopVars]);
  return { ...own, vars: loopVars.size > 0 ? markMixed(vars) : vars };
}

function loadTasks(play: PlayBatch, included: Included): Block {
  const { loader, context } = play.run.options;
  const { task, name } = included;
  return loader.loadTasks(name, context, {
    parent: task.parent,
    role: task.role,
    apply: keywordsFor(included),
    isHandler: task.isHandler,
  });
}

/** The role's block without the check of its arguments (`rolespec_validate: false`). */
function withoutCheck(block: Block): Block {
  const isCheck = (node: Node): boolean => node.kind === 'task' && node.action === 'validate_argument_spec';
  return { ...block, tasks: block.tasks.filter((node) => !isCheck(node)) };
}

function loadRole(play: PlayBatch, included: Included): Block {
  const { loader, context, variables } = play.run.options;
  const { task, name, args } = included;
  const text = (arg: string): string | undefined => asText(args.get(arg));
  const isPublic = asBoolean(args.get('public') ?? false);
  const { block, role } = loader.loadRole(name, context, {
    parent: task.parent,
    role: task.role,
    apply: keywordsFor(included),
    tasksFrom: text('tasks_from'),
    varsFrom: text('vars_from'),
    defaultsFrom: text('defaults_from'),
    handlersFrom: text('handlers_from'),
    isPublic,
    allowDuplicates: args.has('allow_duplicates') ? asBoolean(args.get('allow_duplicates')) : true,
    span: task.actionSpan,
    folder: task.folder,
  });
  if (isPublic) variables.publishRole(play.play, { ...role, vars: new Map([...(task.vars ?? []), ...role.vars]) });
  play.handlers.add(role.handlers);
  const isChecked = args.get('rolespec_validate') === undefined || asBoolean(args.get('rolespec_validate'));
  return isChecked ? block : withoutCheck(block);
}

/** Groups what the hosts asked for: the same file with the same variables is loaded once. */
async function group(play: PlayBatch, results: readonly HostResult[]): Promise<Included[]> {
  const groups: Included[] = [];
  for (const { host, task, outcome } of results) {
    for (const item of outcome.items) {
      if (item.result.skipped || item.result.failed || item.result.unreachable) continue;
      try {
        const one = await describeInclude({ play, task, host }, item);
        const same = groups.find((known) => known.key === one.key && !known.hosts.includes(host));
        if (same) same.hosts.push(host);
        else groups.push(one);
      } catch (error) {
        failInclude(play, task, [host], error);
      }
    }
  }
  return groups;
}

function failInclude(play: PlayBatch, task: Task, hosts: readonly string[], error: unknown): void {
  const result = resultOfError(error, task.actionSpan);
  if (error instanceof ToaError && error.code !== 'E_FILE_NOT_FOUND' && /^E_(?:YAML|PLAY)/.test(error.code))
    throw error;
  for (const host of hosts) {
    const info = play.taskInfo(task, host);
    play.run.stats.count(host, 'failed');
    play.run.hosts.fail(host);
    play.run.emitter.emit({
      type: 'host-result',
      task: info,
      host,
      status: 'failed',
      ignored: false,
      looped: false,
      hidden: info.noLog,
      result: failure(String(result.msg), { ...result, reason: result.msg }),
      milliseconds: 0,
    });
  }
}

function bring(play: PlayBatch, included: Included, brought: Brought): void {
  const { task, hosts } = included;
  const isRole = task.action === 'include_role';
  const block = isRole ? loadRole(play, included) : loadTasks(play, included);
  play.handlers.add(play.play.handlers);
  if (!isRole) {
    for (const host of hosts) play.run.stats.count(host, 'ok');
    play.run.emitter.emit({ type: 'included', file: included.name, hosts: [...hosts], label: included.label });
  }
  const chosen = task.isHandler ? block : filterBlock(block, (one) => play.isChosenByTags(one));
  const order = play.run.nextInclude();
  for (const host of hosts) {
    const entry = brought.get(host) ?? { blocks: [], order: [] };
    entry.blocks.push(chosen);
    entry.order.push(order);
    brought.set(host, entry);
  }
}

/**
 * Loads what include_tasks and include_role asked for and puts it before the next tasks of the hosts that asked.
 * @throws ToaError when an included file is no valid list of tasks
 */
export async function processIncludes(play: PlayBatch, results: readonly HostResult[]): Promise<void> {
  const includes = results.filter((result) => isInclude(result.task) && !result.failed && !result.unreachable);
  if (includes.length === 0) return;
  const brought: Brought = new Map();
  for (const included of await group(play, includes)) {
    try {
      bring(play, included, brought);
    } catch (error) {
      failInclude(play, included.task, included.hosts, error);
    }
  }
  for (const [host, { blocks, order }] of brought) {
    if (!play.cursor(host).hasFailed) play.cursor(host).insert(blocks, order);
  }
}
