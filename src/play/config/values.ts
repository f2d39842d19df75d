import { posix } from 'node:path';
import { ToaError } from '../../base/errors.ts';
import { nowhere, type Span } from '../../base/span.ts';
import { booleanOf } from '../../base/value.ts';
import type { Sources } from '../sources.ts';
import type { Setting } from './setting.ts';

/** A value as found, with where it stands. */
export interface Found {
  readonly text: string;
  /** `env: ANSIBLE_FORKS`, or a place in ansible.cfg. */
  readonly origin: Span | string;
  /** For relative paths. */
  readonly folder: string;
}

export type ConfigValue = boolean | number | string | readonly string[] | undefined;

function unquote(text: string): string {
  const match = /^(["'])(.*)\1$/s.exec(text);
  return match ? match[2] : text;
}

/** Expands `~`, `$NAME` and `{{CWD}}`, and makes a path absolute. */
export function expandPath(path: string, folder: string, cwd: string, sources: Sources): string {
  const { environment } = sources;
  const expanded = path
    .replaceAll('{{CWD}}', cwd)
    .replace(/^~(?=\/|$)/, environment['HOME'] ?? '~')
    .replace(/\$(?:\{(\w+)\}|(\w+))/g, (whole, a?: string, b?: string) => environment[a ?? b ?? ''] ?? whole);
  return posix.normalize(posix.isAbsolute(expanded) ? expanded : posix.join(folder, expanded));
}

function integer(found: Found, setting: Setting): number {
  if (/^\s*[-+]?\d+\s*$/.test(found.text)) return Number(found.text);
  const { origin } = found;
  throw new ToaError(
    'E_CONFIG_VALUE',
    `Invalid type for configuration option ${setting.name}: '${found.text}' is no integer`,
    {
      span: typeof origin === 'string' ? nowhere(origin) : origin,
      remedy: 'write a whole number',
    },
  );
}

/** Inventory sources part at commas; a trailing comma makes a list of hosts. */
function inventories(text: string, expand: (path: string) => string): string[] {
  if (text.endsWith(',')) return [text];
  return text.split(',').map((part) => expand(part.trim()));
}

function pathList({ text }: Found, setting: Setting, expand: (path: string) => string): string[] {
  if (setting.name === 'DEFAULT_HOST_LIST') return inventories(text, expand);
  return text
    .split(':')
    .filter((part) => part !== '')
    .map((part) => expand(part.trim()));
}

/**
 * Converts the text of a setting to its type.
 * @throws ToaError E_CONFIG_VALUE
 */
export function convert(found: Found, setting: Setting, cwd: string, sources: Sources): ConfigValue {
  const text = unquote(found.text.trim());
  const plain = { ...found, text };
  const expand = (path: string): string => expandPath(path, found.folder, cwd, sources);
  switch (setting.type) {
    case 'boolean':
      return booleanOf(text) === true;
    case 'integer':
      return integer(plain, setting);
    case 'list':
      return text === '' ? [] : text.split(',').map((part) => unquote(part.trim()));
    case 'path':
      return expand(text);
    case 'pathlist':
      return pathList(plain, setting, expand);
    default:
      return text;
  }
}
