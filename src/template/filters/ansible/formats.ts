import { parseJson } from '../../../base/python-json-parse.ts';
import { dumpJson, type JsonStyle } from '../../../base/python-json.ts';
import { Opaque, Undefined, VaultText, isMapping, type Value } from '../../../base/value.ts';
import type { Filter } from '../../contract.ts';
import { asIndex, defined, iterate, pyType, raiseUndefined, truthy } from '../../python/operations.ts';
import { pyStr } from '../../python/print.ts';
import { dumpYaml, type YamlStyle } from '../../yaml/dump.ts';
import { loadYamlDocuments } from '../../yaml/load.ts';
import { checkDefined, filterError } from './arguments.ts';

type Options = ReadonlyMap<string, Value>;

const JSON_OPTIONS = [
  'indent',
  'sort_keys',
  'ensure_ascii',
  'separators',
  'skipkeys',
  'allow_nan',
  'check_circular',
  'vault_to_text',
  'preprocess_unsafe',
];
const YAML_OPTIONS = [
  'indent',
  'width',
  'sort_keys',
  'default_flow_style',
  'explicit_start',
  'explicit_end',
  'allow_unicode',
  'default_style',
  'encoding',
  'line_break',
];

function checkOptions(filter: string, options: Options, known: readonly string[]): void {
  for (const name of options.keys()) {
    if (!known.includes(name)) throw filterError(`${filter}() got an unexpected keyword argument '${name}'`);
  }
}

function integerOption(options: Options, name: string): number | undefined {
  const value = options.get(name) ?? null;
  return value === null ? undefined : asIndex(defined(value));
}

function flagOption(options: Options, name: string, otherwise: boolean): boolean {
  const value = options.get(name);
  return value === undefined ? otherwise : truthy(value);
}

/** What JSON has no form for: dates become their text, everything else is refused as Python refuses it. */
function jsonFallback(value: unknown): string {
  const object = value as Value;
  if (object instanceof Undefined) raiseUndefined(object);
  if (object instanceof Opaque && object.pyType.startsWith('date')) return pyStr(object).replace(' ', 'T');
  if (object instanceof VaultText) return object.ciphertext;
  throw filterError(`Object of type ${pyType(object)} is not JSON serializable`);
}

function separatorsOf(options: Options): readonly [string, string] | undefined {
  const value = options.get('separators') ?? null;
  if (value === null) return undefined;
  const [item, key] = [...iterate(value)].map(pyStr);
  return [item, key];
}

/** Undefined inside of a collection: Ansible refuses to print it at any depth. */
function toJsonText(filter: string, value: Value, options: Options): string {
  checkOptions(filter, options, JSON_OPTIONS);
  checkDefined(defined(value));
  const style: JsonStyle = {
    indent: integerOption(options, 'indent'),
    sortKeys: flagOption(options, 'sort_keys', false),
    ensureAscii: flagOption(options, 'ensure_ascii', true),
    separators: separatorsOf(options),
  };
  if (style.sortKeys) checkSortable(value);
  const text = dumpJson(value, style, jsonFallback);
  return style.ensureAscii ? text.replaceAll('\x7f', '\\u007f') : text;
}

/** Python cannot sort a dict whose keys are of several kinds. */
function checkSortable(value: Value): void {
  if (Array.isArray(value)) value.forEach(checkSortable);
  if (!isMapping(value)) return;
  const types = new Set([...value.keys()].map((key) => (typeof key === 'string' ? 'str' : pyType(key))));
  if (types.has('str') && types.size > 1) {
    const [first, second] = [...types];
    throw filterError(`'<' not supported between instances of '${second}' and '${first}'`);
  }
  for (const key of value.keys()) checkSortable(value.get(key) ?? null);
}

const toJson: Filter = (_context, value, _args, kwargs) => toJsonText('to_json', value, kwargs);

const toNiceJson: Filter = (_context, value, args, kwargs) => {
  const options = new Map<string, Value>([['indent', args[0] ?? 4], ['sort_keys', args[1] ?? true], ...kwargs]);
  if (!options.has('separators')) options.set('separators', [',', ': ']);
  return toJsonText('to_nice_json', value, options);
};

const fromJson: Filter = (_context, value) => {
  const text = defined(value);
  if (typeof text !== 'string') {
    throw filterError(`the JSON object must be str, bytes or bytearray, not ${pyType(text)}`);
  }
  return parseJson(text);
};

function toYamlText(filter: string, value: Value, options: Options, flow: boolean | undefined): string {
  checkOptions(filter, options, YAML_OPTIONS);
  if ((options.get('default_style') ?? null) !== null) {
    throw filterError(`${filter}: default_style is not supported`, 'Leave default_style away');
  }
  const flowOption = options.get('default_flow_style');
  const style: YamlStyle = {
    indent: integerOption(options, 'indent'),
    width: integerOption(options, 'width'),
    sortKeys: flagOption(options, 'sort_keys', true),
    flow: flowOption === undefined ? flow : flowOption === null ? undefined : truthy(flowOption),
    explicitStart: flagOption(options, 'explicit_start', false),
    explicitEnd: flagOption(options, 'explicit_end', false),
  };
  return dumpYaml(defined(value), style);
}

const toYaml: Filter = (_context, value, _args, kwargs) => toYamlText('to_yaml', value, kwargs, undefined);

const toNiceYaml: Filter = (_context, value, args, kwargs) => {
  if (kwargs.has('default_flow_style')) {
    const fault = "yaml.dump() got multiple values for keyword argument 'default_flow_style'";
    throw filterError(`to_nice_yaml - ${fault}`, 'Use to_yaml with default_flow_style');
  }
  return toYamlText('to_nice_yaml', value, new Map<string, Value>([['indent', args[0] ?? 4], ...kwargs]), false);
};

/** What is no text goes through, an undefined value too: `default` may follow. */
const fromYaml: Filter = (_context, text) => {
  if (typeof text !== 'string') return text;
  const documents = loadYamlDocuments(text);
  if (documents.length > 1) {
    throw filterError('expected a single document in the stream but found another document', 'Use from_yaml_all');
  }
  return documents[0] ?? null;
};

const fromYamlAll: Filter = (_context, text) => {
  return typeof text === 'string' ? loadYamlDocuments(text) : text;
};

/** JSON and YAML, to and from. */
export const formatFilters: Record<string, Filter> = {
  to_json: toJson,
  to_nice_json: toNiceJson,
  from_json: fromJson,
  to_yaml: toYaml,
  to_nice_yaml: toNiceYaml,
  from_yaml: fromYaml,
  from_yaml_all: fromYamlAll,
};
