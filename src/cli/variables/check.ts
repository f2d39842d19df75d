import { didYouMean, ToaError } from '../../base/errors.ts';
import type { ModuleResult } from '../../base/result.ts';
import { toJs, type Value } from '../../base/value.ts';
import type { Scope } from '../../template/contract.ts';
import { metricsDir } from '../../../tasks/shared/receiver/metrics.ts';
import { wrongKinds } from '../../../tasks/shared/receiver/kinds.ts';
import { wrongParameter } from '../../../tasks/shared/receiver/kmod.ts';
import { wrongBalancers } from '../../../tasks/shared/receiver/networks.ts';
import * as args from '../../../tasks/shared/args.ts';
import type { PlaybookSpecs, VariableSpec } from './specs.ts';

/** One thing that is wrong with one host's variables. */
interface Complaint {
  readonly text: string;
  readonly remedy?: string;
  readonly code?: string;
}

const of = (result: ModuleResult | undefined): Complaint | undefined =>
  result && { text: String(result.msg), remedy: result.remedy, code: result.code };
const matches = (pattern: RegExp, what: string) => (value: unknown) => {
  const bad = (Array.isArray(value) ? value : [value]).find((one) => !pattern.test(String(one)));
  return bad === undefined ? undefined : { text: `${JSON.stringify(bad)} is no ${what}` };
};

/** Checks that a declaration names by `format`. */
const FORMATS: Readonly<Record<string, (value: unknown) => Complaint | undefined>> = {
  networks: (value) => of(wrongBalancers(value as string[])),
  kinds: (value) => of(wrongKinds(value as string[])),
  metrics_dir: (value) =>
    metricsDir().safeParse(value).success
      ? undefined
      : { text: `${JSON.stringify(value)} is no absolute path of letters, digits and . / @ + - _` },
  ports: matches(/^(?:[1-9]\d{0,3}|[1-5]\d{4}|6[0-4]\d{3}|65[0-4]\d\d|655[0-2]\d|6553[0-5])$/, 'port from 1 to 65535'),
  module_parameters: (value) => of(wrongParameter(Object.entries(value as object))),
  make_options: matches(/^[A-Z_]+=[^\n\r\0]*$/, 'NAME=value for make'),
  release: matches(/^\d+\.\d+[\w.+~-]*$/, 'release of a kernel, as `uname -r` prints it'),
};

const TYPES = {
  str: args.str,
  int: args.int,
  bool: args.bool,
  list: () => args.list(args.str()),
  dict: () => args.dictArg(),
};
const WORDS = { str: 'text', int: 'a number', bool: 'yes or no', list: 'a list', dict: 'a dictionary' };

/** What is wrong with a value that is given. */
function wrongValue(spec: VariableSpec, raw: unknown): Complaint | undefined {
  if (spec.type === 'list' && spec.elements === 'dict')
    return Array.isArray(raw) ? undefined : { text: 'is to be a list' };
  const read = TYPES[spec.type]().safeParse(raw);
  if (!read.success) return { text: `${JSON.stringify(raw)} is not ${WORDS[spec.type]}` };
  const value: unknown = read.data;
  if (spec.choices && !spec.choices.includes(String(value))) {
    const near = didYouMean(String(value), spec.choices);
    return { text: `${JSON.stringify(value)} is none of ${spec.choices.join(', ')}.${near}` };
  }
  if (spec.range && ((value as number) < spec.range[0] || (value as number) > spec.range[1]))
    return { text: `${String(value)} is not from ${spec.range[0]} to ${spec.range[1]}` };
  return spec.format === undefined ? undefined : FORMATS[spec.format]?.(value);
}

/** Hosts of a group share their values: each is looked at once. */
type Verdicts = Map<VariableSpec, Map<Value, Complaint | undefined>>;

function verdict(verdicts: Verdicts, spec: VariableSpec, value: Value): Complaint | undefined {
  const known = verdicts.get(spec) ?? new Map<Value, Complaint | undefined>();
  verdicts.set(spec, known);
  if (!known.has(value)) known.set(value, wrongValue(spec, toJs(value)));
  return known.get(value);
}

