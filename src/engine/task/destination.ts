import type { Value } from '../../base/value.ts';
import { type ReachableTarget, type TargetDefaults, targetFromVars } from '../../host/target.ts';
import { asBoolean, asInteger, asText } from './keywords.ts';
import type { TaskScope } from './scope.ts';

const KEYWORDS = [
  'connection',
  'remoteUser',
  'port',
  'become',
  'becomeUser',
  'becomeMethod',
  'becomeFlags',
  'becomeExe',
] as const;

/** What keywords say, then flags and configuration. */
async function defaultsOf(at: TaskScope): Promise<TargetDefaults> {
  const { keywords } = at.statics;
  const defaults: TargetDefaults = at.play.run.settings.target ?? {};
  // as most tasks: an await for each would be most of the cost
  if (KEYWORDS.every((name) => keywords[name] === undefined)) return defaults;
  const text = async (value: Value | undefined): Promise<string | undefined> => asText(await at.render(value));
  const port = await at.render(keywords.port);
  const become = await at.render(keywords.become);
  return {
    ...defaults,
    connection: (await text(keywords.connection)) ?? defaults.connection,
    user: (await text(keywords.remoteUser)) ?? defaults.user,
    port: port === undefined || port === null ? defaults.port : asInteger(port, 'port', at.task.span, 22),
    become: become === undefined || become === null ? defaults.become : asBoolean(become),
    becomeUser: (await text(keywords.becomeUser)) ?? defaults.becomeUser,
    becomeMethod: (await text(keywords.becomeMethod)) ?? defaults.becomeMethod,
    becomeFlags: (await text(keywords.becomeFlags)) ?? defaults.becomeFlags,
    becomeExe: (await text(keywords.becomeExe)) ?? defaults.becomeExe,
  };
}

/**
 * Where a task runs and as whom: ansible_* variables of the target (the delegate's for a delegated task), then keywords,
 * then flags and configuration.
 * @throws ToaError E_CONNECTION_TYPE, E_CONNECTION_VARIABLE
 */
export async function destinationOf(at: TaskScope, delegateTo: string | undefined): Promise<ReachableTarget> {
  const { templar } = at.play.run;
  const scope = delegateTo === undefined ? at.scope : at.play.hostScope(delegateTo, at.task, at.extra);
  const variable = (name: string): Value | undefined => {
    const raw = scope.lookup(name);
    return raw === undefined ? undefined : templar.resolve(raw, scope);
  };
  const reachable = targetFromVars(delegateTo ?? at.host, variable, await defaultsOf(at));
  // as Ansible's local connection, which starts everything beside the playbook
  if (reachable.target.transport !== 'local') return reachable;
  return { ...reachable, target: { ...reachable.target, folder: at.play.play.folder } };
}
