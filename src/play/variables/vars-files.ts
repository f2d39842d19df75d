import { expandUserPath } from '../../base/paths/user-path.ts';
import { posix } from 'node:path';
import { ToaError } from '../../base/errors.ts';
import { TemplateText, type Dict, type Value } from '../../base/value.ts';
import type { Scope, Templar } from '../../template/contract.ts';
import type { Play } from '../plan.ts';
import type { Sources } from '../sources.ts';

export interface VarsFilesContext {
  readonly sources: Pick<Sources, 'kind' | 'environment'>;
  readonly templar: Templar;
  readonly loadVars: (path: string) => Dict;
  readonly playbookDir: string;
}

/** A file of `vars_files`: beside the play, in its `vars` folder or beside the playbook. */
function findFile(written: string, play: Play, context: VarsFilesContext): string | undefined {
  const name = expandUserPath(written, context.sources.environment);
  if (name.startsWith('/')) return context.sources.kind(name) ? name : undefined;
  const folders = [play.folder, context.playbookDir].flatMap((folder) =>
    name.split('/')[0] === 'vars' ? [folder] : [posix.join(folder, 'vars'), folder],
  );
  return folders.map((folder) => posix.join(folder, name)).find((path) => context.sources.kind(path));
}

/** The name as rendered, or undefined when it needs a variable that is not known (yet). */
function rendered(entry: Value, scope: Scope, templar: Templar): string | undefined {
  try {
    const name = templar.resolve(entry, scope);
    if (typeof name === 'string') return name;
    throw new ToaError('E_VARS_FILES', 'vars_files entries must be text or a list of texts', {
      span: entry instanceof TemplateText ? entry.span : undefined,
      remedy: 'name files, or lists of files of which the first that exists is read',
    });
  } catch (error) {
    if (error instanceof ToaError && error.code === 'E_TEMPLATE_UNDEFINED') return undefined;
    throw error;
  }
}

function nameOf(entry: Value): string {
  if (entry instanceof TemplateText) return entry.source;
  return Array.isArray(entry) ? entry.map(nameOf).join(', ') : String(entry);
}

/**
 * The variables of a play's `vars_files` for one host, strongest first. A list stands for the first of its files that
 * exists; an entry whose name needs an unknown variable is passed over.
 * @param scopeWith the scope for names, on top of what was read so far (strongest first)
 * @throws ToaError E_VARS_FILE when none of an entry's files exists
 */
export function readVarsFiles(
  play: Play,
  context: VarsFilesContext,
  scopeWith: (soFar: readonly Dict[]) => Scope,
): Dict[] {
  const read: Dict[] = [];
  for (const entry of play.varsFiles) {
    const scope = scopeWith(read);
    const names = (Array.isArray(entry) ? entry : [entry]).map((each) => rendered(each, scope, context.templar));
    const path = names.map((name) => name && findFile(name, play, context)).find(Boolean);
    if (path) read.unshift(context.loadVars(path));
    else if (!names.includes(undefined)) {
      throw new ToaError('E_VARS_FILE', `vars file ${nameOf(entry)} was not found`, {
        span: entry instanceof TemplateText ? entry.span : play.span,
        remedy: `create it below ${play.folder}, or end the list with a file that exists`,
      });
    }
  }
  return read;
}
