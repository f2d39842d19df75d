import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

/**
 * Who may make text that is evaluated on the controller, and of what. A file that deals with answers of hosts, results or
 * finished templates has no place here.
 */
const MAKERS: Readonly<Record<string, string>> = {
  'src/play/yaml/build.ts': 'scalars of YAML files',
  'src/play/inventory/parsing.ts': 'values of inventories',
  'src/play/variables/extra-vars.ts': 'what -e says',
  'src/play/playbook/playbook.ts': 'names of playbooks to import',
  'src/play/playbook/action.ts': 'k=v text',
  'src/play/playbook/arguments.ts': 'k=v text',
  'src/play/playbook/values.ts': 'conditions and tags',
  'src/play/playbook/expressions.ts': 'arguments that are expressions',
  'src/template/source-file.ts': 'template files of the controller',
  'src/template/own-texts.ts': "the program's own",
  'src/template/own-expressions.ts': "what came out of a template and is all the user's writing",
  'tasks/template/task.ts': 'template files of the controller',
};

function* sources(folder: string): Generator<string> {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) yield* sources(path);
    else if (path.endsWith('.ts') && !path.endsWith('.test.ts')) yield path;
  }
}

const files = [...sources('src'), ...sources('tasks')].filter((file) => file !== 'src/base/template-text.ts');
const text = (file: string): string => readFileSync(file, 'utf8');

describe('text becomes a template', () => {
  it('only in the files that read what the user wrote', () => {
    const makers = files.filter((file) => /['"][./\w-]*template-text\.ts['"]/.test(text(file)));
    const others = makers.filter((file) => file !== 'src/base/value.ts');
    expect(others.sort()).toEqual(Object.keys(MAKERS).sort());
  });

  it('never by a way around: another module that hands on the makers, a cast, the prototype', () => {
    const around =
      /new TemplateText|TemplateText\.prototype|as unknown as TemplateText|Object\.create\([^)]*TemplateText|TemplateText\.constructor|export \{[^}]*(?:maybeTemplate|templateText)|export \* from '[^']*template-text/;
    expect(files.filter((file) => around.test(text(file)))).toEqual([]);
  });

  it('value.ts hands on the type alone', () => {
    const lines = text('src/base/value.ts')
      .split('\n')
      .filter((line) => line.includes('template-text.ts'));
    expect(lines.every((line) => !/maybeTemplate|templateText\b/.test(line) || line.startsWith(' *'))).toBe(true);
  });
});
