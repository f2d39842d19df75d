import type { Span } from '../../base/span.ts';
import { maybeTemplate } from '../../base/template-text.ts';
import { TemplateText, type Dict, type Value } from '../../base/value.ts';
import type { YamlEntry, YamlNode } from '../yaml/index.ts';
import type { Loading } from './loading.ts';
import { parsePairs } from './splitter.ts';
import { keyText, typeName, words } from './values.ts';

/** Arguments of a task with the places of their names. */
export interface Arguments {
  readonly values: Dict;
  readonly spans: Map<string, Span>;
}

/** Name for arguments that come from one template (`args: "{{ dict }}"`). */
export const VARIABLE_ARGUMENTS = '_variable_params';

/** Verbs whose free-form text is a command line: only `chdir=` and its kin are arguments in it. */
const COMMAND_LINES = new Set(['command', 'shell', 'raw', 'script']);
/** Verbs beside those of the catalog that take free-form text. */
const FREE_FORM = new Set([
  ...words('command shell raw script include include_vars include_tasks include_role'),
  ...words('import_tasks import_role meta add_host group_by set_fact'),
]);

export function emptyArguments(): Arguments {
  return { values: new Map(), spans: new Map() };
}

/** Later arguments win. */
export function mergeArguments(first: Arguments, second: Arguments): Arguments {
  return {
    values: new Map([...first.values, ...second.values]),
    spans: new Map([...first.spans, ...second.spans]),
  };
}

function fromEntries(entries: readonly YamlEntry[]): Arguments {
  const out = emptyArguments();
  for (const entry of entries) {
    out.values.set(keyText(entry), entry.node.value);
    out.spans.set(keyText(entry), entry.keySpan);
  }
  return out;
}

/** Reads `k=v` text. `templated` is false for text that is final (`!unsafe`). */
export function fromText(text: TemplateText, templated: boolean, action: string, loading: Loading): Arguments {
  const parsed = parsePairs(text.source, COMMAND_LINES.has(action));
  if (!parsed) {
    const remedy = 'close the quotes and the {{ }}, or put the whole text in quotes';
    const message = `failed at splitting arguments, either an unbalanced jinja2 block or quotes: ${text.source}`;
    return loading.fail('E_PLAY_ARGUMENT', message, text.span, remedy);
  }
  const out = emptyArguments();
  const make = (source: string, start: number): Value => {
    if (!templated) return source;
    return maybeTemplate(source, { ...text.span, ...text.locate(start) }, (offset) => text.locate(start + offset));
  };
  for (const { key, value, keyStart, start } of parsed.pairs) {
    out.values.set(key, make(value, start));
    out.spans.set(key, { ...text.span, ...text.locate(keyStart) });
  }
  if (parsed.raw !== '') out.values.set('_raw_params', make(parsed.raw, text.source.indexOf(parsed.raw.split(' ')[0])));
  return out;
}

/** The arguments below an action key: a dict, `k=v` text, or nothing. */
export function fromAction(node: YamlNode, action: string, loading: Loading): Arguments {
  if (node.kind === 'map') return fromEntries(node.entries);
  if (node.value === null) return emptyArguments();
  const isText = typeof node.value === 'string' || node.value instanceof TemplateText;
  if (node.kind === 'scalar' && isText && node.text) {
    return fromText(node.text(), node.value instanceof TemplateText, action, loading);
  }
  const message = `unexpected parameter type in action: ${typeName(node.value)}`;
  return loading.fail('E_PLAY_ARGUMENT', message, node.span, 'write a dict of arguments, or text');
}

/** The `args:` keyword: a dict, or one template that gives a dict. */
export function fromArgsKeyword(node: YamlNode, loading: Loading): Arguments {
  if (node.kind === 'map') return fromEntries(node.entries);
  if (node.value === null) return emptyArguments();
  if (node.value instanceof TemplateText) {
    return { values: new Map([[VARIABLE_ARGUMENTS, node.value]]), spans: new Map([[VARIABLE_ARGUMENTS, node.span]]) };
  }
  const message = 'Complex args must be a dictionary or variable string ("{{var}}").';
  return loading.fail('E_PLAY_ARGUMENT', message, node.span, 'write a dict, or a template in quotes');
}

/** Moves free-form text where the verb wants it, and refuses it where the verb takes none. */
export function settleFreeForm(args: Arguments, action: string, span: Span, loading: Loading): Arguments {
  const { values, spans } = args;
  const raw = values.get('_raw_params');
  if (['command', 'shell', 'script'].includes(action) && values.has('cmd')) {
    if (raw !== undefined && raw !== '') {
      const message = "The 'cmd' argument cannot be used when other raw parameters are specified.";
      loading.fail('E_PLAY_ARGUMENT', message, span, 'put everything in one or the other place');
    }
    values.set('_raw_params', values.get('cmd') ?? '');
    values.delete('cmd');
    return args;
  }
  const { verbs } = loading.context;
  if (raw === undefined || raw === '' || FREE_FORM.has(action) || verbs.freeForm(action)) return args;
  // a verb that only Ansible has: nobody here knows what it takes
  if (verbs.canonical(action) === undefined) return args;
  values.delete('_raw_params');
  if (raw instanceof TemplateText) {
    values.set(VARIABLE_ARGUMENTS, raw);
    spans.set(VARIABLE_ARGUMENTS, span);
    return args;
  }
  const message = `this task '${action}' has extra params, which is only allowed for verbs with free-form text`;
  return loading.fail('E_PLAY_ARGUMENT', message, span, 'write each argument as name=value or as a dict');
}
