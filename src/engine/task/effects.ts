import { ToaError } from '../../base/errors.ts';
import type { ModuleResult } from '../../base/result.ts';
import { type Dict, fromJs, isMapping, type Value } from '../../base/value.ts';
import { pyStr } from '../../template/python/print.ts';
import type { ItemOutcome, TaskOutcome } from './outcome.ts';
import type { HostTask, TaskPlace } from './scope.ts';

/** Keys of results that are for the engine, not for playbooks. */
const INTERNAL = /^_(?:ansible|toa)_/;

/** A result as `register` keeps it. */
export function registered(result: ModuleResult): Dict {
  const strip = (one: ModuleResult): Record<string, unknown> =>
    Object.fromEntries(Object.entries(one).filter(([key]) => !INTERNAL.test(key) && key !== 'invocation'));
  const out = strip(result);
  if (Array.isArray(out['results'])) {
    out['results'] = out['results'].map((item: unknown) =>
      typeof item === 'object' && item !== null && !isMapping(item as Value) ? strip(item as ModuleResult) : item,
    );
  }
  return fromJs(out) as Dict;
}

/** Hosts that a result counts for: all of the batch for run_once. */
function receivers({ play, host, runOnce }: HostTask): readonly string[] {
  return runOnce ? play.hostsLeft() : [host];
}

/** Facts that always belong to the host that a task was delegated to. */
const DELEGATED_PREFIXES = ['discovered_interpreter_'];

function setFacts(at: HostTask, item: ItemOutcome): void {
  const { play, task } = at;
  const { variables } = play.run.options;
  const facts = fromJs(item.result.ansible_facts);
  if (!(facts instanceof Map) || task.action === 'debug') return;
  if (item.delegateTo)
    for (const key of facts.keys()) {
      if (DELEGATED_PREFIXES.some((prefix) => pyStr(key).startsWith(prefix))) facts.delete(key);
    }
  const hosts = item.delegateTo && item.delegateFacts ? [item.delegateTo] : receivers(at);
  for (const target of hosts) {
    if (task.action === 'include_vars') variables.includeVars(target, facts);
    else if (task.action === 'set_fact') {
      if (item.result['_ansible_facts_cacheable']) variables.setFacts(target, facts);
      variables.setVars(target, facts, (name) => task.args instanceof Map && typeof task.args.get(name) === 'string');
    } else {
      variables.setFacts(target, facts);
      if (/(?:^|\.)gather_facts$/.test(task.actionAsWritten)) play.run.gathered.add(target);
    }
  }
}

function addHost({ play }: HostTask, item: ItemOutcome): void {
  const made = fromJs(item.result['add_host']);
  if (!(made instanceof Map)) return;
  const groups = made.get('groups');
  const vars = made.get('host_vars');
  const names = Array.isArray(groups) ? groups.map(pyStr) : [];
  const changed = play.run.options.inventory.addHost(
    pyStr(made.get('host_name') ?? ''),
    names,
    vars instanceof Map ? vars : new Map(),
  );
  item.result.changed = changed;
}

function addGroup({ play, host }: HostTask, item: ItemOutcome): void {
  const group = item.result['add_group'];
  if (typeof group !== 'string') return;
  const parents = (item.result['parent_groups'] as string[] | undefined) ?? ['all'];
  const { inventory } = play.run.options;
  const isNew = inventory.addGroup(group, parents);
  const isMember = inventory.addToGroup(host, group);
  item.result.changed = isNew || isMember;
}

function setStats(at: HostTask, item: ItemOutcome): void {
  const stats = fromJs(item.result['ansible_stats']);
  if (!(stats instanceof Map)) return;
  const data = stats.get('data');
  if (!isMapping(data)) return;
  const owners = stats.get('per_host') ? receivers(at) : [undefined];
  for (const owner of owners) {
    for (const key of data.keys()) {
      at.play.run.stats.setCustom(pyStr(key), data.get(key) as Value, owner, stats.get('aggregate') === true);
    }
  }
}

/** Marks one name's handlers; an unknown name is a warning where the configuration says so. */
function notifyOne({ play, task, host }: HostTask, name: string): string[] {
  try {
    return play.handlers.notify(name, host, task.span);
  } catch (error) {
    if (!(error instanceof ToaError) || play.run.settings.errorOnMissingHandler !== false) throw error;
    play.run.emitter.warn(error.message);
    return [];
  }
}

function notify(at: HostTask, item: ItemOutcome): void {
  for (const name of item.notify) {
    for (const handler of notifyOne(at, name)) {
      at.play.run.emitter.emit({ type: 'handler-notified', handler, host: at.host });
    }
  }
}

/** Notifies handlers that a run before this one, which was cut off, did not come to. */
export function notifyLeft({ play, task, host }: TaskPlace, name: string): void {
  const handlers = play.handlers.notify(name, host, task.span);
  for (const handler of handlers) play.run.emitter.emit({ type: 'handler-notified', handler, host });
  if (handlers.length === 0) return;
  play.run.emitter.warn(
    `${host}: an earlier run was cut off before the handler '${name}', which this one makes up for`,
  );
}

/** A handler ran on a host, however it ended. */
export function handlerRan({ play, task, host }: TaskPlace, isFailed = false): void {
  play.handlers.done(task, host);
  if (!isFailed && !play.run.settings.check) play.pendingOf(host).ran(task);
}

/** Of a task that changed nothing: what it would have notified before an earlier run was cut off. */
function notifyWhatIsLeft(at: TaskPlace, item: ItemOutcome): void {
  const { play, task, host } = at;
  for (const name of item.notify) {
    if (play.handlers.knows(name) && play.pendingOf(host).isLeft(task, name)) notifyLeft(at, name);
  }
}

/** What a task that went well brings about: notifications, new hosts and groups, facts, statistics. */
export function applyEffects(at: HostTask, outcome: TaskOutcome): void {
  const { task } = at;
  for (const item of outcome.items) {
    const { changed } = item.result;
    if (task.action === 'add_host') addHost(at, item);
    else if (task.action === 'group_by') addGroup(at, item);
    // what changed_when said stands
    if (task.changedWhen?.length) item.result.changed = changed;
    if (outcome.isLooped && item.result.changed) outcome.result.changed = true;
    if (outcome.result.changed) notify(at, item);
    else notifyWhatIsLeft(at, item);
    if (item.result.ansible_facts !== undefined) setFacts(at, item);
    if (task.action === 'set_stats') setStats(at, item);
  }
}

/** `register`: also for tasks that were skipped or failed. */
export function applyRegister(at: HostTask, outcome: TaskOutcome): void {
  const { play, task } = at;
  if (!task.register) return;
  const vars: Dict = new Map([[task.register, registered(outcome.result)]]);
  for (const target of receivers(at)) play.run.options.variables.setVars(target, vars);
}
