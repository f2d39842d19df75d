import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../base/package-root.ts';

interface Names {
  /** Full names, and short ones where Ansible knows them. */
  readonly modules: ReadonlySet<string>;
  readonly lookups: ReadonlySet<string>;
  /** By full name. */
  readonly arguments: ReadonlyMap<string, ReadonlySet<string>>;
}

let read: Names | undefined;

/** The list is read when the first unknown name is met: most runs never need it. */
function names(): Names {
  read ??= parse(readFileSync(join(packageRoot(), 'src/cli/names/ansible.txt'), 'utf8'));
  return read;
}

function parse(text: string): Names {
  const modules = new Set<string>();
  const lookups = new Set<string>();
  const args = new Map<string, ReadonlySet<string>>();
  for (const line of text.split('\n')) {
    const [first, ...rest] = line.split(' ');
    if (first === '' || first === '#') continue;
    if (first === 'lookups:') for (const name of rest) lookups.add(name);
    else if (first.endsWith(':')) args.set(first.slice(0, -1), new Set(rest));
    else {
      for (const word of rest) {
        const name = word.replace('*', '');
        modules.add(`${first}.${name}`);
        if (name !== word) modules.add(name);
      }
    }
  }
  return { modules, lookups, arguments: args };
}

/** Whether Ansible or one of the collections that come with it has this module, by its full or its short name. */
export function isAnsibleModule(name: string): boolean {
  return names().modules.has(name.replace(/^ansible\.legacy\./, 'ansible.builtin.'));
}

/** Whether Ansible or one of the collections that come with it has this lookup. */
export function isAnsibleLookup(name: string): boolean {
  const { lookups } = names();
  return lookups.has(name) || lookups.has(`ansible.builtin.${name}`) || lookups.has(`community.general.${name}`);
}

/** Whether a module that some collection calls so takes an argument of this name. */
export function isAnsibleArgument(module: string, argument: string): boolean {
  return [...names().arguments].some(([name, args]) => name.endsWith(`.${module}`) && args.has(argument));
}
