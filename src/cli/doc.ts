import { existsSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import type { Verb } from '../verb/verb.ts';
import { didYouMean, ToaError } from '../base/errors.ts';
import { packageRoot } from '../base/package-root.ts';
import { dumpJson } from '../base/python-json.ts';
import { argumentShape, buildCatalog, type Catalog } from './catalog.ts';
import { playbookPage } from './variables/page.ts';
import { playbookSpecs, type PlaybookSpecs } from './variables/specs.ts';

export interface ArgumentDoc {
  readonly name: string;
  readonly type: string;
  readonly required: boolean;
  readonly defaultValue?: unknown;
  readonly choices?: readonly string[];
  readonly aliases: readonly string[];
}

interface Definition {
  readonly type: string;
  readonly innerType?: Schema;
  readonly out?: Schema;
  readonly element?: Schema;
  readonly defaultValue?: unknown;
  readonly entries?: Record<string, string>;
}
interface Schema {
  readonly def: Definition;
}

const TYPE_NAMES: Record<string, string> = {
  string: 'str',
  number: 'int',
  boolean: 'bool',
  array: 'list',
  record: 'dict',
  object: 'dict',
  enum: 'str',
  unknown: 'any',
};

/** Reads type, default and choices out of a zod schema, through optional, default and preprocess. */
function describe(name: string, schema: Schema, aliases: readonly string[]): ArgumentDoc {
  let at = schema;
  let required = true;
  let defaultValue: unknown;
  for (;;) {
    const { def } = at;
    if (def.type === 'optional' || def.type === 'default' || def.type === 'nullable') {
      required = false;
      if (def.type === 'default') defaultValue = def.defaultValue;
      at = def.innerType as Schema;
    } else if (def.type === 'pipe') at = def.out as Schema;
    else break;
  }
  const item = at.def.element && describe('', at.def.element, []);
  const type = TYPE_NAMES[at.def.type] ?? at.def.type;
  const choices = at.def.entries ?? item?.choices;
  return {
    name,
    type: item ? `list of ${item.type}` : type,
    required: required && at.def.type !== 'unknown',
    defaultValue,
    ...(choices ? { choices: Array.isArray(choices) ? choices : Object.values(choices) } : {}),
    aliases,
  };
}

/** A verb's arguments, as its schema has them. */
function argumentDocs(verb: Verb): ArgumentDoc[] {
  const aliases = Object.entries(verb.argAliases ?? {});
  return Object.entries(argumentShape(verb)).map(([name, schema]) =>
    describe(
      name,
      schema as unknown as Schema,
      aliases.filter(([, target]) => target === name).map(([alias]) => alias),
    ),
  );
}

function argumentLine(argument: ArgumentDoc): string {
  const parts = [argument.type];
  if (argument.required) parts.push('required');
  if (argument.choices) parts.push(`one of ${argument.choices.join(', ')}`);
  if (argument.defaultValue !== undefined && dumpJson(argument.defaultValue) !== '[]') {
    parts.push(`default ${dumpJson(argument.defaultValue)}`);
  }
  if (argument.aliases.length > 0) parts.push(`also ${argument.aliases.join(', ')}`);
  return `  ${argument.name.padEnd(22)} ${parts.join('; ')}`;
}

function readmeOf(verb: Verb): string {
  const path = join(packageRoot(), 'tasks', verb.name, 'README.md');
  return existsSync(path)
    ? readFileSync(path, 'utf8')
        .replace(/^# .*\n+/, '')
        .trim()
    : verb.summary;
}

function verbPage(verb: Verb): string {
  const check = { full: 'says what would change', partial: 'partly', none: 'skipped' }[verb.check];
  const lines = argumentDocs(verb).map(argumentLine);
  return [
    `${verb.name}: ${verb.summary}`,
    ...(verb.aliases?.length ? [`also known as ${verb.aliases.join(', ')}`] : []),
    '',
    readmeOf(verb),
    '',
    'Arguments',
    ...(verb.freeForm ? ['  (free text)            the command line'] : []),
    ...(lines.length > 0 ? lines : ['  none']),
    '',
    `Under --check: ${check}. With --diff: ${verb.diff ? 'shows the difference' : 'nothing more'}.`,
    '',
  ].join('\n');
}

function overview(catalog: Catalog): string {
  const all = [...catalog.verbs.values()];
  const lines = all.map((verb) => `  ${verb.name.padEnd(22)} ${verb.summary}`);
  return ['Verbs (toa-play doc VERB shows the arguments):', ...lines, ''].join('\n');
}

/** The playbook of that path, or the one that ships under that name. */
function specsOf(name: string): PlaybookSpecs | undefined {
  return playbookSpecs(resolve(name)) ?? playbookSpecs(join(packageRoot(), 'playbooks', basename(name)));
}

/** `toa-play doc [VERB...]`: the text to print. Throws ToaError E_DOC_VERB for an unknown name. */
export function docText(names: readonly string[]): string {
  const catalog = buildCatalog();
  if (names.length === 0) return overview(catalog);
  return names
    .map((name) => {
      const verb = catalog.verbs.get(catalog.canonical(name) ?? '');
      if (verb) return verbPage(verb);
      const specs = name.endsWith('.yml') ? specsOf(name) : undefined;
      if (specs) return playbookPage(basename(name), specs);
      throw new ToaError('E_DOC_VERB', `there is no verb ${name}.${didYouMean(name, catalog.verbs.keys())}`, {
        remedy: '`toa-play doc` lists all verbs',
      });
    })
    .join('\n');
}
