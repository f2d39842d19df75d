import { basename, dirname, join } from 'node:path';
import type { Sources } from '../../play/sources.ts';

/** Folders beside a playbook that belong to it; other folders are not looked through. */
const PARTS = ['roles', 'tasks', 'handlers', 'templates', 'vars', 'group_vars', 'host_vars'];
const MAX_DEPTH = 12;

function* below(folder: string, sources: Sources, depth = 0): Generator<string> {
  if (depth > MAX_DEPTH) return;
  for (const name of sources.list(folder)) {
    if (name.startsWith('.')) continue;
    const path = join(folder, name);
    if (sources.kind(path) === 'directory') yield* below(path, sources, depth + 1);
    else yield path;
  }
}

/** The role folders outside the playbook's folder from which files were read. */
function rolesOf(read: ReadonlySet<string>): string[] {
  const mains = [...read].filter((path) => /\/(tasks|handlers|meta|defaults|vars)\/main\.ya?ml$/.test(path));
  return [...new Set(mains.map((path) => dirname(dirname(path))))];
}

/**
 * All files that belong to a playbook, its roles included, beside those that were read.
 * @param walked what is below folders that were looked through for a playbook before; grows
 */
export function filesOf(
  playbook: string,
  read: ReadonlySet<string>,
  sources: Sources,
  walked: Map<string, readonly string[]>,
): string[] {
  const walk = (folder: string): readonly string[] => {
    const found = walked.get(folder) ?? [...below(folder, sources)];
    walked.set(folder, found);
    return found;
  };
  const beside = PARTS.map((part) => join(dirname(playbook), part));
  return [...new Set([...read, ...[...beside, ...rolesOf(read)].flatMap(walk)])];
}

/** What a role only hands on: whatever it looks like, nobody here reads it as YAML or as a template. */
const isHandedOn = (path: string): boolean => path.includes('/files/');
export const isTemplate = (path: string): boolean =>
  !isHandedOn(path) && (path.endsWith('.j2') || path.includes('/templates/'));
export const isYaml = (path: string): boolean => !isHandedOn(path) && !isTemplate(path) && /\.(ya?ml|json)$/.test(path);
export const isTasks = (path: string): boolean => isYaml(path) && /\/(tasks|handlers)\//.test(path);

/** The role that a file of tasks belongs to: its name and folder. */
export function roleOf(path: string): { name: string; path: string } | undefined {
  const match = /^(.*\/roles\/[^/]+)\/(?:tasks|handlers)\//.exec(path);
  return match ? { name: basename(match[1]), path: match[1] } : undefined;
}

/** The folder of a playbook, and those of its roles. */
export function ownersOf(playbook: string, read: ReadonlySet<string>): string[] {
  return [dirname(playbook), ...rolesOf(read)];
}
