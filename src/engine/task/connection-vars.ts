import type { Value } from '../../base/value.ts';
import { ToaError } from '../../base/errors.ts';
import type { Scope } from '../../template/contract.ts';
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
    names: () => own.names(),
  };
}
