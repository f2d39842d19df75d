import { statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { nearNames, ToaError } from '../../base/errors.ts';
import { packageRoot } from '../../base/package-root.ts';
import type { Dict } from '../../base/value.ts';
import type { LoadContext, VaultReader } from '../../play/contract.ts';
import { loadConfig, type Config, type Settings } from '../../play/config/index.ts';
import { type InventoryData, loadInventory, selectHosts } from '../../play/inventory/index.ts';
import { playbookLoader } from '../../play/playbook/index.ts';
import type { Sources } from '../../play/sources.ts';
import { createVariables, parseAllExtraVars, type VariableStore } from '../../play/variables/index.ts';
import { createVault, loadVaultSecrets } from '../../play/vault/index.ts';
import type { Templar } from '../../template/contract.ts';
import { createTemplar } from '../../template/templar.ts';
import { buildCatalog, type Catalog } from '../catalog.ts';
import { SUBCOMMANDS } from '../commands.ts';
import { warner } from '../failures.ts';
import type { RunFlags } from '../options.ts';
import { systemPorts } from './ports.ts';
import { systemSources } from './sources.ts';

/** Everything that a command needs before it looks at a playbook. */
export interface World {
  readonly cwd: string;
  readonly flags: RunFlags;
  readonly config: Config;
  readonly settings: Settings;
  readonly sources: Sources;
  readonly vault: VaultReader;
  readonly templar: Templar;
  readonly catalog: Catalog;
  readonly inventory: InventoryData;
  readonly inventorySources: readonly string[];
  readonly extraVars: Dict;
  readonly warn: (message: string) => void;
}

async function openVault(flags: RunFlags, settings: Settings, sources: Sources, cwd: string): Promise<VaultReader> {
  const file = settings.vaultPasswordFile;
  const secrets = await loadVaultSecrets(sources, {
    vaultIds: [...settings.vaultIdentityList, ...flags.vaultIds],
    passwordFiles: [...(file && flags.vaultPasswordFiles.length === 0 ? [file] : []), ...flags.vaultPasswordFiles],
    askPassword: flags.askVaultPass || settings.askVaultPass,
    folder: cwd,
  });
  return createVault(secrets);
}

/** Anyone may write here: an ansible.cfg in it is not to be trusted. */
function isPublicFolder(folder: string): boolean {
  return (statSync(folder).mode & 0o002) !== 0;
}

/** Reads configuration, vault passwords, extra variables and inventory. Throws ToaError; no host is touched. */
export async function openWorld(given: RunFlags): Promise<World> {
  const cwd = process.cwd();
  const warn = warner();
  const sources = systemSources(warn);
  const config = loadConfig(sources, cwd, { isPublic: isPublicFolder(cwd) });
  const settings = config.values;
  const flags = { ...given, verbose: given.verbose + settings.verbosity };
  const vault = await openVault(flags, settings, sources, cwd);
  const ports = systemPorts({ vault, warn, config: (name) => config.lookup(name) });
  const templar = createTemplar(ports, { native: settings.jinja2Native });
  const mergeHashes = settings.hashBehaviour === 'merge';
  const extraVars = parseAllExtraVars(flags.extraVars, { sources, vault, cwd, mergeHashes });
  const names = flags.inventory.length > 0 ? flags.inventory : settings.inventory;
  const inventory = loadInventory(names, {
    sources,
    vault,
    cwd,
    mergeHashes,
    isNamed: flags.inventory.length > 0,
    unparsedIsFailed: settings.inventoryUnparsedFailed,
    anyUnparsedIsFailed: settings.inventoryAnyUnparsedFailed,
    ignoredEndings: settings.inventoryIgnoreExtensions,
    ignoredPatterns: settings.inventoryIgnorePatterns,
  });
  const inventorySources = names.map((name) => (name.includes(',') ? name : resolve(cwd, name)));
  const catalog = buildCatalog();
  return {
    cwd,
    flags,
    config,
    settings,
    sources,
    vault,
    templar,
    catalog,
    inventory,
    inventorySources,
    extraVars,
    warn,
  };
}

/**
 * What the loading functions of src/play need; `scope` has the extra variables only, as Ansible's imports see them.
 * @param missing told of what Ansible has and we have not; see `LoadContext`
 */
export function loadContext(world: World, missing?: LoadContext['missing']): LoadContext {
  let id = 0;
  const { extraVars, settings, cwd } = world;
  return {
    sources: world.sources,
    verbs: world.catalog,
    templar: world.templar,
    vault: world.vault,
    cwd,
    rolesPath: settings.rolesPath.map((folder) => resolve(cwd, folder)),
    libraryPath: settings.modulePath.map((folder) => resolve(cwd, folder)),
    scope: { lookup: (name: string) => extraVars.get(name), names: () => [...extraVars.keys()].map(String) },
    nextId: () => ++id,
    missing,
  };
}

/** Variables of a run whose playbook lies in `playbookDir`. */
export function variablesFor(world: World, playbookDir: string): VariableStore {
  const { flags, settings } = world;
  const tags = [...settings.runTags, ...flags.tags];
  return createVariables({
    inventory: world.inventory,
    extraVars: world.extraVars,
    run: {
      playbookDir,
      check: flags.check,
      diff: flags.diff || settings.diffAlways,
      forks: flags.forks ?? settings.forks,
      verbosity: flags.verbose,
      runTags: tags.length > 0 ? tags : ['all'],
      skipTags: [...settings.skipTags, ...flags.skipTags],
      limit: flags.limit,
      configFile: world.config.file,
      inventorySources: world.inventorySources,
    },
    loadVars: (path) => playbookLoader.loadVars(path, world),
    sources: world.sources,
    templar: world.templar,
    mergeHashes: settings.hashBehaviour === 'merge',
    injectFacts: settings.injectFactsAsVars,
  });
}

/** Hosts of a pattern within --limit; warns of patterns that name nothing, throws when the limit leaves nobody. */
export function hostSelection(world: World): (pattern: string | readonly string[]) => string[] {
  const { flags, settings } = world;
  const selection = selectHosts(world.inventory, flags.limit, world.sources, world.cwd, {
    onMismatch: settings.hostPatternMismatch,
    warnsOfLocalhost: settings.localhostWarning,
  });
  return (pattern) => selection.hosts(pattern);
}

/** A misspelt file, a misspelt command, or a path that is not there. */
function notFoundRemedy({ sources }: World, name: string, path: string): string {
  const near = nearNames(basename(path), sources.list(dirname(path)));
  if (near.length > 0) return `did you mean ${near.map((file) => join(dirname(name), file)).join(' or ')}?`;
  const commands = name.includes('/') || name.includes('.') ? [] : nearNames(name, Object.keys(SUBCOMMANDS));
  if (commands.length > 0) return `did you mean the command ${commands.join(' or ')}? toa-play help lists all`;
  return sources.kind(dirname(path)) === undefined ? `there is no folder ${dirname(path)}` : 'check the path';
}

/** The playbook's real path; our own playbooks are found by name (`playbooks/site.yml`) from anywhere. */
export function playbookPath(world: World, name: string): string {
  const path = resolve(world.cwd, name);
  const kind = world.sources.kind(path);
  if (kind === 'directory') {
    const books = world.sources.list(path).filter((file) => /\.ya?ml$/.test(file));
    throw new ToaError('E_PLAY_NOT_FOUND', `the playbook: ${name} is a folder`, {
      remedy: books.length > 0 ? `name a file in it: ${books.slice(0, 5).join(', ')}` : 'name a file',
    });
  }
  if (kind !== undefined) return path;
  const shipped = resolve(packageRoot(), name);
  if (name.startsWith('playbooks/') && world.sources.kind(shipped) !== undefined) return shipped;
  throw new ToaError('E_PLAY_NOT_FOUND', `the playbook: ${name} could not be found`, {
    remedy: notFoundRemedy(world, name, path),
  });
}
