import { withExpressions } from './expressions.ts';
import { didYouMean } from '../../base/errors.ts';
import { formatSpan } from '../../base/span.ts';
import { TemplateText, type Dict, type Value } from '../../base/value.ts';
import type { Keywords, Loop, LoopControl, Task } from '../plan.ts';
import type { YamlEntry, YamlNode } from '../yaml/index.ts';
import { readAction, type Action } from './action.ts';
import { VARIABLE_ARGUMENTS } from './arguments.ts';
import { KEYWORDS, readKeyword, readKeywords, unknownKeyword, type Owner } from './keywords.ts';
import { blockNotify, type Loading, type Place } from './loading.ts';
import { asList, conditions, isVariableName, keyText, needMap } from './values.ts';

type Draft = { -readonly [K in keyof Task]?: Task[K] };

const INCLUDES = new Set(['include_tasks', 'include_role']);
/** Arguments of the engine's own verbs. */
const INCLUDE_ARGUMENTS: Readonly<Record<string, ReadonlySet<string>>> = {
  include_tasks: new Set(['file', '_raw_params', 'apply']),
  import_tasks: new Set(['file', '_raw_params']),
  include_role: roleArguments(['apply', 'public']),
  import_role: roleArguments([]),
};

function roleArguments(more: readonly string[]): ReadonlySet<string> {
  const files = ['tasks_from', 'vars_from', 'defaults_from', 'handlers_from'];
  return new Set(['name', 'role', ...files, 'allow_duplicates', 'rolespec_validate', ...more]);
}

function loop(entry: YamlEntry, loading: Loading): Loop {
  const key = keyText(entry);
  const kind = key === 'loop' ? 'loop' : key.slice('with_'.length);
  if (entry.node.value === null && kind !== 'loop') {
    loading.fail('E_PLAY_LOOP', `you must specify a value when using ${key}`, entry.keySpan);
  }
  return { kind, value: entry.node.value, span: entry.node.span };
}

const LOOP_CONTROL: Readonly<Record<string, keyof LoopControl>> = {
  loop_var: 'loopVar',
  index_var: 'indexVar',
  label: 'label',
  pause: 'pause',
  extended: 'extended',
  extended_allitems: 'extendedAllitems',
};

function loopControl(node: YamlNode, loading: Loading): LoopControl {
  const what = 'the `loop_control` value (it can contain variables, but not be one)';
  const out: Record<string, Value> = {};
  for (const entry of needMap(node, what, loading).entries) {
    const name = LOOP_CONTROL[keyText(entry)];
    if (name) out[name] = entry.node.value;
    else {
      const message = `'${keyText(entry)}' is not a valid attribute for a LoopControl`;
      const remedy = didYouMean(keyText(entry), Object.keys(LOOP_CONTROL)).trim();
      loading.report('E_PLAY_KEYWORD', message, entry.keySpan, remedy || undefined);
    }
  }
  return out;
}

function register(entry: YamlEntry, loading: Loading): string {
  const { value, span } = entry.node;
  if (isVariableName(value)) return value;
  const shown = value instanceof TemplateText ? value.source : String(value);
  const message = `Invalid variable name in 'register' specified: '${shown}'`;
  return loading.fail('E_PLAY_VARIABLE_NAME', message, span, 'use letters, digits and _, no digit first');
}

/** Keywords that only tasks have. */
function readTaskKeyword(entry: YamlEntry, loading: Loading, out: Draft): boolean {
  const { node } = entry;
  const name = keyText(entry);
  if (name === 'register') out.register = register(entry, loading);
  else if (name === 'notify') out.notify = asList(node.value);
  else if (name === 'listen') out.listen = asList(node.value);
  else if (name === 'until') out.until = conditions(node, name, loading);
  else if (name === 'changed_when') out.changedWhen = conditions(node, name, loading);
  else if (name === 'failed_when') out.failedWhen = conditions(node, name, loading);
  else if (name === 'loop_control') out.loopControl = loopControl(node, loading);
  else if (['retries', 'delay', 'async', 'poll'].includes(name)) {
    if (node.value !== null) (out as Record<string, Value>)[name] = node.value;
  } else if (name === 'name') {
    if (node.value !== null) out.name = node.value;
  } else return name === 'action' || name === 'local_action' || name === 'args';
  return true;
}

function isMissingLookup(entry: YamlEntry, loading: Loading): boolean {
  const name = keyText(entry).slice('with_'.length);
  if (!loading.context.verbs.existsInAnsible?.('lookup', name)) return false;
  const error = loading.error('E_TEMPLATE_LOOKUP', `there is no lookup named '${name}'`, entry.keySpan);
  return loading.isMissing(`with_${name}`, error);
}

function readLoop(entry: YamlEntry, owner: Owner, loading: Loading, out: Draft): boolean {
  const name = keyText(entry);
  if (name !== 'loop' && !name.startsWith('with_')) return false;
  if (name !== 'loop' && !loading.context.templar.hasLookup(name.slice('with_'.length))) {
    if (!isMissingLookup(entry, loading)) {
      unknownKeyword(name, owner, entry.keySpan, loading);
      return true;
    }
  }
  if (out.loop) loading.fail('E_PLAY_LOOP', `duplicate loop in task: ${name}`, entry.keySpan, 'use one loop a task');
  out.loop = loop(entry, loading);
  return true;
}

