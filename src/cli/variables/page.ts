import { dumpJson } from '../../base/python-json.ts';
import type { PlaybookSpecs, VariableSpec } from './specs.ts';

function values(spec: VariableSpec): string {
  if (spec.choices) return spec.choices.map((choice) => `\`${choice}\``).join(' ');
  if (spec.range) return `${spec.range[0]} to ${spec.range[1]}`;
  return { str: 'text', int: 'number', bool: 'yes, no', list: 'list', dict: 'dictionary' }[spec.type];
}

function fallback(spec: VariableSpec): string {
  if (spec.required || spec.required_unless) return '**has to be set**';
  return spec.default === undefined
    ? ''
    : `\`${typeof spec.default === 'string' ? spec.default : dumpJson(spec.default)}\``;
}

/** The variables as a table of Markdown, for README.md and docs/variables.md. */
function variablesTable({ variables }: PlaybookSpecs): string {
  const rows = [...variables].map(
    ([name, spec]) =>
      `| \`${name}\` | ${spec.description.replaceAll('|', '\\|')} | ${values(spec)} | ${fallback(spec)} |`,
  );
  return ['| variable | what it is | values | default |', '|---|---|---|---|', ...rows, ''].join('\n');
}

/** How many of them README.md shows: those that nearly everybody sets. */
const IN_README = 5;

/** The first variables of a playbook, for README.md. */
export function readmeTable(specs: PlaybookSpecs): string {
  return variablesTable({ ...specs, variables: new Map([...specs.variables].slice(0, IN_README)) });
}

/** docs/variables.md: all variables of all playbooks. */
export function variablesPage(playbooks: ReadonlyMap<string, PlaybookSpecs>): string {
  const parts = [...playbooks].map(
    ([name, specs]) => `## ${name}\n\n${specs.description}.\n\n${variablesTable(specs)}`,
  );
  const head = `# Variables of the playbooks

Made by scripts/generate-variables.mjs from playbooks/meta/argument_specs.yml. \`toa-play\` holds the variables of all hosts
against it before any host is touched, under --check too; a name that begins with \`toa_\` and stands in no table is an
error. What hangs on facts is looked at when they are known.
`;
  return [head, ...parts].join('\n');
}

/** `toa-play doc PLAYBOOK`: its variables, for a terminal. */
export function playbookPage(name: string, specs: PlaybookSpecs): string {
  const lines = [...specs.variables].flatMap(([variable, spec]) => {
    const facts = [values(spec), fallback(spec) && `default ${fallback(spec)}`].filter(Boolean).join('; ');
    return [`  ${variable.padEnd(24)} ${facts}`, `      ${spec.description}`];
  });
  return [`${name}: ${specs.description}`, '', 'Variables (inventory, -e):', ...lines, '']
    .join('\n')
    .replaceAll('`', '')
    .replaceAll('default **has to be set**', 'has to be set');
}
