import type { z } from 'zod';
import { verbs } from '../../tasks/index.ts';
import type { Verb } from '../verb/verb.ts';
import { nearNames } from '../base/errors.ts';
import { isAnsibleArgument, isAnsibleLookup, isAnsibleModule } from './names/ansible-names.ts';
import type { VerbCatalog } from '../play/plan.ts';

/** Prefixes under which Ansible's own modules are named. */
const OWN_COLLECTIONS = ['ansible.builtin.', 'ansible.legacy.', 'toa.play.'];

/** Actions that the parser turns into structure; the rest of the actions are folders below tasks/. */
const STRUCTURE: Readonly<Record<string, readonly string[] | undefined>> = {
  import_playbook: undefined,
  import_role: undefined,
  import_tasks: undefined,
  include: undefined,
  include_role: undefined,
  include_tasks: undefined,
  include_vars: undefined,
  meta: undefined,
  validate_argument_spec: undefined,
};
const STRUCTURE_FREE_FORM = new Set([
  'include',
  'import_playbook',
  'import_tasks',
  'include_tasks',
  'include_vars',
  'meta',
]);

/** What to use instead of well-known modules that need Python on the host or a cloud's library. */
const INSTEAD: readonly (readonly [RegExp, string])[] = [
  [/^(win_|ansible\.windows|community\.windows)/, 'hosts with Windows are not served'],
  [/docker_|podman_|kubernetes|k8s/, 'use command with the docker, podman or kubectl program'],
  [/mysql_|postgresql_|mongodb_|redis/, "use command with the database's own client"],
  [
    /^(ec2|rds|s3|aws|gcp|azure|os_|openstack)|amazon\.aws|community\.aws|google\.cloud|azure\.azcollection/,
    "use command with the cloud's own program on the controller (delegate_to: localhost)",
  ],
  [
    /^(selinux|seboolean|sefcontext)|posix\.se/,
    'use command with setenforce, setsebool or semanage, and lineinfile for /etc/selinux/config',
  ],
  [/firewalld|ufw/, 'use command with firewall-cmd or ufw'],
  [
    /^(pip3|npm|gem|bundler|cpanm|composer)|community\.general\.(npm|gem)/,
    "use command with the package manager's own program and creates:",
  ],
  [/(^|\.)synchronize$/, 'use copy (folders too, only what differs), or unarchive for whole trees'],
  [/(^|\.)subversion$/, "use command with the host's svn and creates:, or git"],
  [/^expect$/, 'an interactive program needs a terminal: use its batch options, or shell with a here-document'],
];

export interface Catalog extends VerbCatalog {
  readonly verbs: ReadonlyMap<string, Verb>;
}

/** The schemas of a verb's arguments by name. */
export const argumentShape = (verb: Verb): Readonly<Record<string, z.core.SomeType>> =>
  (verb.args as unknown as z.ZodObject).shape ?? {};

function argumentNames(verb: Verb): ReadonlySet<string> | undefined {
  if (verb.anyArgs) return undefined;
  return new Set([...Object.keys(argumentShape(verb)), ...Object.keys(verb.argAliases ?? {})]);
}

const NO_SUCH =
  'there is no such verb (modules in Python are not run); use command or shell, or see docs/compatibility.md';

function advice(name: string, known: readonly string[]): string {
  const instead = INSTEAD.find(([pattern]) => pattern.test(name))?.[1];
  // what Ansible has is no slip of the pen
  if (isAnsibleModule(name)) return instead ?? 'use command or shell with the program that this module drives';
  const near = nearNames(name.split('.').at(-1) as string, known);
  if (near.length > 0) return `did you mean ${near.join(' or ')}? \`toa-play doc ${near[0]}\` shows its arguments`;
  return instead ?? NO_SUCH;
}

/** All verbs by name, FQCN and alias. */
export function buildCatalog(all: readonly Verb[] = verbs): Catalog {
  const byName = new Map(all.map((verb) => [verb.name, verb]));
  const aliases = new Map(all.flatMap((verb) => (verb.aliases ?? []).map((alias) => [alias, verb.name] as const)));
  const known = [...byName.keys(), ...Object.keys(STRUCTURE)];
  const canonical = (name: string): string | undefined => {
    const prefix = OWN_COLLECTIONS.find((collection) => name.startsWith(collection));
    const short = prefix ? name.slice(prefix.length) : name;
    if (byName.has(short) || short in STRUCTURE) return short;
    return aliases.get(name) ?? aliases.get(short);
  };
  return {
    verbs: byName,
    canonical,
    names: () => known,
    freeForm: (name) => STRUCTURE_FREE_FORM.has(name) || byName.get(name)?.freeForm === true,
    argumentNames: (name) => {
      const verb = byName.get(name);
      return verb && argumentNames(verb);
    },
    ignoresOthers: (name) => byName.get(name)?.ignoresOthers === true,
    existsInAnsible: (what, name) => (what === 'verb' ? isAnsibleModule(name) : isAnsibleLookup(name)),
    argumentExistsInAnsible: isAnsibleArgument,
    adviceFor: (name) => advice(name, known),
  };
}
