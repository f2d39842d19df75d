import { nearNames } from '../../base/errors.ts';
import type { Span } from '../../base/span.ts';
import { templateText } from '../../base/template-text.ts';
import { TemplateText, type Value } from '../../base/value.ts';
import { entryOf, type YamlEntry, type YamlNode } from '../yaml/index.ts';
import {
  emptyArguments,
  fromAction,
  fromArgsKeyword,
  fromText,
  mergeArguments,
  settleFreeForm,
  type Arguments,
} from './arguments.ts';
import { KEYWORDS, unknownKeyword, type Owner } from './keywords.ts';
import type { Loading } from './loading.ts';
import { collectionModule, ownModule, OWN_MODULE, OWN_MODULE_PATH } from './own-modules.ts';
import { splitArguments } from './splitter.ts';
import { keyText, needMap } from './values.ts';

/** The verb of a task with its arguments. */
export interface Action {
  readonly name: string;
  readonly asWritten: string;
  readonly span: Span;
  readonly args: Arguments;
  /** `local_action` asks for the controller. */
  readonly delegateTo?: Value;
}

/** Verbs of the engine itself. */
const BUILT_IN = new Set(['meta', 'include', 'include_tasks', 'include_role', 'import_tasks', 'import_role']);

/** Verbs of the engine, with or without Ansible's prefix, else the catalog's. */
function canonicalVerb(name: string, loading: Loading): string | undefined {
  const short = name.replace(/^ansible\.(?:builtin|legacy)\./, '');
  return BUILT_IN.has(short) ? short : loading.context.verbs.canonical(name);
}

/** Whether a key can only be a verb: one of ours, one that Ansible has, or one of the user's own. */
function isVerb(name: string, loading: Loading): boolean {
  const { context } = loading;
  if (canonicalVerb(name, loading) !== undefined || context.verbs.existsInAnsible?.('verb', name)) return true;
  if (KEYWORDS.Handler.has(name)) return false;
  return ownModule(name, context) !== undefined || collectionModule(name, context) !== undefined;
}

function candidates(node: YamlNode & { kind: 'map' }): YamlEntry[] {
  return node.entries.filter((entry) => {
    const key = keyText(entry);
    return !KEYWORDS.Handler.has(key) && !key.startsWith('with_') && key !== 'static';
  });
}

/** The verb's one name. One that only Ansible has keeps the name it was given: its task fails when it is reached. */
function resolveVerb(name: string, span: Span, loading: Loading): string {
  let own = BUILT_IN.has(name) ? undefined : ownModule(name, loading.context);
  // as in Ansible the user's own wins; but one that cannot be run gives way to ours of the same name
  if (own && !own.needsAnsible && loading.context.verbs.canonical(OWN_MODULE) !== undefined) return OWN_MODULE;
  const canonical = canonicalVerb(name, loading);
  if (canonical !== undefined) return canonical;
  const { verbs } = loading.context;
  own ??= collectionModule(name, loading.context);
  if (own) {
    const message = `${own.path} is written with Ansible's Python, which is not run here`;
    const remedy =
      'write it as a program that reads JSON (docs/compatibility.md, "Modules of your own"), or use script';
    const error = loading.error('E_PLAY_VERB', message, span, remedy);
    if (loading.isMissing(`${name} (${own.path})`, error)) return name;
    throw error;
  }
  const message =
    `couldn't resolve module/action '${name}'. This often indicates a misspelling, missing collection, ` +
    'or incorrect module path.';
  const error = loading.error('E_PLAY_VERB', message, span, verbs.adviceFor(name));
  if (verbs.existsInAnsible?.('verb', name) && loading.isMissing(name, error)) return name;
  throw error;
}

