import { posix } from 'node:path';
import type { Span } from '../../base/span.ts';
import type { Value } from '../../base/value.ts';
import type { Sources } from '../sources.ts';
import { decodeText } from '../yaml/index.ts';
import { parseIni, type IniEntry } from './ini.ts';
import type { Setting } from './setting.ts';
import { LOOKUP_ONLY, SETTINGS, WITHOUT_EFFECT } from './settings.ts';
import { convert, expandPath, type ConfigValue, type Found } from './values.ts';

export type { Setting, SettingType } from './setting.ts';
export { LOOKUP_ONLY, SETTINGS, WITHOUT_EFFECT } from './settings.ts';
export { parseIni, type IniEntry } from './ini.ts';

type Table = typeof SETTINGS;
type Typed<S extends Setting> = S['type'] extends 'boolean'
  ? boolean
  : S['type'] extends 'integer'
    ? number
    : S['type'] extends 'list' | 'pathlist'
      ? readonly string[]
      : string;

/** Every setting with its type; a setting without default may be undefined. */
export type Settings = {
  readonly [K in keyof Table]: Table[K]['default'] extends null ? Typed<Table[K]> | undefined : Typed<Table[K]>;
};

export interface Config {
  /** The ansible.cfg that was read. */
  readonly file?: string;
  readonly values: Settings;
  /** Where each value came from: `default`, `env: NAME`, or a place in the file. */
  readonly origins: { readonly [K in keyof Table]: Span | string };
  /** A setting by Ansible's name (`DEFAULT_FORKS`), for `lookup('config')`; undefined when there is none. */
  lookup(name: string): Value | undefined;
}

/** The ansible.cfg that counts: ANSIBLE_CONFIG, the working folder, the home folder, /etc/ansible. */
function findFile(sources: Sources, cwd: string, isPublic: boolean): string | undefined {
  const { environment } = sources;
  const given = environment['ANSIBLE_CONFIG'];
  const named = given === undefined ? undefined : expandPath(given, cwd, cwd, sources);
  const isFolder = named !== undefined && sources.kind(named) === 'directory';
  const here = posix.join(cwd, 'ansible.cfg');
  const asked = named !== undefined && isFolder ? posix.join(named, 'ansible.cfg') : named;
  const candidates = [
    ...(asked === undefined ? [] : [asked]),
    ...(isPublic ? [] : [here]),
    ...(environment['HOME'] === undefined ? [] : [posix.join(environment['HOME'], '.ansible.cfg')]),
    '/etc/ansible/ansible.cfg',
  ];
  const isFile = (path: string): boolean => !['directory', undefined].includes(sources.kind(path));
  const found = candidates.find(isFile);
  if (isPublic && isFile(here) && (asked === undefined || found !== asked)) {
    sources.warn(
      `Ansible is being run in a world writable directory (${cwd}), ignoring it as an ansible.cfg source. ` +
        'For more information see https://docs.ansible.com/ansible/devel/reference_appendices/config.html#cfg-in-world-writable-dir',
    );
  }
  return found;
}

function findValue(setting: Setting, entries: readonly IniEntry[], cwd: string, sources: Sources): Found | undefined {
  const variable = setting.env.findLast((name) => sources.environment[name] !== undefined);
  if (variable !== undefined) {
    return { text: sources.environment[variable] ?? '', origin: `env: ${variable}`, folder: cwd };
  }
  for (const [section, key] of setting.ini.toReversed()) {
    const entry = entries.findLast((one) => one.section === section && one.key === key);
    if (entry) return { text: entry.value, origin: entry.span, folder: posix.dirname(entry.span.file) };
  }
  return undefined;
}

function fallback(setting: Setting, cwd: string, sources: Sources): ConfigValue {
  const { default: value, type } = setting;
  if (value === null) return undefined;
  if (type === 'path') return expandPath(String(value), cwd, cwd, sources);
  if (type === 'pathlist') return (value as readonly string[]).map((path) => expandPath(path, cwd, cwd, sources));
  return value;
}

/** One warning for all settings of the file that we do not use. */
function warnUnused(entries: readonly IniEntry[], sources: Sources): void {
  const reasons = new Map<string, string>();
  const honoured = new Set<string>();
  for (const [name, { ini }] of Object.entries<Setting>(SETTINGS)) {
    const reason = LOOKUP_ONLY[name as keyof Table];
    for (const [section, key] of ini) {
      if (reason === undefined) honoured.add(`${section}.${key}`);
      else reasons.set(key, reason);
    }
  }
  const unused = entries.filter(({ section, key }) => !honoured.has(`${section}.${key}`));
  if (unused.length === 0) return;
  const named = unused.map(({ section, key }) => {
    const why = Object.hasOwn(WITHOUT_EFFECT, key) ? WITHOUT_EFFECT[key] : reasons.get(key);
    return `[${section}] ${key}${why === undefined ? '' : ` (${why})`}`;
  });
  sources.warn(`settings of ${unused[0].span.file} without effect in toa-play: ${[...new Set(named)].join(', ')}`);
}

/**
 * Reads the configuration as Ansible does: environment variables, then ansible.cfg, then defaults.
 * @param cwd the working folder, absolute
 * @param options.isPublic the working folder is world-writable: its ansible.cfg is ignored with a warning
 * @throws ToaError E_CONFIG_SYNTAX, E_CONFIG_VALUE
 */
export function loadConfig(sources: Sources, cwd: string, options: { isPublic?: boolean } = {}): Config {
  const file = findFile(sources, cwd, options.isPublic ?? false);
  const data = file === undefined ? undefined : sources.read(file);
  const entries = file === undefined || data === undefined ? [] : parseIni(decodeText(data, file), file);
  warnUnused(entries, sources);
  const values: Record<string, ConfigValue> = {};
  const origins: Record<string, Span | string> = {};
  for (const [name, setting] of Object.entries<Setting>(SETTINGS)) {
    const found = findValue(setting, entries, cwd, sources);
    values[name] = found ? convert(found, setting, cwd, sources) : fallback(setting, cwd, sources);
    origins[name] = found?.origin ?? 'default';
  }
  return {
    ...(file === undefined ? {} : { file }),
    values: values as unknown as Settings,
    origins: origins as Config['origins'],
    lookup: (name) => lookup(name, values),
  };
}

function lookup(name: string, values: Readonly<Record<string, ConfigValue>>): Value | undefined {
  const found = Object.entries<Setting>(SETTINGS).find(([, setting]) => setting.name === name);
  if (!found) return undefined;
  const value = values[found[0]];
  if (value === undefined) return null;
  return typeof value === 'object' ? [...value] : value;
}
