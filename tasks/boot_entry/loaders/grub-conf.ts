import { type ArgumentChange, argumentPatches } from './arguments.ts';
import { type BootEntry, type BootFile, change, type Changes, type Configuration, releaseOf } from './entry.ts';
import { commandWords, type Line, linesOf, lineOf, NotUnderstood, patched } from './text.ts';

/** Legacy GRUB: grub.conf or menu.lst, entries begin with `title`, numbers from 0. */

/** What GRUB 0.97 of the distributions knows in its configuration. */
const KNOWN = new Set(
  `default fallback timeout hiddenmenu splashimage gfxmenu password serial terminal color foreground background title root
  rootnoverify kernel initrd module modulenounzip chainloader map makeactive savedefault lock boot uuid quiet device
  configfile pause setkey hide unhide`.split(/\s+/),
);

interface Directive {
  readonly key: string;
  readonly value: string;
  /** Where the value stands. */
  readonly start: number;
  readonly end: number;
  readonly line: Line;
}

/** One `title` with its lines. */
interface Section {
  readonly title: Directive;
  readonly lines: readonly Directive[];
}

interface Parsed {
  readonly globals: readonly Directive[];
  readonly sections: readonly Section[];
}

/** @throws NotUnderstood at a command that GRUB 0.97 does not have */
export function parseGrubConf({ path, text }: BootFile): Parsed {
  const globals: Directive[] = [];
  const sections: { title: Directive; lines: Directive[] }[] = [];
  for (const line of linesOf(text)) {
    if (/^\s*(#.*)?$/.test(line.text)) continue;
    const match = /^([ \t]*([a-z]+))((?:[ \t]*=[ \t]*|[ \t]+)(\S.*)?)?$/.exec(line.text.trimEnd());
    if (!match || !KNOWN.has(match[2])) throw new NotUnderstood(path, line.number, `has "${line.text.trim()}"`);
    const value = match[4] ?? '';
    const start = line.start + match[1].length + (match[3]?.length ?? 0) - value.length;
    const directive = { key: match[2], value, start, end: start + value.length, line };
    if (directive.key === 'title') sections.push({ title: directive, lines: [] });
    else (sections.at(-1)?.lines ?? globals).push(directive);
  }
  return { globals, sections };
}

/** A file's name without the `(hd0,0)` that may stand before it. */
const plainPath = (path: string): string => path.replace(/^\([^)]*\)/, '');

function entryOf({ title, lines }: Section, number: number, file: string): BootEntry {
  const kernel = lines.find(({ key }) => key === 'kernel');
  const words = kernel ? commandWords(kernel.value, 0, kernel.value.length).map(({ text }) => text) : [];
  const at = words.findIndex((word) => !word.startsWith('--'));
  const path = plainPath(words[at] ?? '');
  const args = at < 0 ? [] : words.slice(at + 1);
  return {
    id: String(number),
    title: title.value,
    kernel: path,
    initrd: lines.filter(({ key }) => key === 'initrd').map(({ value }) => plainPath(value)),
    arguments: args,
    release: releaseOf(path),
    recovery: args.includes('single') || /rescue|recovery/i.test(title.value),
    file,
  };
}

/** What grub-set-default writes: GRUB writes into these bytes, so there have to be some. */
export const defaultFile = (number: string): string =>
  `${number}\n${'#\n'.repeat(10)}# GRUB writes the number above in place: no line of this file may be removed.\n`;

/** The number with which an entry of the configuration becomes the default, in place of the one that stands there. */
function withGlobal(file: BootFile, key: string, value: string): string {
  const { globals, sections } = parseGrubConf(file);
  const present = globals.filter((directive) => directive.key === key);
  if (present.length > 0)
    return patched(
      file.text,
      present.map(({ start, end }) => ({ start, end, text: value })),
    );
  const at = globals.at(0)?.line.start ?? sections.at(0)?.title.line.start ?? file.text.length;
  return patched(file.text, [{ start: at, end: at, text: `${key}=${value}\n` }]);
}

/** A line `key value` behind the others of an entry, or none. */
function withLine(file: BootFile, entry: BootEntry, key: string, value: string | undefined): string {
  const section = parseGrubConf(file).sections[Number(entry.id)];
  const present = section.lines.filter((line) => line.key === key);
  if (value !== undefined && present.length > 0)
    return patched(
      file.text,
      present.map(({ start, end }) => ({ start, end, text: value })),
    );
  if (value === undefined)
    return patched(
      file.text,
      present.map(({ line }) => ({ start: line.start, end: line.end + eolLength(file.text, line.end), text: '' })),
    );
  const { line } = section.lines.at(-1) ?? section.title;
  const indent = /^\s*/.exec(section.lines.at(-1)?.line.text ?? '\t')?.[0] ?? '\t';
  return patched(file.text, [{ start: line.end, end: line.end, text: `\n${indent}${key} ${value}` }]);
}

const eolLength = (text: string, at: number): number => /^\r?\n?/.exec(text.slice(at))?.[0].length ?? 0;

export interface NewEntry {
  readonly title: string;
  readonly root: string;
  readonly kernel: string;
  readonly initrd: string;
  readonly arguments: readonly string[];
}

/**
 * The configuration with an entry of that title: its lines made so where it is there, else put first, as grubby does; the
 * numbers of default and fallback then grow by one, so that what was the default stays it. @throws NotUnderstood
 */
export function withEntry(file: BootFile, wanted: NewEntry): string {
  const { globals, sections } = parseGrubConf(file);
  const kernel = [wanted.kernel, ...wanted.arguments].filter((word) => word !== '').join(' ');
  const at = sections.findIndex(({ title }) => title.value === wanted.title);
  const lines = { root: wanted.root, kernel, initrd: wanted.initrd };
  if (at >= 0) {
    let { text } = file;
    const entry = entryOf(sections[at], at, file.path);
    for (const [key, value] of Object.entries(lines))
      if (value !== '') text = withLine({ ...file, text }, entry, key, value);
    return text;
  }
  const body = Object.entries(lines)
    .filter(([, value]) => value !== '')
    .map(([key, value]) => `\t${key} ${value}\n`);
  const start = sections.at(0)?.title.line.start ?? file.text.length;
  const before = start > 0 && file.text[start - 1] !== '\n' ? '\n' : '';
  const raised = globals
    .filter(({ key }) => key === 'default' || key === 'fallback')
    .map((line) => ({ ...line, text: line.value.replace(/\d+/g, (number) => String(Number(number) + 1)) }));
  return patched(file.text, [
    ...(sections.length > 0 ? raised : []),
    { start, end: start, text: `${before}title ${wanted.title}\n${body.join('')}` },
  ]);
}

/** The configuration without the entry; the numbers behind it sink. @throws NotUnderstood where it is the default */
export function withoutEntry(file: BootFile, entry: BootEntry): string {
  const { globals, sections } = parseGrubConf(file);
  const number = Number(entry.id);
  const { start } = sections[number].title.line;
  const end = sections[number + 1]?.title.line.start ?? file.text.length;
  const sunk = globals
    .filter(({ key, value }) => (key === 'default' || key === 'fallback') && /^\d/.test(value))
    .map((line) => {
      if (line.key === 'default' && Number(line.value) === number)
        throw new NotUnderstood(file.path, lineOf(file.text, line.start), 'has this entry as its default');
      const text = line.value.replace(/\d+/g, (one) => String(Number(one) > number ? Number(one) - 1 : Number(one)));
      return { ...line, text };
    });
  return patched(file.text, [...sunk, { start, end, text: '' }]);
}

function withArguments(file: BootFile, entry: BootEntry, wanted: ArgumentChange): string {
  const kernel = parseGrubConf(file).sections[Number(entry.id)].lines.find(({ key }) => key === 'kernel');
  if (!kernel) throw new NotUnderstood(file.path, 1, `has no kernel in the entry ${entry.title}`);
  const words = commandWords(file.text, kernel.start, kernel.end).map((word) => ({ ...word, value: word.text }));
  const path = words.findIndex(({ text }) => !text.startsWith('--'));
  return patched(file.text, argumentPatches(file.text, words.slice(path + 1), kernel.end, wanted));
}

/** `default saved` reads the number in the file `default` beside the configuration. */
export function readGrubConf(file: BootFile, saved: BootFile | undefined): Configuration {
  const { globals, sections } = parseGrubConf(file);
  const entries = sections.map((section, at) => entryOf(section, at, file.path));
  const value = globals.findLast(({ key }) => key === 'default')?.value ?? '0';
  const now = value === 'saved' ? (/^\d+/.exec(saved?.text ?? '')?.[0] ?? '0') : value;
  // while a trial waits: saved is the new one, fallback the one that stays
  const fallback = globals.findLast(({ key }) => key === 'fallback')?.value.split(/\s+/)[0];
  const isTrial = value === 'saved' && fallback !== undefined && isTried(sections[Number(now)]);
  return {
    kind: 'grub_legacy',
    entries,
    default: entries[Number(isTrial ? fallback : now)],
    next: isTrial ? entries[Number(now)] : undefined,
    followsDefault: true,
    setDefault(entry, changes) {
      if (value === 'saved' && saved && !isTrial) change(changes, saved, () => defaultFile(entry.id));
      else change(changes, file, (text) => withGlobal({ ...file, text }, 'default', entry.id));
    },
    setNext: (entry, changes) =>
      setNext({ file, saved, entries, trial: isTrial ? entries[Number(now)] : undefined }, entry, changes),
    setArguments: (entry, wanted, changes) =>
      change(changes, file, (text) => withArguments({ ...file, text }, entry, wanted)),
  };
}

const isTried = (section: Section | undefined): boolean =>
  section?.lines.some(({ key, value }) => key === 'savedefault' && value === 'fallback') ?? false;

interface Trial {
  readonly file: BootFile;
  readonly saved: BootFile | undefined;
  readonly entries: readonly BootEntry[];
  readonly trial: BootEntry | undefined;
}

/**
 * Legacy GRUB has no boot-once of its own. The scheme of its manual: the entry saves its fallback as the default before its
 * kernel starts, so that each boot after it takes the old kernel until somebody sets the default.
 */
function setNext({ file, saved, trial }: Trial, entry: BootEntry | undefined, changes: Changes): void {
  const edit = (make: (text: string) => string): void => change(changes, file, make);
  if (trial && trial.id !== entry?.id) edit((text) => withLine({ ...file, text }, trial, 'savedefault', undefined));
  if (!entry) return;
  const current = readGrubConf({ ...file, text: changes.files.get(file.path) ?? file.text }, saved).default;
  if (!current) throw new NotUnderstood(file.path, 1, 'has no default entry to fall back to');
  change(changes, saved ?? { path: file.path.replace(/[^/]*$/, 'default'), text: '' }, () => defaultFile(entry.id));
  edit((text) => withGlobal({ ...file, text }, 'default', 'saved'));
  edit((text) => withGlobal({ ...file, text }, 'fallback', current.id));
  edit((text) => withLine({ ...file, text }, entry, 'savedefault', 'fallback'));
}