/** The one action key of a task; other unknown keys are reported as mistyped keywords. */
function actionEntry(node: YamlNode & { kind: 'map' }, owner: Owner, loading: Loading): YamlEntry | undefined {
  const found = candidates(node);
  const known = found.filter((entry) => isVerb(keyText(entry), loading));
  if (known.length > 1) {
    const names = known.map(keyText).join(', ');
    loading.fail('E_PLAY_ACTION', `conflicting action statements: ${names}`, known[1].keySpan, 'one verb a task');
  }
  const hasOther = node.entries.some(({ key }) => key === 'action' || key === 'local_action');
  const isKeyword = (entry: YamlEntry): boolean => nearNames(keyText(entry), KEYWORDS[owner]).length > 0;
  const unknown = found.filter((entry) => !known.includes(entry));
  const verb = known[0] ?? (hasOther ? undefined : (unknown.find((entry) => !isKeyword(entry)) ?? unknown[0]));
  for (const entry of unknown) {
    if (entry !== verb) unknownKeyword(keyText(entry), owner, entry.keySpan, loading);
  }
  return verb;
}

/** `action:` and `local_action:`: text that starts with the verb, or a dict with `module`. */
function oldStyle(entry: YamlEntry, loading: Loading): Action {
  const { node } = entry;
  const base = { span: node.span, delegateTo: entry.key === 'local_action' ? 'localhost' : undefined };
  if (node.kind === 'map') {
    const module = entryOf(node, 'module')?.node;
    if (!module || module.kind !== 'scalar') {
      return loading.fail('E_PLAY_ACTION', `${keyText(entry)} names no module`, node.span, 'add module: <verb>');
    }
    const first = textAction(module, base, loading);
    const nested = entryOf(node, 'args');
    const rest = node.entries.filter(({ key }) => key !== 'module' && key !== 'args');
    const args = fromAction({ ...node, entries: rest }, first.name, loading);
    const inner = nested ? fromAction(nested.node, first.name, loading) : emptyArguments();
    return { ...first, args: mergeArguments(mergeArguments(args, first.args), inner) };
  }
  return textAction(node, base, loading);
}

function textAction(node: YamlNode, base: Pick<Action, 'span' | 'delegateTo'>, loading: Loading): Action {
  const text = node.kind === 'scalar' ? node.text?.() : undefined;
  const words = text && splitArguments(text.source);
  if (!text || !words || words.length === 0) {
    return loading.fail('E_PLAY_ACTION', 'no module/action detected in task.', node.span, 'name a verb');
  }
  const asWritten = words[0].text.trim();
  const name = resolveVerb(asWritten, node.span, loading);
  const start = words[1]?.start ?? text.source.length;
  const rest = templateText(text.source.slice(start), text.span, (offset) => text.locate(start + offset));
  return { ...base, name, asWritten, args: fromText(rest, node.value instanceof TemplateText, name, loading) };
}

function newStyle(entry: YamlEntry, loading: Loading): Action {
  const asWritten = keyText(entry);
  const name = resolveVerb(asWritten, entry.keySpan, loading);
  return { name, asWritten, span: entry.keySpan, args: fromAction(entry.node, name, loading) };
}

/**
 * Finds the verb of a task in any of Ansible's forms and puts its arguments together: `copy: {...}`, `copy: k=v`,
 * `action: copy k=v`, `local_action:`, with `args:` as defaults.
 * @throws ToaError E_PLAY_VERB, E_PLAY_ACTION, E_PLAY_ARGUMENT
 */
export function readAction(taskNode: YamlNode, owner: Owner, loading: Loading): Action {
  const node = needMap(taskNode, 'a task', loading);
  const old = node.entries.filter(({ key }) => key === 'action' || key === 'local_action');
  const entry = actionEntry(node, owner, loading);
  const forms = [...old, ...(entry ? [entry] : [])];
  if (forms.length > 1) {
    const names = forms.map(keyText).join(', ');
    loading.fail('E_PLAY_ACTION', `conflicting action statements: ${names}`, forms[1].keySpan, 'one verb a task');
  }
  if (forms.length === 0) {
    loading.fail('E_PLAY_ACTION', 'no module/action detected in task.', node.span, 'name a verb, e.g. command: uptime');
  }
  const action = entry ? newStyle(entry, loading) : oldStyle(old[0], loading);
  const defaults = entryOf(node, 'args');
  const merged = defaults ? mergeArguments(fromArgsKeyword(defaults.node, loading), action.args) : action.args;
  const args = settleFreeForm(merged, action.name, action.span, loading);
  const own = action.name === OWN_MODULE ? ownModule(action.asWritten, loading.context) : undefined;
  if (own) args.values.set(OWN_MODULE_PATH, own.path);
  return { ...action, args };
}
