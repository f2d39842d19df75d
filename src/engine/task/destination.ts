import type { Value } from '../../base/value.ts';
import { type ReachableTarget, targetFromVars } from '../../host/target.ts';
import { asBoolean, asInteger, asText } from './keywords.ts';
import type { TaskScope } from './scope.ts';

/**
 * Where a task runs and as whom: ansible_* variables of the target (the delegate's for a delegated task), then keywords,
 * then flags and configuration.
 * @throws ToaError E_CONNECTION_TYPE, E_CONNECTION_VARIABLE
 */
export async function destinationOf(at: TaskScope, delegateTo: string | undefined): Promise<ReachableTarget> {
  const { templar, settings } = at.play.run;
  const { keywords } = at.statics;
  const scope = delegateTo === undefined ? at.scope : at.play.hostScope(delegateTo, at.task, at.extra);
  const variable = (name: string): Value | undefined => {
    const raw = scope.lookup(name);
    return raw === undefined ? undefined : templar.resolve(raw, scope);
  };
  const text = async (value: Value | undefined): Promise<string | undefined> => asText(await at.render(value));
  const defaults = settings.target ?? {};
  const port = await at.render(keywords.port);
  const become = await at.render(keywords.become);
  return targetFromVars(delegateTo ?? at.host, variable, {
    ...defaults,
    connection: (await text(keywords.connection)) ?? defaults.connection,
    user: (await text(keywords.remoteUser)) ?? defaults.user,
    port: port === undefined || port === null ? defaults.port : asInteger(port, 'port', at.task.span, 22),
    become: become === undefined || become === null ? defaults.become : asBoolean(become),
    becomeUser: (await text(keywords.becomeUser)) ?? defaults.becomeUser,
    becomeMethod: (await text(keywords.becomeMethod)) ?? defaults.becomeMethod,
    becomeFlags: (await text(keywords.becomeFlags)) ?? defaults.becomeFlags,
    becomeExe: (await text(keywords.becomeExe)) ?? defaults.becomeExe,
  });
}
