import { join } from 'node:path';
import { Command } from 'commander';
import * as z from 'zod';
import { verbs } from '../../../tasks/index.ts';
import { ToaError } from '../../base/errors.ts';
import { packageRoot } from '../../base/package-root.ts';
import { KEYWORDS } from '../../play/playbook/index.ts';
import type { Verb } from '../../verb/verb.ts';
import { argumentShape } from '../catalog.ts';
import { writeOutput } from '../output.ts';
import { ours, parse } from '../parse.ts';
import { playbookSpecs } from '../variables/specs.ts';

/** JSON schema, as editors read it (draft 2020-12). */
type Schema = Readonly<Record<string, unknown>>;

const DRAFT = 'https://json-schema.org/draft/2020-12/schema';
/** Anything may be text: a template, `yes`, `a,b,c`. Choices stay choices. */
const TEMPLATE: Schema = { type: 'string', pattern: '\\{\\{|\\{%' };
const anyOf = (...schemas: readonly Schema[]): Schema => ({ anyOf: schemas });
const named = (names: Iterable<string>, schema: Schema): Schema =>
  Object.fromEntries([...names].map((name) => [name, schema]));

const ofEach = (schemas: unknown, change: (schema: Schema) => Schema): Schema =>
  Object.fromEntries(Object.entries((schemas ?? {}) as Schema).map(([name, one]) => [name, change(one as Schema)]));

/** What may be written for a value that zod describes: what it is made of, at any depth, may be a template. */
function written({ $schema: _draft, required: _required, ...own }: Schema): Schema {
  if (own['enum'] !== undefined) return anyOf(own, TEMPLATE, { type: 'boolean' });
  if (own['type'] === 'string') {
    return own['pattern'] === undefined && own['format'] === undefined
      ? { ...own, type: ['string', 'number', 'boolean'] }
      : anyOf(own, TEMPLATE, { type: ['number', 'boolean'] });
  }
  if (own['type'] === undefined) return own;
  const inner = {
    ...own,
    ...(own['items'] === undefined ? {} : { items: written(own['items'] as Schema) }),
    ...(own['properties'] === undefined ? {} : { properties: ofEach(own['properties'], written) }),
  };
  return anyOf(inner, { type: 'string' });
}

/** One argument of a verb. */
const argumentSchema = (schema: unknown): Schema =>
  written(z.toJSONSchema(schema as z.ZodType, { io: 'output', unrepresentable: 'any' }) as Schema);

/** What may stand behind a verb's name. */
function verbSchema(verb: Verb): Schema {
  const shape = argumentShape(verb);
  const aliases = Object.entries(verb.argAliases ?? {}).map(([alias, target]) => [alias, shape[target]] as const);
  const known = [...Object.entries(shape), ...aliases].filter(([, schema]) => schema !== undefined);
  const properties = Object.fromEntries(known.map(([name, schema]) => [name, argumentSchema(schema)]));
  const isOpen = verb.anyArgs === true || verb.ignoresOthers === true;
  const args: Schema = { type: 'object', properties, additionalProperties: isOpen };
  return { description: verb.summary, anyOf: [args, { type: ['string', 'null'] }] };
}

function namesOf({ name, aliases = [] }: Verb): string[] {
  return [name, `ansible.builtin.${name}`, ...aliases];
}

function taskSchema(): Schema {
  const actions = verbs.flatMap((verb) => namesOf(verb).map((name) => [name, { $ref: `#/$defs/${verb.name}` }]));
  const imports = ['import_tasks', 'import_role', 'import_playbook', 'include'].flatMap((name) => [
    name,
    `ansible.builtin.${name}`,
  ]);
  const keywords = [...KEYWORDS.Task, ...KEYWORDS.Block, ...KEYWORDS.Handler];
  const tasks = { $ref: '#/$defs/-tasks' };
  return {
    type: 'object',
    properties: {
      ...named(keywords, {}),
      ...named(imports, {}),
      ...Object.fromEntries(actions),
      block: tasks,
      rescue: tasks,
      always: tasks,
    },
    // modules of collections, and loops of old
    patternProperties: { '^\\w+\\.\\w+\\.\\w+': {}, '^with_\\w+$': {} },
    additionalProperties: false,
  };
}

