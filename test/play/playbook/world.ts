import { readdirSync, readFileSync, statSync } from 'node:fs';
import { ToaError } from '../../../src/base/errors.ts';
import { dict, TemplateText, type Dict, type Value } from '../../../src/base/value.ts';
import type { LoadContext } from '../../../src/play/contract.ts';
import type { VerbCatalog } from '../../../src/play/plan.ts';
import type { Sources } from '../../../src/play/sources.ts';
import type { Scope, Templar } from '../../../src/template/contract.ts';

/** Files in memory, as src/play sees a machine; `warnings` collects what it warns of. */
export interface World {
  readonly sources: Sources;
  readonly context: LoadContext;
  readonly warnings: string[];
}

function folderOf(files: Readonly<Record<string, string>>, path: string): string[] {
  const prefix = path.endsWith('/') ? path : `${path}/`;
  const below = Object.keys(files).filter((name) => name.startsWith(prefix));
  return [...new Set(below.map((name) => name.slice(prefix.length).split('/')[0]))].sort();
}

export function memorySources(files: Readonly<Record<string, string>>, warnings: string[] = []): Sources {
  return {
    read: (path) => (path in files ? Buffer.from(files[path]) : undefined),
    kind: (path) => (path in files ? 'file' : folderOf(files, path).length > 0 ? 'directory' : undefined),
    list: (path) => folderOf(files, path),
    run: () => ({ rc: 127, stdout: '', stderr: 'no programs here' }),
    prompt: async () => undefined,
    environment: { HOME: '/home/me' },
    now: () => new Date(0),
    warn: (message) => warnings.push(message),
  };
}

/** The files of a real folder, as they are. */
export function diskSources(warnings: string[] = []): Sources {
  const kind: Sources['kind'] = (path) => {
    try {
      return statSync(path).isDirectory() ? 'directory' : 'file';
    } catch {
      return undefined;
    }
  };
  return {
    ...memorySources({}, warnings),
    read: (path) => (kind(path) === 'file' ? readFileSync(path) : undefined),
    kind,
    list: (path) => (kind(path) === 'directory' ? readdirSync(path).sort() : []),
  };
}

const VERBS: Readonly<Record<string, readonly string[] | undefined>> = {
  command: ['_raw_params', 'chdir', 'creates', 'removes', 'executable', 'stdin', 'argv', 'cmd'],
  shell: ['_raw_params', 'chdir', 'creates', 'removes', 'executable', 'stdin', 'cmd'],
  raw: ['_raw_params', 'executable'],
  debug: ['msg', 'var', 'verbosity'],
  copy: ['src', 'dest', 'content', 'mode', 'owner', 'group'],
  file: ['path', 'dest', 'name', 'state', 'mode'],
  service: ['name', 'state', 'enabled'],
  set_fact: undefined,
  include_vars: undefined,
  validate_argument_spec: ['argument_spec', 'provided_arguments', 'validate_args_context'],
};

export const catalog: VerbCatalog = {
  canonical: (name) => {
    const short = name.replace(/^ansible\.(?:builtin|legacy)\./, '');
    return Object.hasOwn(VERBS, short) ? short : undefined;
  },
  names: () => Object.keys(VERBS),
  freeForm: (name) => ['command', 'shell', 'raw', 'include_vars'].includes(name),
  argumentNames: (name) => (VERBS[name] ? new Set(VERBS[name]) : undefined),
  adviceFor: (name) => `no verb ${name}; known: ${Object.keys(VERBS).join(', ')}`,
};

const scopeOf = (vars: Dict): Scope => ({
  lookup: (name) => vars.get(name),
  names: () => [...vars.keys()].map(String),
});

/** Enough of a Templar for names of imports: `{{ name }}` and nothing else. */
function nameTemplar(): Templar {
  const unused = (): never => {
    throw new Error('loading must not ask this of the templar');
  };
  const render = (text: TemplateText, scope: Scope): Value =>
    text.source.replace(/\{\{ *(\w+) *\}\}/g, (_whole, name: string) => {
      const value = scope.lookup(name);
      if (value === undefined) throw new ToaError('E_TEMPLATE_UNDEFINED', `'${name}' is undefined`);
      return value instanceof TemplateText ? String(render(value, scope)) : String(value);
    });
  return {
    render,
    resolve: unused,
    evaluate: unused,
    expressions: unused,
    test: unused,
    lookup: unused,
    hasFilter: () => false,
    hasLookup: (name) => ['items', 'dict', 'first_found', 'fileglob', 'sequence'].includes(name),
  };
}

/** A context over files in memory. */
export function world(
  files: Readonly<Record<string, string>>,
  options: { vars?: Record<string, Value>; rolesPath?: string[]; verbs?: VerbCatalog; sources?: Sources } = {},
): World {
  const warnings: string[] = [];
  const sources = options.sources ?? memorySources(files, warnings);
  let id = 0;
  const context: LoadContext = {
    sources,
    verbs: options.verbs ?? catalog,
    templar: nameTemplar(),
    vault: {
      isVault: (data) => Buffer.from(data).toString('latin1').startsWith('$ANSIBLE_VAULT'),
      decrypt: () => {
        throw new ToaError('E_VAULT_NO_SECRET', 'no password');
      },
    },
    rolesPath: options.rolesPath ?? [],
    scope: scopeOf(dict(options.vars ?? {})),
    nextId: () => ++id,
  };
  return { sources, context, warnings };
}
