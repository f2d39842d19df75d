import { expandUserPath } from '../../base/paths/user-path.ts';
import type { Scope } from '../../template/contract.ts';
import { posix } from 'node:path';
import { ToaError } from '../../base/errors.ts';
import type { Span } from '../../base/span.ts';
import { templateText } from '../../base/template-text.ts';
import { TemplateText } from '../../base/value.ts';
import type { Keywords, Play } from '../plan.ts';
import { entryOf, type YamlEntry, type YamlNode } from '../yaml/index.ts';
import { readKeywords, unknownKeyword } from './keywords.ts';
import { resolvePath, type Loading } from './loading.ts';
import { addLibrary } from './own-modules.ts';
import { readPlay } from './play.ts';
import { staticName } from './scope.ts';
import { splitArguments } from './splitter.ts';
import { keyText, typeName } from './values.ts';

const IMPORT = ['import_playbook', 'ansible.builtin.import_playbook', 'ansible.legacy.import_playbook'];

function plays(root: YamlNode, path: string, loading: Loading): readonly YamlNode[] {
  if (root.value === null) loading.fail('E_PLAY_STRUCTURE', `Empty playbook, nothing to do: ${path}`, root.span);
  if (root.kind !== 'seq') {
    const message = `A playbook must be a list of plays, got a ${typeName(root.value)} instead: ${path}`;
    return loading.fail('E_PLAY_STRUCTURE', message, root.span, 'start each play with "- hosts: ..."');
  }
  if (root.items.length > 0) return root.items;
  return loading.fail('E_PLAY_STRUCTURE', `A playbook must contain at least one play: ${path}`, root.span);
}

/** Keywords of an import are put on each play that it brings. */
function applyImport(play: Play, keywords: Keywords): void {
  const { tags, when, vars } = keywords;
  if (tags) play.tags = [...(play.tags ?? []), ...tags];
  if (when) play.when = [...when, ...(play.when ?? [])];
  if (vars) play.vars = new Map([...(play.vars ?? []), ...vars]);
}

function withFolder(scope: Scope, folder: string): Scope {
  return { ...scope, lookup: (name) => scope.lookup(name) ?? (name === 'playbook_dir' ? folder : undefined) };
}

function importName(entry: YamlEntry, folder: string, loading: Loading): string {
  const { node } = entry;
  const text = node.kind === 'scalar' ? node.text?.() : undefined;
  const isText = typeof node.value === 'string' || node.value instanceof TemplateText;
  const words = text && isText ? splitArguments(text.source) : undefined;
  if (!text || !words || words.length === 0) {
    loading.fail('E_PLAY_IMPORT', 'import_playbook needs the name of a playbook file', entry.keySpan, 'name a file');
  }
  if (words.length > 1) {
    const message = 'import_playbook takes a file name only';
    loading.report('E_PLAY_IMPORT', message, node.span, 'give variables with vars:');
  }
  const first = words[0].text.trim();
  const name = node.value instanceof TemplateText ? templateText(first, node.span, text.locate) : first;
  return staticName(name, withFolder(loading.context.scope, folder), node.span, 'import path', loading);
}

function importPlaybook(node: YamlNode & { kind: 'map' }, entry: YamlEntry, folder: string, loading: Loading): Play[] {
  const name = expandUserPath(importName(entry, folder, loading), loading.context.sources.environment);
  const path = resolvePath(folder, name);
  const others = node.entries.filter((other) => other !== entry && other.key !== 'name');
  const keywords = readKeywords(others, 'PlaybookInclude', loading);
  const found = readPlaybook(path, entry.node.span, loading);
  for (const play of found) applyImport(play, keywords);
  return found;
}

function readEntry(node: YamlNode, path: string, loading: Loading): Play[] {
  if (node.kind !== 'map') {
    const message = "playbook entries must be either valid plays or 'import_playbook' statements";
    loading.report('E_PLAY_STRUCTURE', message, node.span, 'start each play with "- hosts: ..."');
    return [];
  }
  const entry = node.entries.find((candidate) => IMPORT.includes(keyText(candidate)));
  const folder = posix.dirname(path);
  if (entry) return importPlaybook(node, entry, folder, loading);
  const include = entryOf(node, 'include');
  if (include && !entryOf(node, 'hosts')) {
    unknownKeyword('include', 'Play', include.keySpan, loading);
    return [];
  }
  return [readPlay(node, path, folder, loading)];
}

/**
 * Reads a playbook file with the playbooks that it imports.
 * @throws ToaError E_FILE_NOT_FOUND, E_YAML_*, E_ROLE_NOT_FOUND; other mistakes are reported to `loading.problems`
 */
export function readPlaybook(path: string, from: Span | undefined, loading: Loading): Play[] {
  return loading.within(path, from, `${path} imports itself`, () => {
    addLibrary(posix.dirname(path), loading.context);
    try {
      const { root } = loading.files.read(path, from);
      return plays(root, path, loading).flatMap(
        (node) => loading.problems.attempt(() => readEntry(node, path, loading)) ?? [],
      );
    } catch (error) {
      if (!(error instanceof ToaError) || !error.code.startsWith('E_PLAY_')) throw error;
      loading.problems.add(error);
      return [];
    }
  });
}