function ownerOf(action: string, isHandler: boolean): Owner {
  if (INCLUDES.has(action)) return action === 'include_role' ? 'IncludeRole' : 'TaskInclude';
  return isHandler ? 'Handler' : 'Task';
}

function readTaskKeywords(node: YamlNode & { kind: 'map' }, action: Action, place: Place, loading: Loading): Draft {
  const owner = ownerOf(action.name, place.isHandler);
  const allowed = new Set([...KEYWORDS[owner], 'local_action']);
  const out: Draft = {};
  for (const entry of node.entries) {
    const name = keyText(entry);
    if (name === action.asWritten) continue;
    loading.problems.attempt(() => {
      if (readLoop(entry, owner, loading, out)) return;
      // Unknown keys were reported when the action was looked for.
      if (!KEYWORDS.Handler.has(name) && name !== 'static') return;
      if (!allowed.has(name)) unknownKeyword(name, owner, entry.keySpan, loading);
      else if (!readTaskKeyword(entry, loading, out)) readKeyword(entry, owner, loading, out);
    });
  }
  return out;
}

/** Reports arguments that the verb does not take. */
function checkArguments(action: Action, loading: Loading): void {
  const own = INCLUDE_ARGUMENTS[action.name];
  const { verbs } = loading.context;
  const known = own ?? verbs.argumentNames(action.name);
  if (!known || action.name === 'meta' || action.name === 'include') return;
  for (const key of action.args.values.keys()) {
    const name = String(key);
    if (known.has(name) || (name.startsWith('_') && !own)) continue;
    const span = action.args.spans.get(name) ?? action.span;
    const message = own
      ? `Invalid options for ${action.asWritten}: ${name}`
      : `Unsupported parameters for (${action.asWritten}) module: ${name}`;
    const near = didYouMean(name, known).trim();
    if (!near && verbs.ignoresOthers?.(action.name)) {
      loading.context.sources.warn(`${action.asWritten} does not look at the argument ${name} (${formatSpan(span)})`);
      continue;
    }
    const supported = `supported parameters: ${[...known].filter((word) => !word.startsWith('_')).join(', ')}`;
    const exists = verbs.argumentExistsInAnsible?.(action.name, name) ?? false;
    const error = loading.error('E_PLAY_ARGUMENT', message, span, exists ? supported : near || supported);
    if (!exists || !loading.isMissing(`the argument ${name} of ${action.asWritten}`, error))
      loading.problems.add(error);
  }
}

/** `apply:` of an include: keywords for what is included. */
function applied(node: YamlNode, action: Action, loading: Loading): Keywords | undefined {
  if (!action.args.values.has('apply') || node.kind !== 'map') return undefined;
  action.args.values.delete('apply');
  const below = node.entries.find(({ key }) => key === action.asWritten)?.node;
  const args = node.entries.find(({ key }) => key === 'args')?.node;
  const apply = [below, args]
    .map((at) => at?.kind === 'map' && at.entries.find(({ key }) => key === 'apply'))
    .find(Boolean);
  if (!apply) return undefined;
  return readKeywords(needMap(apply.node, 'apply', loading).entries, 'Block', loading);
}

function checkInclude(action: Action, loading: Loading): void {
  const { values } = action.args;
  if (action.name === 'include_tasks' || action.name === 'import_tasks' || action.name === 'include') {
    if (!values.get('_raw_params')) values.set('_raw_params', values.get('file') ?? '');
    values.delete('file');
    if (!values.get('_raw_params')) {
      loading.fail('E_PLAY_INCLUDE', `No file specified for ${action.asWritten}`, action.span, 'name a file of tasks');
    }
    return;
  }
  if (action.name !== 'include_role' && action.name !== 'import_role') return;
  if (!values.has('name') && values.has('role')) values.set('name', values.get('role') as Value);
  values.delete('role');
  if (values.get('name') == null) {
    loading.fail('E_PLAY_INCLUDE', `'name' is a required field for ${action.asWritten}.`, action.span, 'name a role');
  }
}

function taskArguments({ name, span, args: { values, spans } }: Action): Dict | TemplateText {
  const variable = values.get(VARIABLE_ARGUMENTS);
  return values.size === 1 && variable instanceof TemplateText ? variable : withExpressions(values, name, spans, span);
}

/**
 * Reads one task of any form, imports too (their action is then import_tasks or import_role).
 * @throws ToaError E_PLAY_*; mistakes that leave the rest readable are reported to `loading.problems`
 */
export function readTask(taskNode: YamlNode, place: Place, loading: Loading): Task {
  const node = needMap(taskNode, 'a task', loading);
  const action = readAction(node, place.isHandler ? 'Handler' : 'Task', loading);
  const draft = readTaskKeywords(node, action, place, loading);
  const apply = applied(node, action, loading);
  checkArguments(action, loading);
  checkInclude(action, loading);
  const notify = draft.notify ?? blockNotify(place.parent);
  return {
    ...draft,
    ...(action.delegateTo === undefined ? {} : { delegateTo: action.delegateTo }),
    ...(notify ? { notify } : {}),
    ...(apply ? { apply } : {}),
    kind: 'task',
    id: loading.context.nextId(),
    span: node.span,
    parent: place.parent,
    ...(place.role ? { role: place.role } : {}),
    action: action.name,
    actionAsWritten: action.asWritten,
    actionSpan: action.span,
    args: taskArguments(action),
    argSpans: action.args.spans,
    isHandler: place.isHandler,
    folder: place.folder,
  };
}
