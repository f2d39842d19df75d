import { shortFactName } from '../../base/fact-names.ts';
import { templateHeader } from '../../base/templates/header.ts';
import type { Task } from '../../play/plan.ts';
import { allReadsOf, type Read, readsByName } from '../../template/reads.ts';
import { DEFAULT_SYNTAX, mayHoldTemplate } from '../../template/syntax/syntax.ts';
import type { RunOptions } from '../options.ts';
import type { Readers } from './readers.ts';
import { templateFile } from './template-file.ts';

/**
 * The short names of all facts that a text of the run may read (`os_family` for `ansible_os_family` and
 * `ansible_facts.os_family`), and words that look like such a name. Templates that tasks name by a fixed `src` are looked
 * through as they are now.
 * @returns undefined: any fact may be read
 */
export async function factNamesRead(options: RunOptions, readers: Readers): Promise<ReadonlySet<string> | undefined> {
  if (readers.isOpen) return undefined;
  const names = new Set<string>();
  const sources = readers.allTexts().map(({ source }) => [source, mayHoldTemplate(source, DEFAULT_SYNTAX)] as const);
  const files = await Promise.all(readers.templateTasks.map((task) => templateOf(options, task)));
  for (const [source, isTemplate] of [...sources, ...files.map((text) => [text, true] as const)]) {
    if (source === undefined) return undefined;
    // most texts read none, and parsing costs
    if (!source.includes('ansible_') && readsByName(source)) continue;
    const reads = allReadsOf(source, isTemplate);
    if (!reads?.every((read) => addName(names, read))) return undefined;
  }
  return names;
}

/** @returns false when it reads all facts */
function addName(names: Set<string>, { name, path, levels }: Read): boolean {
  if (name !== 'ansible_facts') {
    if (name.startsWith('ansible_')) names.add(shortFactName(name));
    return true;
  }
  if (path.length > 0) names.add(path[0]).add(shortFactName(path[0]));
  return path.length > 0 || levels === 0;
}

/** The text of a template that a task names; undefined when it is not known beforehand, or has a syntax of its own. */
async function templateOf(options: RunOptions, task: Task): Promise<string | undefined> {
  if (!(task.args instanceof Map) || [...task.args.keys()].some((key) => String(key).endsWith('_string')))
    return undefined;
  const text = await templateFile(options, task);
  return text === undefined || templateHeader(text).body !== text ? undefined : text;
}
