import type { Span } from '../../base/span.ts';
import { isMapping, TemplateText, type Value } from '../../base/value.ts';
import type { Block, Node, Play, VarsPrompt } from '../plan.ts';
import { entryOf, type YamlNode } from '../yaml/index.ts';
import { KEYWORDS, readKeyword, unknownKeyword } from './keywords.ts';
import type { Loading } from './loading.ts';
import { readNodes } from './nodes.ts';
import { addRole, loadRoleUse, readRoleEntry } from './roles.ts';
import { asList, keyText, typeName } from './values.ts';

type Draft = { -readonly [K in keyof Play]: Play[K] };
type PlayMap = YamlNode & { kind: 'map' };

/** Keywords of plays that are kept as they are. */
const RAW: Readonly<Record<string, keyof Play>> = {
  gather_facts: 'gatherFacts',
  gather_subset: 'gatherSubset',
  gather_timeout: 'gatherTimeout',
  fact_path: 'factPath',
  strategy: 'strategy',
  serial: 'serial',
  order: 'order',
  max_fail_percentage: 'maxFailPercentage',
  force_handlers: 'forceHandlers',
  name: 'name',
  user: 'remoteUser',
};
/** Parts that are read after the play's own variables are known. */
const PARTS = new Set(['hosts', 'vars_files', 'vars_prompt', 'roles', 'handlers', 'pre_tasks', 'tasks', 'post_tasks']);

function checkHosts(value: Value, span: Span, loading: Loading): void {
  const isEmpty = value === null || value === '' || value === false || (Array.isArray(value) && value.length === 0);
  if (isEmpty) {
    loading.report(
      'E_PLAY_HOSTS',
      'Hosts list cannot be empty. Please check your playbook',
      span,
      'name hosts or groups',
    );
  } else if (!Array.isArray(value)) {
    if (typeof value === 'string' || value instanceof TemplateText) return;
    const message = 'Hosts list must be a sequence or string. Please check your playbook.';
    loading.report('E_PLAY_HOSTS', message, span, 'name hosts or groups');
  } else if (value.some((host) => host === null)) {
    const message = "Hosts list cannot contain values of 'None'. Please check your playbook";
    loading.report('E_PLAY_HOSTS', message, span, 'remove the empty entry');
  } else {
    const bad = value.find((host) => typeof host !== 'string' && !(host instanceof TemplateText));
    if (bad === undefined) return;
    const shown = isMapping(bad) ? 'a dict' : String(bad);
    loading.report('E_PLAY_HOSTS', `Hosts list contains an invalid host value: '${shown}'`, span, 'write it as text');
  }
}

function readHosts(node: PlayMap, loading: Loading): Value {
  const hosts = entryOf(node, 'hosts');
  if (!hosts) {
    const message = "the field 'hosts' is required but was not set";
    loading.report('E_PLAY_HOSTS', message, node.span, 'say which hosts the play is for, e.g. hosts: all');
    return [];
  }
  checkHosts(hosts.node.value, hosts.node.span, loading);
  return hosts.node.value;
}

const PROMPT_KEYS = ['name', 'prompt', 'default', 'private', 'confirm', 'encrypt', 'salt_size', 'salt', 'unsafe'];

function isTrue(value: Value | undefined, otherwise: boolean): boolean {
  if (value === undefined || value === null) return otherwise;
  return value === true || value === 1 || /^(?:y|yes|on|1|true|t)$/i.test(String(value));
}

