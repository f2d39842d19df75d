import { failure, type ModuleResult } from '../../../src/base/result.ts';
import { failedCall, verbScript } from '../answer.ts';
import { shellVars, spoken } from '../remote.ts';
import type { TaskContext } from '../../../src/verb/verb.ts';

/** What service, systemd and sysvinit ask of service.sh. */
export interface ServiceRequest {
  readonly manager: 'auto' | 'systemd' | 'sysvinit' | 'openrc' | 'upstart';
  readonly name?: string;
  readonly state?: string;
  readonly enabled?: boolean;
  readonly masked?: boolean;
  readonly daemon_reload?: boolean;
  readonly daemon_reexec?: boolean;
  readonly scope?: string;
  readonly no_block?: boolean;
  readonly force?: boolean;
  /** Words that the process list holds while the service runs. */
  readonly pattern?: string;
  /** Seconds between stop and start of a restart. */
  readonly sleep?: number;
  readonly runlevels?: readonly string[];
  readonly arguments?: string;
}

/** Starting a large service may take long; a hung one still ends some day. */
const TIMEOUT_MS = 10 * 60_000;

/** `systemctl show` as a dict; values of Exec... may go over several lines, in braces. */
export function parseUnit(text: string): Record<string, string> {
  const out: Record<string, string> = {};
  let open: { key: string; value: string } | undefined;
  for (const line of text.split('\n')) {
    if (open) {
      open.value += `\n${line}`;
      if (!line.trimEnd().endsWith('}')) continue;
      out[open.key] = open.value.trim();
      open = undefined;
      continue;
    }
    const at = line.indexOf('=');
    if (at < 0) continue;
    const [key, value] = [line.slice(0, at), line.slice(at + 1)];
    const isOpen = key.startsWith('Exec') && value.trimStart().startsWith('{') && !value.trimEnd().endsWith('}');
    if (isOpen) open = { key, value };
    else out[key] = value.trim();
  }
  return out;
}

/** The shell half has all of its variables, so that none is left from a call before. */
const NOTHING: Record<keyof ServiceRequest, undefined> = {
  manager: undefined,
  name: undefined,
  state: undefined,
  enabled: undefined,
  masked: undefined,
  daemon_reload: undefined,
  daemon_reexec: undefined,
  scope: undefined,
  no_block: undefined,
  force: undefined,
  pattern: undefined,
  sleep: undefined,
  runlevels: undefined,
  arguments: undefined,
};

const yesNo = (value: boolean | undefined): string => (value === undefined ? '' : value ? 'yes' : 'no');

/** Brings a service to its state in one round trip. */
export async function service(request: ServiceRequest, context: TaskContext): Promise<ModuleResult> {
  const { name } = request;
  if (name !== undefined && /[*?[]/.test(name)) {
    const glob = /[*?[]/.exec(name)?.[0];
    return failure(
      `This module does not currently support using glob patterns, found '${glob}' in service name: ${name}`,
    );
  }
  const vars = shellVars({
    ...NOTHING,
    ...request,
    enabled: yesNo(request.enabled),
    masked: yesNo(request.masked),
    runlevels: request.runlevels?.join(' '),
    check: context.check,
  });
  const scripts = [verbScript('shared/services', 'service.sh'), verbScript('shared/services', 'systemd.sh')];
  const answer = await context.call({ scripts, fn: 'service_main', vars, timeoutMs: TIMEOUT_MS });
  if (answer.rc !== 0) return failedCall(answer, { name });
  return resultOf(request, answer.stdout, context);
}

function resultOf(request: ServiceRequest, stdout: string, context: TaskContext): ModuleResult {
  const { name, state, enabled } = request;
  const { said, text } = spoken(stdout);
  for (const warning of said.all('warn')) context.warn(warning);
  return {
    changed: said.is('changed'),
    name: name ?? null,
    ...(enabled === undefined ? {} : { enabled }),
    ...(state === undefined ? {} : { state: state === 'stopped' ? 'stopped' : 'started' }),
    ...(said.get('manager') === 'systemd' ? { status: text === undefined ? {} : parseUnit(text) } : {}),
  };
}
