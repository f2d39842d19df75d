/** Types of settings, as ansible-core's base.yml names them; relative paths are relative to their file. */
export type SettingType = 'boolean' | 'integer' | 'string' | 'list' | 'path' | 'pathlist';

export interface Setting {
  /** Ansible's name, for `lookup('config')`. */
  readonly name: string;
  readonly type: SettingType;
  /** Section and key in ansible.cfg; later ones win. */
  readonly ini: readonly (readonly [section: string, key: string])[];
  /** Environment variables; later ones win. */
  readonly env: readonly string[];
  readonly default: boolean | number | string | readonly string[] | null;
}

export type Ini = readonly (readonly [string, string])[];

/** One setting; `ini` alone is a key of [defaults], `env` a list of names. */
export function setting<const T extends SettingType, const D extends Setting['default']>(
  name: string,
  type: T,
  ini: Ini | string,
  env: string,
  fallback: D,
): { name: string; type: T; ini: Ini; env: readonly string[]; default: D } {
  const places: Ini = typeof ini === 'string' ? [['defaults', ini]] : ini;
  return { name, type, ini: places, env: env === '' ? [] : env.split(' '), default: fallback };
}
