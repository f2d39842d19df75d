import { posix } from 'node:path';
import { formatError, nearNames, ToaError } from '../../base/errors.ts';
import { pythonRegex } from '../../base/python-regex.ts';
import { nowhere } from '../../base/span.ts';
import { SETTINGS } from '../config/settings.ts';
import { InventoryData, type CurrentSource } from './data.ts';
import { addHostList } from './host-list.ts';
import { iniFormat } from './ini.ts';
import type { Change, Format, InventoryContext } from './parsing.ts';
import { readScript } from './script.ts';
import { yamlFormat } from './yaml.ts';

const DEFAULT_SOURCE = '/etc/ansible/hosts';
const YAML_ENDINGS = new Set(['.yaml', '.yml', '.json']);
const IGNORED_NAMES = /^\.|^host_vars$|^group_vars$|^vars_plugins$/;

/** Whether text without a telling file name may be a YAML dict: its first line that says something decides. */
function looksLikeYaml(text: string): boolean {
  const first = text.split('\n', 1000).find((line) => !/^\s*(?:#.*)?$/.test(line)) ?? '';
  return /^\s*(?:---|[{%?"'&!]|<<)/.test(first) || /^[^[;]*:(?:\s|$)/.test(first);
}

function formatsFor(path: string, text: string): Format[] {
  const ending = posix.extname(path);
  const mayBeYaml = YAML_ENDINGS.has(ending) || (ending === '' && looksLikeYaml(text));
  return mayBeYaml ? [yamlFormat, iniFormat] : [iniFormat];
}

/** Changes of one source that could be read. */
interface Accepted {
  readonly current: CurrentSource;
  readonly changes: readonly Change[];
}

class Loader {
  data: InventoryData;
  private readonly accepted: Accepted[] = [];
  private readonly paths: string[] = [];
  private readonly told = new Set<string>();
  private readonly context: InventoryContext;

  constructor(context: InventoryContext) {
    this.context = context;
    this.data = this.empty();
  }

  private empty(): InventoryData {
    const warn = (message: string): void => {
      if (!this.told.has(message)) this.context.sources.warn(message);
      this.told.add(message);
    };
    return new InventoryData({ mergeHashes: this.context.mergeHashes, warn }, this.paths);
  }

  /** Makes the changes of a source, all or none. */
  private apply(source: Accepted): void {
    try {
      this.make(source);
      this.accepted.push(source);
    } catch (error) {
      this.data = this.empty();
      for (const earlier of this.accepted) this.make(earlier);
      throw error;
    }
  }

  private make({ current, changes }: Accepted): void {
    this.data.current = current;
    for (const change of changes) change(this.data);
    this.data.current = undefined;
  }

  /** Reads a source; whether anything in it could be read. */
  source(name: string): boolean {
    const path =
      name.includes(',') && !this.context.sources.kind(this.absolute(name)) ? undefined : this.absolute(name);
    if (path === undefined) {
      this.apply({ current: { file: name }, changes: [(data) => addHostList(name, data)] });
      return true;
    }
    this.paths.push(path);
    return this.path(path);
  }

  private absolute(name: string): string {
    return posix.resolve(this.context.cwd, name);
  }

  private path(path: string): boolean {
    const { sources } = this.context;
    if (sources.kind(path) !== 'directory') return this.file(path);
    let parsed = false;
    for (const name of sources.list(path)) {
      if (this.isIgnored(name)) continue;
      parsed = this.path(posix.join(path, name)) || parsed;
    }
    return parsed;
  }

  private isIgnored(name: string): boolean {
    const { ignoredEndings = SETTINGS.inventoryIgnoreExtensions.default, ignoredPatterns = [] } = this.context;
    if (IGNORED_NAMES.test(name) || ignoredEndings.some((ending) => name.endsWith(ending))) return true;
    return ignoredPatterns.some((pattern) => pythonRegex(pattern).test(name));
  }

  private file(path: string): boolean {
    const kind = this.context.sources.kind(path);
    if (kind === undefined && path === DEFAULT_SOURCE) return false;
    const failures: { plugin: string; error: ToaError }[] = [];
    const parsed = kind !== undefined && this.attempts(path, kind, failures);
    if (!parsed) this.unparsed(path, failures);
    return parsed;
  }

  private attempts(path: string, kind: string, failures: { plugin: string; error: ToaError }[]): boolean {
    const attempt = (plugin: string, read: () => Change[]): boolean => {
      try {
        this.apply({ current: { file: path, folder: posix.dirname(path) }, changes: read() });
        return true;
      } catch (error) {
        if (!(error instanceof ToaError)) throw error;
        failures.push({ plugin, error });
        return false;
      }
    };
    let text = '';
    const isRead = attempt('file', () => {
      text = this.text(path);
      return [];
    });
    if (!isRead) return false;
    if (kind === 'executable' || text.startsWith('#!')) {
      if (attempt('script', () => readScript(path, this.context))) return true;
      // A script is not read as another format; a hosts file that happens to be executable is.
      if (text.startsWith('#!')) return false;
    }
    return formatsFor(path, text).some((format) =>
      attempt(format.name, () => format.parse(path, text, this.data, this.context)),
    );
  }

  private text(path: string): string {
    const { sources, vault } = this.context;
    const data = sources.read(path);
    if (!data) throw new ToaError('E_FILE_READ', `cannot read ${path}`, { span: nowhere(path) });
    return new TextDecoder().decode(vault.isVault(data) ? vault.decrypt(data, path) : data);
  }

  private unparsed(path: string, failures: readonly { plugin: string; error: ToaError }[]): void {
    const { sources, anyUnparsedIsFailed } = this.context;
    for (const { plugin, error } of failures) {
      sources.warn(`\n* Failed to parse ${path} with ${plugin} plugin: ${formatError(error)}`);
    }
    if (!anyUnparsedIsFailed) {
      sources.warn(`Unable to parse ${path} as an inventory source`);
      return;
    }
    throw new ToaError('E_INVENTORY_PARSE', `Completely failed to parse inventory source ${path}`, {
      ...failures.at(-1)?.error.details,
      cause: failures.at(-1)?.error,
    });
  }
}

/** Why a source that the user named gave nothing. */
function unread(name: string, { sources, cwd }: InventoryContext): ToaError {
  const path = posix.resolve(cwd, name);
  const kind = sources.kind(path);
  if (kind === undefined) {
    const near = nearNames(posix.basename(path), sources.list(posix.dirname(path)));
    const hint = near.length > 0 ? `did you mean ${near.join(' or ')}? ` : '';
    return new ToaError('E_INVENTORY_PARSE', `there is no inventory ${path}`, {
      remedy: `${hint}a host that stands in no file has a comma behind it: -i ${name},`,
    });
  }
  const what = kind === 'directory' ? `in the folder ${path} is no inventory that can be read` : `cannot read ${path}`;
  return new ToaError('E_INVENTORY_PARSE', `${what} as an inventory: see the warnings above`, {
    remedy: 'write an INI or YAML file, or an executable script that prints JSON',
  });
}

/**
 * Reads inventory sources in order: files (INI, YAML, JSON), folders of them, executable scripts, lists of hosts
 * (`a,b,`). Later ones add to earlier ones and win over them. As with Ansible, a source that cannot be read is told by
 * a warning, and nothing of it is used.
 * See https://docs.ansible.com/ansible-core/2.14/inventory_guide/intro_inventory.html
 * @throws ToaError E_INVENTORY_PARSE for a source that was named on the command line (`isNamed`), or when the settings
 * `*unparsed_is_failed` ask for it
 */
export function loadInventory(names: readonly string[], context: InventoryContext): InventoryData {
  const loader = new Loader(context);
  let parsed = false;
  for (const name of names) {
    if (name === '') continue;
    const isRead = loader.source(name);
    if (!isRead && context.isNamed) throw unread(name, context);
    parsed = isRead || parsed;
  }
  if (!parsed && context.unparsedIsFailed) {
    throw new ToaError('E_INVENTORY_PARSE', 'No inventory was parsed, please check your configuration and options.');
  }
  if (!parsed) context.sources.warn('No inventory was parsed, only implicit localhost is available');
  loader.data.reconcile();
  return loader.data;
}