function readPrompt(node: YamlNode, loading: Loading): VarsPrompt {
  const get = (key: string): Value | undefined => entryOf(node, key)?.node.value;
  const name = get('name');
  if (node.kind !== 'map' || typeof name !== 'string') {
    return loading.fail('E_PLAY_VALUE', "Invalid vars_prompt data structure, missing 'name' key", node.span);
  }
  for (const entry of node.entries) {
    if (PROMPT_KEYS.includes(keyText(entry))) continue;
    const message = `Invalid vars_prompt data structure, found unsupported key '${keyText(entry)}'`;
    loading.report('E_PLAY_KEYWORD', message, entry.keySpan, `known keys: ${PROMPT_KEYS.join(', ')}`);
  }
  return {
    name,
    prompt: get('prompt'),
    default: get('default'),
    private: isTrue(get('private'), true),
    confirm: isTrue(get('confirm'), false),
    encrypt: get('encrypt'),
    salt: get('salt'),
    saltSize: get('salt_size'),
    unsafe: isTrue(get('unsafe'), false),
  };
}

function readPrompts(node: PlayMap, loading: Loading): VarsPrompt[] {
  const list = entryOf(node, 'vars_prompt')?.node;
  if (!list || list.value === null) return [];
  const items = list.kind === 'seq' ? list.items : [list];
  return items.flatMap((item) => loading.problems.attempt(() => readPrompt(item, loading)) ?? []);
}

function readOwnKeywords(node: PlayMap, play: Draft, loading: Loading): void {
  if (entryOf(node, 'user') && entryOf(node, 'remote_user')) {
    const message = "both 'user' and 'remote_user' are set for this play. The use of 'user' is deprecated";
    loading.report('E_PLAY_KEYWORD', message, node.span, 'keep remote_user');
  }
  for (const entry of node.entries) {
    loading.problems.attempt(() => {
      const name = keyText(entry);
      const raw = RAW[name];
      if (!KEYWORDS.Play.has(name)) unknownKeyword(name, 'Play', entry.keySpan, loading);
      else if (raw) {
        if (entry.node.value !== null) (play as unknown as Record<string, Value>)[raw] = entry.node.value;
      } else if (!PARTS.has(name)) readKeyword(entry, 'Play', loading, play);
    });
  }
}

function readRoles(node: PlayMap, play: Draft, loading: Loading): Node[] {
  const list = entryOf(node, 'roles')?.node;
  if (!list || list.value === null) return [];
  if (list.kind !== 'seq') {
    const message = `A malformed role declaration was encountered: roles should be a list but is a ${typeName(list.value)}`;
    loading.report('E_PLAY_STRUCTURE', message, list.span, 'start each role with "- "');
    return [];
  }
  const blocks: Block[] = [];
  for (const item of list.items) {
    loading.problems.attempt(() => {
      const loaded = loadRoleUse({ ...readRoleEntry(item, play, undefined, loading), parents: [] }, loading);
      blocks.push(loaded.block);
      addRole(play, loaded.role);
    });
  }
  return blocks;
}

function emptyPlay(node: PlayMap, file: string, folder: string, loading: Loading): Draft {
  return {
    kind: 'play',
    id: loading.context.nextId(),
    span: node.span,
    file,
    folder,
    hosts: readHosts(node, loading),
    varsFiles: asList(entryOf(node, 'vars_files')?.node.value ?? null),
    varsPrompt: readPrompts(node, loading),
    roles: [],
    roleNames: [],
    preTasks: [],
    roleTasks: [],
    tasks: [],
    postTasks: [],
    handlers: [],
  };
}

/** Reads one play with its roles and imports. Mistakes are reported to `loading.problems`. */
export function readPlay(node: PlayMap, file: string, folder: string, loading: Loading): Play {
  const play = emptyPlay(node, file, folder, loading);
  readOwnKeywords(node, play, loading);
  const place = { parent: play, isHandler: false, folder };
  const list = (part: string, isHandler = false): Node[] => {
    const entry = entryOf(node, part);
    return entry ? readNodes(entry.node, part, { ...place, isHandler }, loading) : [];
  };
  play.handlers.push(...list('handlers', true));
  loading.imported = (role) => addRole(play, role);
  play.roleTasks = readRoles(node, play, loading);
  play.preTasks = list('pre_tasks');
  play.tasks = list('tasks');
  play.postTasks = list('post_tasks');
  return play;
}
