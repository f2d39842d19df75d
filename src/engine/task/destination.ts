import type { Value } from '../../base/value.ts';
import { becomeFromVars, type ReachableTarget } from '../../host/target.ts';
import { asBoolean, asInteger, asText } from './keywords.ts';
import type { TaskScope } from './scope.ts';

/**
 * Where a task runs and as whom: ansible_* variables of the target (the delegate's for a delegated task), then keywords,
 * then flags and configuration.
 * @throws ToaError E_CONNECTION_TYPE, E_CONNECTION_VARIABLE
 */
export async function destinationOf(at: TaskScope, delegateTo: string | undefined): Promise<ReachableTarget> {
  const { templar, settings, options } = at.play.run;
  const { keywords } = at.statics;
  const host = delegateTo ?? at.host;
  const scope = delegateTo === undefined ? at.scope : at.play.hostScope(delegateTo, at.task, at.extra);
  const variable = (name: string): Value | undefined => {
    const raw = scope.lookup(name);
    return raw === undefined ? undefined : templar.resolve(raw, scope);
  };
  const text = async (value: Value | undefined): Promise<string | undefined> => asText(await at.render(value));
  const port = await at.render(keywords.port);
  const target = options.targetFor({
    host,
    variable,
    connection: await text(keywords.connection),
    remoteUser: await text(keywords.remoteUser),
    port: port === undefined || port === null ? undefined : asInteger(port, 'port', at.task.span, 22),
  });
  const become = await at.render(keywords.become);
  const becoming = becomeFromVars(host, variable, {
    become: become === undefined || become === null ? settings.become : asBoolean(become),
    becomeUser: (await text(keywords.becomeUser)) ?? settings.becomeUser,
    becomeMethod: (await text(keywords.becomeMethod)) ?? settings.becomeMethod,
    becomeFlags: (await text(keywords.becomeFlags)) ?? settings.becomeFlags,
    becomeExe: (await text(keywords.becomeExe)) ?? settings.becomeExe,
    becomePassword: settings.becomePassword,
  });
  return becoming ? { target, become: becoming } : { target };
}
