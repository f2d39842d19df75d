import { failure, type ModuleResult } from '../../base/result.ts';
import { booleanOf, isMapping, TemplateText, type Value } from '../../base/value.ts';
import { settle } from '../../template/settle.ts';
import { isInteger, isNumber } from '../../template/python/types.ts';
import { pyStr } from '../../template/python/print.ts';
import type { TaskScope } from '../task/scope.ts';

type Spec = ReadonlyMap<Value, Value>;

/** Whether a value can be taken as the type that an argument specification names. */
function fits(value: Value, type: string): boolean {
  switch (type) {
    case 'int':
      // Python's booleans are integers
      return isInteger(value) || typeof value === 'boolean' || isText(value, /^\s*[-+]?\d+\s*$/);
    case 'float':
      return isNumber(value) || typeof value === 'boolean' || (isText(value, /\S/) && !Number.isNaN(Number(value)));
    case 'bool':
      return (
        typeof value === 'boolean' || ((isNumber(value) || typeof value === 'string') && booleanOf(value) !== undefined)
      );
    case 'list':
      return Array.isArray(value) || typeof value === 'string' || isNumber(value);
    case 'dict':
      return isMapping(value) || (typeof value === 'string' && (value.trim().startsWith('{') || value.includes('=')));
    default:
      // text takes everything: what is none is turned into it
      return true;
  }
}

function isText(value: Value, pattern: RegExp): boolean {
  return typeof value === 'string' && pattern.test(value);
}

function pythonType(value: Value): string {
  if (Array.isArray(value)) return 'list';
  if (isMapping(value)) return 'dict';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int' : 'float';
  return typeof value === 'string' ? 'str' : 'NoneType';
}

/** As ansible-core says that a value cannot be taken as a type. */
function unfit(value: Value, type: string, where: string): string {
  const python = `<class '${pythonType(value)}'>`;
  const reason =
    type === 'dict' && typeof value === 'string'
      ? 'dictionary requested, could not parse JSON or key=value'
      : `${python} cannot be converted to ${type === 'int' ? 'an int' : `a ${type}`}`;
  return `of type ${python}${where} and we were unable to convert to ${type}: ${reason}`;
}

const text = (spec: Spec, key: string): string | undefined => {
  const value = spec.get(key);
  return value === undefined || value === null ? undefined : pyStr(value);
};

function choicesError(name: string, value: Value, choices: readonly Value[], where: string): string | undefined {
  const values = Array.isArray(value) ? value : [value];
  const wrong = values.filter((one) => !choices.some((choice) => pyStr(choice) === pyStr(one)));
  if (wrong.length === 0) return undefined;
  const known = choices.map(pyStr).join(', ');
  return Array.isArray(value)
    ? `value of ${name} must be one or more of: ${known}. Got no match for: ${wrong.map(pyStr).join(', ')}${where}`
    : `value of ${name} must be one of: ${known}, got: ${pyStr(value)}${where}`;
}

/** Checks values against a specification (types, required, choices, options inside); gives all that is wrong. */
function check(spec: Spec, given: ReadonlyMap<string, Value>, path: readonly string[], strict: boolean): string[] {
  const where = path.length > 0 ? ` found in ${path.join(' -> ')}` : '';
  const errors: string[] = [];
  const unknown = strict ? [...given.keys()].filter((name) => !spec.has(name)) : [];
  if (unknown.length > 0)
    errors.push(
      `${unknown.join(', ')}. Supported parameters include: ${[...spec.keys()].map(pyStr).sort().join(', ')}.`,
    );
  const missing: string[] = [];
  for (const [key, raw] of spec) {
    const name = pyStr(key);
    const options: Spec = raw instanceof Map ? raw : new Map();
    const value = given.get(name);
    if (value === undefined || value === null) {
      if (text(options, 'required') === 'True') missing.push(name);
    } else errors.push(...checkOne(name, value, options, path, where));
  }
  if (missing.length > 0) errors.unshift(`missing required arguments: ${missing.sort().join(', ')}${where}`);
  return errors;
}

function checkOne(name: string, value: Value, options: Spec, path: readonly string[], where: string): string[] {
  const type = text(options, 'type') ?? 'str';
  if (!fits(value, type)) {
    return [`argument '${name}' is ${unfit(value, type, where)}`];
  }
  const choices = options.get('choices');
  const wrong = Array.isArray(choices) ? choicesError(name, value, choices, where) : undefined;
  if (wrong) return [wrong];
  const elements = text(options, 'elements');
  // a list may be written as text with commas
  const items = typeof value === 'string' ? value.split(',') : value;
  if (elements && type === 'list' && Array.isArray(items)) {
    const bad = items.find((item) => !fits(item, elements));
    if (bad !== undefined) {
      return [`Elements value for option '${name}' is ${unfit(bad, elements, where)}`];
    }
  }
  const inner = options.get('options');
  if (!(inner instanceof Map)) return [];
  const dicts = (Array.isArray(value) ? value : [value]).filter(isMapping);
  return dicts.flatMap((dict) => check(inner, asNamed(dict), [...path, name], true));
}

function asNamed(dict: Value): Map<string, Value> {
  const out = new Map<string, Value>();
  if (isMapping(dict)) for (const key of dict.keys()) out.set(pyStr(key), dict.get(key) as Value);
  return out;
}

/**
 * Checks a role's arguments before its tasks (meta/argument_specs.yml). See
 * https://docs.ansible.com/ansible-core/2.14/playbook_guide/playbooks_reuse_roles.html#role-argument-validation
 */
export async function validateArgumentSpec(
  at: TaskScope,
  args: Readonly<Record<string, unknown>>,
): Promise<ModuleResult> {
  const written = args['argument_spec'] as Value;
  // one that is written in full stays as it is: defaults in it may name what is not set
  const spec = written instanceof TemplateText ? await at.render(written) : written;
  const context = args['validate_args_context'] ?? {};
  if (!(spec instanceof Map)) return failure('"argument_spec" arg is required in args');
  const given = asNamed((args['provided_arguments'] as Value | undefined) ?? new Map());
  for (const key of spec.keys()) {
    const name = pyStr(key as Value);
    const raw = given.has(name) ? undefined : at.scope.lookup(name);
    if (raw !== undefined) given.set(name, await settle(() => at.play.run.templar.resolve(raw, at.scope)));
  }
  const errors = check(spec as Spec, given, [], false);
  if (errors.length === 0)
    return { changed: false, msg: 'The arg spec validation passed', validate_args_context: context };
  return failure(`Validation of arguments failed:\n${errors.join('\n')}`, {
    argument_errors: errors,
    argument_spec_data: spec,
    validate_args_context: context,
  });
}
