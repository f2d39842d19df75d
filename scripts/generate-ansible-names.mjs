#!/usr/bin/env node
// Writes src/cli/names/ansible.txt: which modules, arguments and lookups Ansible and the public collections have, so that a
// name that we do not have is told from one that nobody has. Facts only, out of the documentation that `ansible-doc` prints;
// needs Debian's package `ansible` and two minutes, so it is no part of `npm run generate`.
//   scripts/generate-ansible-names.mjs            asks ansible-doc
//   scripts/generate-ansible-names.mjs dump.json  reads what `ansible-doc --metadata-dump --no-fail-on-errors` printed
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { runProgram } from './lib/programs.mjs';

const PACKAGES = '/usr/lib/python3/dist-packages';
const OUT = join(dirname(dirname(fileURLToPath(import.meta.url))), 'src/cli/names/ansible.txt');
/** Collections whose modules may be verbs here: of these the arguments, too. */
const WITH_ARGUMENTS = new Set([
  'ansible.builtin',
  'ansible.posix',
  ...['crypto', 'general', 'mysql', 'postgresql'].map((name) => `community.${name}`),
]);

/** `[collection, name]` of `community.general.seport`; `community.general.cloud.x` has the name `cloud.x`. */
function split(full) {
  const [namespace, collection, ...name] = full.split('.');
  return [`${namespace}.${collection}`, name.join('.')];
}

/** Modules by collection; the value says whether Ansible knows the short name, too. */
const modules = new Map();

function enter(full, isShort = false) {
  const [collection, name] = split(full);
  if (!name) return;
  const names = modules.get(collection) ?? new Map();
  names.set(name, isShort || names.get(name) === true);
  modules.set(collection, names);
}

const routing = (path) => (existsSync(path) ? (parse(readFileSync(path, 'utf8'))?.plugin_routing?.modules ?? {}) : {});

/** Names that only lead to others: short ones of Ansible 2.9, and what moved between collections. */
function enterRoutes() {
  for (const [short, { redirect }] of Object.entries(
    routing(join(PACKAGES, 'ansible/config/ansible_builtin_runtime.yml')),
  )) {
    if (redirect) enter(`${split(redirect)[0]}.${short}`, true);
  }
  const collections = join(PACKAGES, 'ansible_collections');
  const folders = (path) =>
    readdirSync(path, { withFileTypes: true })
      .filter((one) => one.isDirectory())
      .map(({ name }) => name);
  for (const namespace of folders(collections)) {
    for (const collection of folders(join(collections, namespace))) {
      const routes = routing(join(collections, namespace, collection, 'meta/runtime.yml'));
      for (const name of Object.keys(routes)) enter(`${namespace}.${collection}.${name}`);
    }
  }
}

/** Arguments that modules had before 2.14, and that playbooks still give: Ansible refuses them when the task is reached. */
const FORMER = { 'ansible.builtin.stat': ['get_md5'], 'ansible.builtin.get_url': ['sha256sum'] };

function argumentsOf(module, doc) {
  const documented = Object.entries(doc?.options ?? {}).flatMap(([name, { aliases }]) => [name, ...(aliases ?? [])]);
  return [...documented, ...(FORMER[module] ?? [])].sort();
}

const dump = process.argv[2]
  ? readFileSync(process.argv[2], 'utf8')
  : runProgram('ansible-doc', ['--metadata-dump', '--no-fail-on-errors']);
const { module: documented, lookup } = JSON.parse(dump).all;
for (const name of Object.keys(documented)) enter(name, name.startsWith('ansible.builtin.'));
enterRoutes();

const byName = ([a], [b]) => (a < b ? -1 : 1);
const version = (name) => runProgram('dpkg-query', ['-W', '-f', '${Version}', name]).replace(/[+-].*/, '');
const lines = [
  `# Made by scripts/generate-ansible-names.mjs from ansible-doc of ansible ${version('ansible')} and ansible-core ${version('ansible-core')}.`,
  '# A collection and its modules; * where Ansible knows the module by its short name, too.',
  ...[...modules]
    .sort(byName)
    .map(([collection, names]) =>
      [collection, ...[...names].sort(byName).map(([name, isShort]) => (isShort ? '*' : '') + name)].join(' '),
    ),
  '# Lookups.',
  ['lookups:', ...Object.keys(lookup).sort()].join(' '),
  '# Arguments of modules, with their other names.',
  ...Object.entries(documented)
    .filter(([name]) => WITH_ARGUMENTS.has(split(name)[0]))
    .sort(byName)
    .map(([name, { doc }]) => [`${name}:`, ...argumentsOf(name, doc)].join(' ')),
  '',
];
writeFileSync(OUT, lines.join('\n'));
