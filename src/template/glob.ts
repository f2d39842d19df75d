import { pythonRegex } from '../base/python-regex.ts';
import type { TemplatePorts } from './contract.ts';

type Files = Pick<TemplatePorts, 'stat' | 'listFolder'>;

/** A shell pattern (`*`, `?`, `[a-z]`, `[!a]`) as a regular expression for whole names; Python's fnmatch. */
export function globRegex(pattern: string): RegExp {
  let source = '';
  for (let i = 0; i < pattern.length; i++) {
    const c = pattern[i];
    const close = c === '[' ? pattern.indexOf(']', i + (pattern[i + 1] === '!' ? 3 : 2)) : -1;
    if (c === '*') source += '.*';
    else if (c === '?') source += '.';
    else if (close > 0) {
      source += `[${pattern
        .slice(i + 1, close)
        .replaceAll('\\', '\\\\')
        .replace(/^!/, '^')}]`;
      i = close;
    } else source += c.replace(/[()[\]{}?*+\-|^$\\.&~# \t\n\r\v\f]/, '\\$&');
  }
  return pythonRegex(`(?s)\\A(?:${source})\\Z`);
}

function hasGlob(text: string): boolean {
  return /[*?[]/.test(text);
}

/**
 * The paths that match a shell pattern, folder by folder, as Python's `glob.glob`: names that begin with a dot only
 * match a pattern that does; a pattern without wildcards gives itself when it exists. Sorted by name.
 */
export function globPaths(pattern: string, files: Files): string[] {
  const parts = pattern.split('/');
  let found = [parts[0] === '' ? '/' : ''];
  for (const [index, part] of parts.entries()) {
    if (part === '') continue;
    const isLast = index === parts.length - 1;
    found = found.flatMap((folder) => (hasGlob(part) ? listMatching(folder, part, files) : [folder + part]));
    if (!isLast) found = found.map((path) => `${path}/`);
  }
  return found.filter((path) => path !== '' && files.stat(path, false) !== undefined);
}

function listMatching(folder: string, pattern: string, files: Files): string[] {
  const regex = globRegex(pattern);
  const names = files.listFolder(folder === '' ? '.' : folder) ?? [];
  const hidden = pattern.startsWith('.');
  return names
    .filter((name) => regex.test(name) && (hidden || !name.startsWith('.')))
    .sort()
    .map((name) => folder + name);
}
