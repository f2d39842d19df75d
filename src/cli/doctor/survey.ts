import { ToaError } from '../../base/errors.ts';
import { nowhere, type Span } from '../../base/span.ts';
import type { LoadContext } from '../../play/contract.ts';
import type { Play, RoleRef } from '../../play/plan.ts';
import { mistakesOf, playbookLoader } from '../../play/playbook/index.ts';
import type { Sources } from '../../play/sources.ts';
import { decodeText, parseYaml } from '../../play/yaml/index.ts';
import { templateHeader } from '../../base/templates/header.ts';
import { fileText } from '../../template/source-file.ts';
import { pluginFolders } from '../names/plugins.ts';
import { filesOf, isTasks, isTemplate, isYaml, ownersOf, roleOf } from './files.ts';
import { checkTemplate, checkYaml } from './templates.ts';

/** What was found in the files of some playbooks. */
export interface Survey {
  readonly plays: Play[];
  /** How many files were looked at. */
  readonly files: number;
  /** Mistakes and things that we do not have, by file and line. */
  readonly problems: ToaError[];
}

/** Of files that no play names for sure, only what is wrong in any play. */
const SURE = /^E_(PLAY_(VERB|KEYWORD|ARGUMENT|ACTION)|YAML)/;
const EMPTY_PLAY = '/dev/toa-play/doctor.yml';

/** Sources that remember what was read. */
function recording(sources: Sources): { sources: Sources; read: Set<string> } {
  const read = new Set<string>();
  const recorder: Sources = {
    ...sources,
    read: (path) => {
      if (path === EMPTY_PLAY) return Buffer.from('- hosts: all\n');
      const data = sources.read(path);
      if (data !== undefined) read.add(path);
      return data;
    },
    kind: (path) => (path === EMPTY_PLAY ? 'file' : sources.kind(path)),
    warn: () => undefined,
  };
  return { sources: recorder, read };
}

/** Runs a part of the reading; its mistakes are kept. */
class Findings {
  private readonly found = new Map<string, ToaError>();

  add(errors: readonly ToaError[]): void {
    for (const error of errors) {
      const { file, line, column } = error.details.span ?? nowhere('');
      this.found.set(`${file}:${line}:${column} ${error.message}`, error);
    }
  }

  attempt<T>(read: () => T, isKept: (error: ToaError) => boolean = () => true): T | undefined {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof ToaError)) throw error;
      this.add(mistakesOf(error).filter(isKept));
      return undefined;
    }
  }

  sorted(): ToaError[] {
    const key = ({ details }: ToaError): Span => details.span ?? nowhere('');
    return [...this.found.values()].sort((a, b) => {
      const [x, y] = [key(a), key(b)];
      return x.file.localeCompare(y.file) || x.line - y.line || x.column - y.column;
    });
  }
}

function roleRef(path: string): RoleRef | undefined {
  const role = roleOf(path);
  if (!role) return undefined;
  const [defaults, vars, params] = [new Map(), new Map(), new Map()];
  const lists = { dependencies: [], parents: [], handlers: [] };
  return { ...role, defaults, vars, params, ...lists, isPublic: false, allowDuplicates: true };
}

/** Files of tasks that no playbook imports: they may be included while a run goes on. */
function checkTaskFiles(files: readonly string[], context: LoadContext, findings: Findings): void {
  const [parent] = playbookLoader.loadPlaybook(EMPTY_PLAY, context);
  for (const path of files.filter(isTasks)) {
    const use = { parent, role: roleRef(path), isHandler: path.includes('/handlers/') };
    findings.attempt(
      () => playbookLoader.loadTasks(path, context, use),
      ({ code }) => SURE.test(code),
    );
  }
}

function checkText(path: string, { sources, vault }: LoadContext): ToaError[] {
  const data = sources.read(path);
  if (!data || (!isYaml(path) && !isTemplate(path))) return [];
  // Without the password a vault file is no mistake: its run will be given one.
  if (vault.isVault(data)) return [];
  if (isYaml(path)) return checkYaml(parseYaml(decodeText(data, path), path).root);
  if (Buffer.from(data).includes(0)) return [];
  // what cannot be read as one is mostly no template of Jinja2, or one whose task gives it other brackets
  const found = checkTemplate(fileText(path, templateHeader(Buffer.from(data).toString()).body), true);
  return found.filter(({ code }) => code !== 'E_TEMPLATE_SYNTAX');
}

function checkPlugins(playbook: string, read: ReadonlySet<string>, sources: Sources): ToaError[] {
  return pluginFolders(ownersOf(playbook, read), sources).map(
    ([folder, what]) =>
      new ToaError('E_PLUGIN_PYTHON', `${what} in Python are not run`, {
        span: nowhere(folder),
        remedy: 'see docs/compatibility.md for what to use instead; the places that use them are listed on their own',
      }),
  );
}

/** Reads playbooks and everything that belongs to them; no host is touched. */
export function survey(playbooks: readonly string[], context: LoadContext): Survey {
  const findings = new Findings();
  const { sources, read } = recording(context.sources);
  const reading = { ...context, sources };
  const plays = playbooks.flatMap((path) => findings.attempt(() => playbookLoader.loadPlaybook(path, reading)) ?? []);
  const files = new Set<string>();
  const walked = new Map<string, readonly string[]>();
  for (const playbook of playbooks) {
    const reached = new Set(read);
    for (const path of filesOf(playbook, reached, sources, walked)) files.add(path);
    findings.add(checkPlugins(playbook, reached, sources));
  }
  const unread = [...files].filter((path) => !read.has(path));
  checkTaskFiles(unread, reading, findings);
  for (const path of files) findings.add(findings.attempt(() => checkText(path, reading)) ?? []);
  return { plays, files: files.size, problems: findings.sorted() };
}
