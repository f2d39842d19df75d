import { type ArgumentChange, argumentPatches } from './arguments.ts';
import { type BootEntry, type BootFile, change, type Configuration, releaseOf } from './entry.ts';
import { defaultsOf, environmentSetters, followsSaved, type Grub2Files, onceOf } from './grub2.ts';
import { readGrubenv } from './grubenv.ts';
import { parseGrubScript } from './grub-script.ts';
import { commandWords, linesOf, NotUnderstood, patched } from './text.ts';
import { compareRpm } from '../../../src/base/version.ts';

/** Boot Loader Specification: one file an entry, `key value` lines. GRUB 2 of EL 8 and Fedora, and systemd-boot. */

/** One key of an entry's file; `start` is where its value begins. */
interface Field {
  readonly key: string;
  readonly value: string;
  readonly start: number;
  readonly end: number;
}

/** @throws NotUnderstood at a line that is no `key value` */
export function blsFields({ path, text }: BootFile): Field[] {
  const fields: Field[] = [];
  for (const line of linesOf(text)) {
    if (/^\s*(#.*)?$/.test(line.text)) continue;
    const match = /^([ \t]*([A-Za-z][A-Za-z0-9_-]*))(?:([ \t]+)(\S.*))?$/.exec(line.text.trimEnd());
    if (!match) throw new NotUnderstood(path, line.number, 'is no key and value');
    const value = match[4] ?? '';
    const start = line.start + match[1].length + (match[3]?.length ?? 0);
    fields.push({ key: match[2], value, start, end: start + value.length });
  }
  return fields;
}

const values = (fields: readonly Field[], key: string): string[] =>
  fields.filter((field) => field.key === key).map(({ value }) => value);

const baseName = (path: string): string => (path.split('/').at(-1) ?? '').replace(/\.conf$/, '');

/** systemd-boot counts boots in the file's name: NAME+LEFT-DONE.conf. */
export function blsName(path: string): { id: string; tries?: { left: number; done: number } } {
  const name = baseName(path);
  const counted = /^(.+)\+(\d+)(?:-(\d+))?$/.exec(name);
  if (!counted) return { id: name };
  return { id: counted[1], tries: { left: Number(counted[2]), done: Number(counted[3] ?? 0) } };
}

/** @throws NotUnderstood */
export function blsEntry(file: BootFile): BootEntry {
  const fields = blsFields(file);
  const kernel = values(fields, 'linux')[0] ?? '';
  const title = values(fields, 'title')[0] ?? '';
  const args = values(fields, 'options').flatMap((line) => commandWords(line, 0, line.length).map(({ text }) => text));
  const { id, tries } = blsName(file.path);
  return {
    id,
    title,
    kernel,
    initrd: values(fields, 'initrd').flatMap((line) => line.split(/\s+/)),
    arguments: args,
    release: releaseOf(kernel) || (values(fields, 'version')[0] ?? ''),
    recovery: /rescue|recovery/i.test(`${id} ${title}`) || args.includes('single'),
    file: file.path,
    ...(tries && { tries }),
  };
}

/**
 * Words of the options lines changed. `$kernelopts` of EL 8 stays as it is, since it serves other entries too.
 * @throws NotUnderstood where a word would have to go that stands in a variable
 */
export function blsWithArguments(file: BootFile, wanted: ArgumentChange): string {
  const fields = blsFields(file).filter(({ key }) => key === 'options');
  const last = fields.at(-1);
  if (!last) {
    if (wanted.add.length === 0) return file.text;
    return `${file.text}${/[^\n]$/.test(file.text) ? '\n' : ''}options ${wanted.add.join(' ')}\n`;
  }
  const words = fields.flatMap(({ start, end }) =>
    commandWords(file.text, start, end).map((word) => ({ ...word, value: word.text })),
  );
  return patched(file.text, argumentPatches(file.text, words, last.end, wanted));
}

/** GRUB sorts entries by their files' names, newest version first. */
const newestFirst = (a: BootEntry, b: BootEntry): number => compareRpm(b.id, a.id);

/** @throws NotUnderstood */
export function readBls(files: Grub2Files, entryFiles: readonly BootFile[]): Configuration {
  const { cfg, env } = files;
  const commands = parseGrubScript(cfg.path, cfg.text);
  const entries = entryFiles.map((file) => blsEntry(file)).toSorted(newestFirst);
  const variables = env ? readGrubenv(env.path, env.text) : new Map<string, string>();
  const find = (name: string | undefined): BootEntry | undefined =>
    name === undefined || name === ''
      ? undefined
      : /^\d+$/.test(name)
        ? entries[Number(name)]
        : entries.find(({ id, title }) => id === name || title === name);
  const defaults = defaultsOf(commands);
  const isSaved = followsSaved(defaults);
  return {
    kind: 'bls',
    entries,
    // without a saved entry, the newest one
    default: find((isSaved && variables.get('saved_entry')) || '0'),
    next: find(variables.get('next_entry')),
    followsDefault: isSaved,
    ...environmentSetters(files, onceOf(commands)),
    setArguments(entry, wanted, changes) {
      const file = entryFiles.find(({ path }) => path === entry.file) as BootFile;
      change(changes, file, (text) => blsWithArguments({ ...file, text }, wanted));
    },
  };
}
