// The imports between the project's sources, read from their text: what the test of layers and `npm run structure` share.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

/** Every TypeScript source below `folder`, tests left out. */
export function* sources(folder) {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) yield* sources(path);
    else if (path.endsWith('.ts') && !path.endsWith('.test.ts')) yield path;
  }
}

/** The project's own files that `file` imports, as paths from the project's root; type imports count. */
export function importsOf(file) {
  const text = readFileSync(file, 'utf8');
  const specifiers = [...text.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)].map((match) => match[1]);
  return specifiers.map((specifier) => relative('.', resolve(dirname(file), specifier)));
}

/** The room a file belongs to: a folder of src, tasks/shared, or tasks (all verbs together). */
export function roomOf(file) {
  const [top, next] = file.split('/');
  if (top === 'tasks') return next === 'shared' ? 'tasks/shared' : 'tasks';
  return `${top}/${next}`;
}
