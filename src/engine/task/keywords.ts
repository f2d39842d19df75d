import { ToaError } from '../../base/errors.ts';
import type { Span } from '../../base/span.ts';
import { isMapping, type Value } from '../../base/value.ts';
import type { Become } from '../../host/contract.ts';
import { pyStr } from '../../template/print.ts';
import type { RunSettings } from '../options.ts';
import type { TaskStatics } from './statics.ts';

const TRUE = new Set(['y', 'yes', 'on', '1', 'true', 't', '1.0']);

/** Ansible's reading of a keyword that wants a boolean. */
export function asBoolean(value: Value | undefined): boolean {
  if (typeof value === 'boolean') return value;
  if (value === undefined || value === null) return false;
  return TRUE.has(pyStr(value).trim().toLowerCase());
}

/** A keyword that wants a whole number. */
export function asInteger(value: Value | undefined, name: string, span: Span, fallback: number): number {
  if (value === undefined || value === null || value === '') return fallback;
  const number = Number(pyStr(value));
  if (Number.isFinite(number)) return Math.trunc(number);
  throw new ToaError('E_TASK_KEYWORD', `${name}: ${pyStr(value)} is not a number`, { span });
}

export function asText(value: Value | undefined): string | undefined {
  return value === undefined || value === null ? undefined : pyStr(value);
}

type RenderKeyword = (value: Value | undefined) => Promise<Value | undefined>;
type VariableOf = (name: string) => Value | undefined;

/** The first of several names (new and old) that a variable has. */
function firstOf(variable: VariableOf, ...names: string[]): Value | undefined {
  for (const name of names) {
    const value = variable(name);
    if (value !== undefined && value !== null) return value;
  }
  return undefined;
}

/**
 * How the task becomes another user: ansible_become* variables of the target, then keywords, then flags.
 * See https://docs.ansible.com/ansible-core/2.14/playbook_guide/playbooks_privilege_escalation.html
 */
export async function becomeOf(
  { keywords }: TaskStatics,
  render: RenderKeyword,
  variable: VariableOf,
  settings: RunSettings,
): Promise<Become | undefined> {
  const wanted = variable('ansible_become') ?? (await render(keywords.become)) ?? settings.become ?? false;
  if (!asBoolean(wanted)) return undefined;
  const method =
    asText(variable('ansible_become_method') ?? (await render(keywords.becomeMethod))) ??
    settings.becomeMethod ??
    'sudo';
  const own = (what: string): Value | undefined =>
    firstOf(variable, `ansible_${method}_${what}`, ...(method === 'sudo' || method === 'su' ? [] : []));
  const user =
    firstOf(variable, 'ansible_become_user') ?? own('user') ?? (await render(keywords.becomeUser)) ?? undefined;
  const password =
    firstOf(variable, 'ansible_become_password', 'ansible_become_pass') ??
    firstOf(variable, `ansible_${method}_pass`, `ansible_${method}_password`);
  const flags = firstOf(variable, 'ansible_become_flags') ?? own('flags') ?? (await render(keywords.becomeFlags));
  const exe = firstOf(variable, 'ansible_become_exe') ?? own('exe') ?? (await render(keywords.becomeExe));
  return {
    user: asText(user) ?? settings.becomeUser ?? 'root',
    method: method.replace(/^.*\./, ''),
    password: asText(password) ?? settings.becomePassword,
    flags: asText(flags) ?? settings.becomeFlags,
    exe: asText(exe) ?? settings.becomeExe,
  };
}

/** Merges the layers of `environment`, inner ones winning. Values become text. */
export async function environmentOf(
  { environment }: TaskStatics,
  render: RenderKeyword,
): Promise<Record<string, string>> {
  const out: Record<string, string> = {};
  for (const layer of environment) {
    const value = await render(layer);
    const maps = Array.isArray(value) ? value : [value];
    for (const map of maps) {
      if (!isMapping(map)) continue;
      for (const key of map.keys()) out[pyStr(key)] = asText(map.get(key)) ?? '';
    }
  }
  return out;
}