/** The variables of the playbooks that ship with us. */
function ownVariables(): Schema {
  const specs = playbookSpecs(join(packageRoot(), 'playbooks/site.yml'));
  const variables = [...(specs?.variables ?? [])].map(([name, { description, choices }]) => {
    const values = choices ? { anyOf: [{ enum: choices }, TEMPLATE] } : {};
    return [name, { description, ...values }] as const;
  });
  return Object.fromEntries(variables);
}

/** A playbook: a list of plays and of imports of playbooks. */
export function playbookSchema(): Schema {
  const tasks = { $ref: '#/$defs/-tasks' };
  const lists = named(['tasks', 'handlers', 'pre_tasks', 'post_tasks'], tasks);
  const vars = { type: ['object', 'array', 'null'], properties: ownVariables() };
  const play: Schema = {
    type: 'object',
    properties: { ...named([...KEYWORDS.Play, ...KEYWORDS.PlaybookInclude], {}), ...lists, vars },
    patternProperties: { '^ansible\\.builtin\\.import_playbook$': {} },
    additionalProperties: false,
  };
  return {
    $schema: DRAFT,
    title: 'A playbook of toa-play',
    type: 'array',
    items: play,
    $defs: {
      '-tasks': { type: ['array', 'null'], items: { $ref: '#/$defs/-task' } },
      '-task': taskSchema(),
      ...Object.fromEntries(verbs.map((verb) => [verb.name, verbSchema(verb)])),
    },
  };
}

const CONNECTION: Schema = {
  ansible_host: { type: 'string', description: 'name or address, where it is not the name in the inventory' },
  ansible_port: { type: ['integer', 'string'] },
  ansible_user: { type: 'string' },
  ansible_password: { description: 'better: keys, or a vault' },
  ansible_connection: anyOf({ enum: ['ssh', 'smart', 'ssh2', 'openssh', 'local', 'paramiko'] }, TEMPLATE),
  ansible_ssh_private_key_file: { type: 'string' },
  ansible_ssh_common_args: { type: 'string' },
  ansible_become: { type: ['boolean', 'string'] },
  ansible_become_user: { type: 'string' },
  ansible_become_method: anyOf({ enum: ['sudo', 'su', 'doas', 'dzdo'] }, TEMPLATE),
  ansible_become_password: {},
};

/** An inventory in YAML: groups with hosts, variables and groups below them. */
export function inventorySchema(): Schema {
  const variables: Schema = { type: ['object', 'null'], properties: { ...CONNECTION, ...ownVariables() } };
  const group: Schema = {
    type: ['object', 'null'],
    properties: {
      hosts: { type: ['object', 'null'], additionalProperties: { $ref: '#/$defs/variables' } },
      vars: { $ref: '#/$defs/variables' },
      children: { type: ['object', 'null'], additionalProperties: { $ref: '#/$defs/group' } },
    },
    additionalProperties: false,
  };
  return {
    $schema: DRAFT,
    title: 'An inventory of toa-play',
    type: 'object',
    additionalProperties: { $ref: '#/$defs/group' },
    $defs: { group, variables },
  };
}

const SCHEMAS: Readonly<Record<string, () => Schema>> = { playbook: playbookSchema, inventory: inventorySchema };

/** `toa-play schema playbook|inventory`: a JSON schema for editors. @throws ToaError E_USAGE for another word */
export async function schemaCommand(args: string[]): Promise<number> {
  const program = ours(new Command('toa-play schema'))
    .usage('playbook|inventory > FILE')
    .description(
      'Prints a JSON schema that editors check and complete by. In VS Code and others with yaml-language-server the first ' +
        'line of a playbook names it: # yaml-language-server: $schema=FILE',
    )
    .argument('[kind]');
  parse(program, args);
  const [kind = ''] = program.args;
  if (!Object.hasOwn(SCHEMAS, kind)) {
    throw new ToaError('E_USAGE', kind === '' ? 'a schema of what is not said' : `there is no schema of ${kind}`, {
      remedy: 'toa-play schema playbook, or toa-play schema inventory',
    });
  }
  writeOutput(`${JSON.stringify(SCHEMAS[kind](), undefined, 1)}\n`);
  return 0;
}
