import type { Value } from '../../base/value.ts';
import { collected, type Block, type Play, type Task } from '../plan.ts';

/** Tags of a node and all its parents as written, outermost first; may hold TemplateText. */
export function rawTags(node: Task | Block | Play): Value[] {
  return collected(node, 'tags').flat();
}

function tagNames(rendered: Value): string[] {
  if (Array.isArray(rendered)) return rendered.flatMap(tagNames);
  return rendered === null || rendered === '' ? [] : [String(rendered)];
}

/**
 * The tags that count for a node: its own and its parents', without repeats. `tags: a,b` was parted when it was read; in a
 * list a comma is part of a tag, as it is for Ansible.
 * @param resolve renders one raw tag; a tag may give a list
 */
export function effectiveTags(node: Task | Block | Play, resolve: (value: Value) => Value): string[] {
  const tags = rawTags(node);
  return tags.length === 0 ? [] : [...new Set(tags.flatMap((tag) => tagNames(resolve(tag))))];
}

/** Decides from a node's effective tags whether it runs. */
export type TagSelection = (tags: readonly string[]) => boolean;

/**
 * Ansible's rules for `--tags` and `--skip-tags` with the special tags always, never, tagged, untagged and all
 * (https://docs.ansible.com/ansible-core/2.14/playbook_guide/playbooks_tags.html).
 * @param only tags of `--tags`; empty means all
 */
export function selectTags(only: readonly string[], skip: readonly string[]): TagSelection {
  const wanted = new Set(only.length === 0 ? ['all'] : only);
  const skipped = new Set(skip);
  return (tags) => isWanted(tags, wanted) && !isSkipped(tags, skipped);
}

function named(tags: readonly string[]): readonly string[] {
  return tags.length === 0 ? ['untagged'] : tags;
}

function isWanted(tags: readonly string[], wanted: ReadonlySet<string>): boolean {
  if (tags.includes('always') || named(tags).some((tag) => wanted.has(tag))) return true;
  if (tags.includes('never')) return false;
  return wanted.has('all') || (wanted.has('tagged') && tags.length > 0);
}

function isSkipped(tags: readonly string[], skipped: ReadonlySet<string>): boolean {
  if (skipped.size === 0) return false;
  if (skipped.has('all')) return !tags.includes('always') || skipped.has('always');
  return named(tags).some((tag) => skipped.has(tag)) || (skipped.has('tagged') && tags.length > 0);
}
