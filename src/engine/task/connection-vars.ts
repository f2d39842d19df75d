import { TemplateText, type Value } from '../../base/value.ts';
import { ToaError } from '../../base/errors.ts';
import type { Scope } from '../../template/contract.ts';
import { needsResolving } from '../../template/evaluate/raw.ts';
import type { TaskScope } from './scope.ts';

type Maker = (at: TaskScope, target: Scope, name: string) => Value | undefined;

/** Where the task runs: its delegate, else its own host. */
function targetOf(at: TaskScope, own: Scope): { name: string; scope: Scope } {
  const { delegateTo } = at.statics.keywords;
  if (delegateTo === undefined || delegateTo === null) return { name: at.host, scope: own };
  try {
    const name = at.play.run.templar.resolve(delegateTo, own);
    if (typeof name !== 'string' || name === '') return { name: at.host, scope: own };
    return { name, scope: at.play.hostScope(name, at.task) };
  } catch (error) {
    if (error instanceof ToaError) return { name: at.host, scope: own };
    throw error;
  }
}

const either =
  (...names: string[]): Maker =>
  (_at, target) =>
    names.map((name) => target.lookup(name)).find((value) => value !== undefined);

const address: Maker = (at, target, name) => either('ansible_host', 'ansible_ssh_host')(at, target, name) ?? name;
const user: Maker = (at, target, name) =>
  either('ansible_user', 'ansible_ssh_user')(at, target, name) ??
  at.statics.keywords.remoteUser ??
  at.play.run.settings.target?.user;
const port = either('ansible_port', 'ansible_ssh_port');

function connection(at: TaskScope, target: Scope): Value {
  const given = at.statics.keywords.connection ?? at.play.run.settings.target?.connection ?? 'ssh';
  const value = target.lookup('ansible_connection') ?? given;
  return value === 'smart' ? 'ssh' : value;
}

const MAKERS: ReadonlyMap<string, Maker> = new Map<string, Maker>([
  ['ansible_host', address],
  ['ansible_ssh_host', address],
  ['ansible_user', user],
  ['ansible_ssh_user', user],
  ['ansible_port', port],
  ['ansible_ssh_port', port],
  ['ansible_connection', connection],
]);

/** Whether the items of a loop stand in the user's files, in the task or in one variable that it names. */
function isWrittenItem({ task, extra }: TaskScope, own: Scope, name: string): boolean {
  const { loop } = task;
  if (!loop || extra.get('ansible_loop_var') !== name || (loop.kind !== 'loop' && loop.kind !== 'items')) return false;
  if (!needsResolving(loop.value)) return true;
  const variable =
    loop.value instanceof TemplateText ? /^\{\{\s*(\w+)\s*\}\}$/.exec(loop.value.source)?.[1] : undefined;
  if (variable === undefined || !own.isWritten?.(variable)) return false;
  return !needsResolving(own.lookup(variable) ?? null);
}

/**
 * The variables of a task, with those that tell of its connection where the host has none: playbooks use
 * `{{ ansible_host }}` and get the name of the host. hostvars do not have them.
 */
export function withConnection(at: TaskScope, own: Scope): Scope {
  return {
    lookup: (name) => {
      const value = own.lookup(name);
      if (value !== undefined) return value;
      const maker = MAKERS.get(name);
      if (!maker) return undefined;
      const target = targetOf(at, own);
      return maker(at, target.scope, target.name);
    },
    isWritten: (name) => (at.extra.has(name) ? isWrittenItem(at, own, name) : (own.isWritten?.(name) ?? false)),
    names: () => own.names(),
  };
}
