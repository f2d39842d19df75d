import { posix } from 'node:path';
import { Undefined, isMapping, type Value } from '../../base/value.ts';
import type { CallContext, Lookup, RenderOptions } from '../contract.ts';
import { PyDateTime } from '../datetime/objects.ts';
import { localFields } from '../datetime/calendar.ts';
import { globPaths } from '../glob.ts';
import { defined } from '../python/operations.ts';
import { pyStr } from '../python/print.ts';
import { templateHeader } from '../../base/templates/header.ts';
import { fileText } from '../source-file.ts';
import { argumentError, findFile, lookupError, Options, readText, termText, textVariable } from './options.ts';

function contents(context: CallContext, kind: string, name: string): { path: string; text: string } | undefined {
  const path = findFile(context, kind, name);
  const text = path === undefined ? undefined : readText(context, path);
  return path === undefined || text === undefined ? undefined : { path, text };
}

const file: Lookup = (context, terms, kwargs) => {
  const options = new Options('file', ['lstrip', 'rstrip'], kwargs);
  return terms.map(termText).map((term) => {
    const found = contents(context, 'files', term);
    if (!found)
      throw lookupError(`could not locate file in lookup: ${term}`, `Put ${term} beside the play or in files/`);
    const left = options.flag('lstrip', false) ? found.text.trimStart() : found.text;
    return options.flag('rstrip', true) ? left.trimEnd() : left;
  });
};

const unvault: Lookup = (context, terms) => {
  return terms.map(termText).map((term) => {
    const found = contents(context, 'files', term);
    if (!found) throw lookupError(`Unable to find file matching "${term}" `);
    return found.text;
  });
};

function templateVariables(context: CallContext, term: string, path: string, options: Options): Map<string, Value> {
  const extra = options.value('template_vars');
  if (extra !== undefined && !isMapping(extra)) throw argumentError('template_vars must be a dictionary');
  const given: [string, Value][] = extra ? [...extra.keys()].map((key) => [pyStr(key), extra.get(key) ?? null]) : [];
  const managed = context.env.config('DEFAULT_MANAGED_STR') ?? 'Ansible managed';
  return new Map<string, Value>([
    ['template_path', path],
    ['template_fullpath', context.env.realpath(path)],
    ['template_destpath', null],
    ['template_run_date', new PyDateTime(withoutZone(context.env.now()))],
    ['ansible_managed', pyStr(managed)],
    ...given,
  ]);
}

function withoutZone(date: Date): PyDateTime['fields'] {
  return { ...localFields(date.getTime()), offset: undefined, zone: undefined };
}

const TEMPLATE_OPTIONS = [
  'convert_data',
  'template_vars',
  'jinja2_native',
  'variable_start_string',
  'variable_end_string',
  'comment_start_string',
  'comment_end_string',
];

const template: Lookup = (context, terms, kwargs) => {
  const options = new Options('template', TEMPLATE_OPTIONS, kwargs);
  const text = (name: string): string | undefined => {
    const value = options.value(name);
    return value === undefined ? undefined : pyStr(value);
  };
  const style: RenderOptions = {
    convert: options.flag('convert_data', true),
    trimBlocks: true,
    escapeBackslashes: false,
    variableStart: text('variable_start_string'),
    variableEnd: text('variable_end_string'),
    commentStart: text('comment_start_string'),
    commentEnd: text('comment_end_string'),
  };
  return terms.map(termText).map((term) => {
    const found = contents(context, 'templates', term);
    if (!found) throw lookupError(`the template file ${term} could not be found for the lookup`);
    const header = templateHeader(found.text);
    const source = fileText(found.path, header.body);
    if (!context.render) throw lookupError('this template cannot render another one', 'Use the template verb');
    return context.render(
      source,
      { ...style, ...header.options },
      templateVariables(context, term, found.path, options),
    );
  });
};

function searchFolders(context: CallContext): string[] {
  const raw = context.scope.lookup('ansible_search_path');
  const value = raw === undefined ? undefined : context.resolve(raw);
  if (Array.isArray(value)) return value.map(pyStr);
  const folder =
    textVariable(context, 'role_path') ?? textVariable(context, 'playbook_dir') ?? context.env.realpath('.');
  return [folder];
}

function globFolders(context: CallContext, term: string): string[] {
  const folder = posix.dirname(term);
  if (posix.basename(term) === term) return searchFolders(context).flatMap((path) => [posix.join(path, 'files'), path]);
  const found = findFile(context, 'files', folder);
  return found === undefined ? [] : [found];
}

const fileglob: Lookup = (context, terms) => {
  return terms.map(termText).flatMap((term) => {
    const name = posix.basename(term);
    for (const folder of globFolders(context, term)) {
      const matches = globPaths(posix.join(folder, name), context.env);
      const files = matches.filter((path) => context.env.stat(path, true)?.type === 'file');
      if (files.length > 0) return files;
    }
    return [];
  });
};

interface Search {
  names: Value[];
  skip: boolean;
}

function splitNames(value: Value | undefined, separators: RegExp): string[] {
  if (value === undefined) return [];
  const parts = Array.isArray(value) ? value : [value];
  return parts.flatMap((part) => pyStr(defined(part)).split(separators));
}

const FIRST_FOUND_OPTIONS = ['files', 'paths', 'skip', '_subdir'];

function searchOf(terms: readonly Value[], kwargs: ReadonlyMap<string, Value>): Search {
  const search: Search = { names: [], skip: false };
  for (const term of terms) {
    if (Array.isArray(term)) {
      const inner = searchOf(term, kwargs);
      search.names.push(...inner.names);
      search.skip = inner.skip;
    } else addTerm(search, term, kwargs);
  }
  return search;
}

function addTerm(search: Search, term: Value, kwargs: ReadonlyMap<string, Value>): void {
  const given = isMapping(term) ? new Map([...term.keys()].map((key) => [pyStr(key), term.get(key) ?? null])) : kwargs;
  const options = new Options('first_found', FIRST_FOUND_OPTIONS, given);
  const files = splitNames(options.value('files'), /[,;]/);
  const paths = splitNames(options.value('paths'), /[,:;]/);
  search.skip = options.flag('skip', false);
  if (paths.length > 0) search.names.push(...paths.flatMap((path) => files.map((name) => joinPath(path, name))));
  // Ansible forgets what came before a term that gives `files` without `paths`.
  else if (files.length > 0) search.names = files;
  else search.names.push(term);
}

function joinPath(path: string, name: string): string {
  return name.startsWith('/') || path === '' ? name : `${path.replace(/\/$/, '')}/${name}`;
}

const firstFound: Lookup = (context, terms, kwargs) => {
  const subdir = pyStr(kwargs.get('_subdir') ?? 'files');
  const { names, skip } = searchOf(terms.length === 0 && kwargs.size > 0 ? [''] : terms, kwargs);
  for (const name of names) {
    if (name instanceof Undefined) continue;
    const path = context.env.find(subdir, termText(name), context.scope);
    if (path !== undefined) return [path];
  }
  if (skip) return [];
  throw lookupError('No file was found when using first_found.', `Looked for: ${names.map(pyStr).join(', ')}`);
};

/** Lookups of the controller's files. */
export const fileLookups: Record<string, Lookup> = { file, unvault, template, fileglob, first_found: firstFound };