/** Why a variable that is not given should be: in the words of its format, which knows what nothing would mean. */
function missing(
  spec: VariableSpec,
  given: (name: string) => unknown,
  has: (name: string) => boolean,
): Complaint | undefined {
  if (spec.required) return { text: `has to be set: ${spec.description}` };
  if (!spec.required_unless) return undefined;
  if (Object.entries(spec.required_unless).some(([other, value]) => has(other) && given(other) === value))
    return undefined;
  const none = spec.type === 'list' && spec.format !== undefined ? FORMATS[spec.format]?.([]) : undefined;
  return none ?? { text: `has to be set: ${spec.description}` };
}

/** A value that cannot be known before a host was looked at (facts). */
const LATER = Symbol('later');

/** All that is wrong with the variables of one host, by variable. */
function complaintsOf(
  specs: PlaybookSpecs,
  scope: Scope,
  render: (value: Value, scope: Scope) => Value,
  verdicts: Verdicts,
): Map<string, Complaint> {
  const found = new Map<string, Complaint>();
  const has = (name: string): boolean => scope.lookup(name) !== undefined;
  const given = (name: string): Value | typeof LATER => {
    try {
      return render(scope.lookup(name) as Value, scope);
    } catch {
      return LATER;
    }
  };
  for (const name of scope.names()) {
    if (name.startsWith('toa_') && !specs.known.has(name))
      found.set(name, { text: `there is no such variable.${didYouMean(name, specs.known)}` });
  }
  for (const [name, spec] of specs.variables) {
    if (!has(name)) {
      const wrong = missing(spec, given, has);
      if (wrong) found.set(name, wrong);
      continue;
    }
    const value = given(name);
    const wrong = value === LATER ? undefined : verdict(verdicts, spec, value);
    if (wrong) found.set(name, wrong);
    const lacks = spec.required_together.filter((other) => !has(other));
    if (lacks.length > 0) found.set(name, { text: `needs ${lacks.join(' and ')}` });
  }
  return found;
}

function sentence(name: string, { text }: Complaint, hosts: readonly string[]): string {
  const more = hosts.length > 1 ? ` and ${hosts.length - 1} more` : '';
  return `${name}: ${text} (${hosts[0]}${more})`;
}

/**
 * Holds the variables of hosts against what a playbook declares; no host is touched.
 * @param hosts names and what each host's variables are
 * @param render turns a raw value into data; what it throws means that the value is not known yet
 * @throws ToaError E_TOA_VARIABLE that names everything that is wrong, E_TOA_BALANCERS when only those are not said
 */
export function checkVariables(
  specs: PlaybookSpecs,
  hosts: readonly { readonly name: string; readonly scope: Scope }[],
  render: (value: Value, scope: Scope) => Value,
): void {
  const verdicts: Verdicts = new Map();
  const byText = new Map<string, { name: string; complaint: Complaint; hosts: string[] }>();
  for (const { name: host, scope } of hosts) {
    for (const [name, complaint] of complaintsOf(specs, scope, render, verdicts)) {
      const key = `${name}\0${complaint.text}`;
      const entry = byText.get(key) ?? { name, complaint, hosts: [] };
      entry.hosts.push(host);
      byText.set(key, entry);
    }
  }
  const all = [...byText.values()];
  if (all.length === 0) return;
  const isUnsaid = all.every(({ complaint }) => complaint.code === 'E_TOA_BALANCERS');
  const remedies = new Set(all.map(({ complaint }) => complaint.remedy).filter(Boolean));
  throw new ToaError(
    isUnsaid ? 'E_TOA_BALANCERS' : 'E_TOA_VARIABLE',
    all.map(({ name, complaint, hosts: names }) => sentence(name, complaint, names)).join('\n'),
    { remedy: remedies.size === 1 ? [...remedies][0] : `\`toa-play doc ${specs.name}\` lists the variables` },
  );
}
