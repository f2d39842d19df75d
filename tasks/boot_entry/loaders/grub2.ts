import { type ArgumentChange, argumentPatches } from './arguments.ts';
import { type BootEntry, type BootFile, change, type Changes, type Configuration, releaseOf } from './entry.ts';
import { readGrubenv, setGrubenv } from './grubenv.ts';
import { type Command, parseGrubScript } from './grub-script.ts';
import { NotUnderstood, patched } from './text.ts';

/** GRUB 2 as grub-mkconfig writes it: entries and submenus in grub.cfg, default and next boot in grubenv. */

export interface Grub2Files {
  readonly cfg: BootFile;
  /** undefined: there is none. */
  readonly env: BootFile | undefined;
  /** /etc/default/grub */
  readonly settings: BootFile | undefined;
}

interface Node {
  readonly title: string;
  readonly id: string;
  readonly isSure: boolean;
  readonly entry?: BootEntry;
  readonly children?: readonly Node[];
}

const OPTIONS_WITH_VALUE = /^--(class|users|hotkey|id|source)$/;

/** Title and id of a menuentry's or submenu's line. */
function naming({ words }: Command): { title: string; id: string } {
  let id = '';
  for (const [at, { value }] of words.entries()) {
    if (value === '--id' || value === '$menuentry_id_option' || value === '${menuentry_id_option}')
      id = words[at + 1]?.value ?? '';
    else if (value.startsWith('--id=')) id = value.slice(5);
  }
  const title = words.find(
    (word, at) => at > 0 && !word.value.startsWith('--') && !OPTIONS_WITH_VALUE.test(words[at - 1].value),
  );
  return { title: title?.value ?? '', id };
}

const LINUX = /^linux(16|efi)?$/;

/** GRUB's own way to write a `>` that separates nothing. */
const pathPart = (text: string): string => text.replaceAll('>', '>>');

function entryOf(command: Command, path: string, file: string): BootEntry {
  const { title } = naming(command);
  const body = command.block ?? [];
  const linux = body.find(({ words }) => LINUX.test(words[0].value));
  const kernel = linux?.words[1]?.value ?? '';
  const args = (linux?.words ?? []).slice(2).map(({ value }) => value);
  const initrd = body.find(({ words }) => /^initrd(16|efi)?$/.test(words[0].value));
  return {
    id: path,
    title,
    kernel,
    initrd: (initrd?.words ?? []).slice(1).map(({ value }) => value),
    arguments: args,
    release: releaseOf(kernel),
    recovery: /-recovery-|\(recovery mode\)/.test(`${path} ${title}`) || args.includes('single'),
    file,
  };
}

function nodesOf(commands: readonly Command[], above: string, file: string, isSure = true): Node[] {
  return commands
    .filter(({ words, block }) => block && /^(menuentry|submenu)$/.test(words[0].value))
    .map((command): Node => {
      const { title, id } = naming(command);
      const path = (above === '' ? '' : `${above}>`) + pathPart(id || title);
      const node = { title, id, isSure: isSure && command.depth === 0 };
      return command.words[0].value === 'submenu'
        ? { ...node, children: nodesOf(command.block ?? [], path, file) }
        : { ...node, entry: entryOf(command, path, file) };
    });
}

const flatten = (nodes: readonly Node[]): BootEntry[] =>
  nodes.flatMap(({ entry, children }) => (entry ? [entry] : flatten(children ?? [])));

/**
 * The entry that GRUB takes for the text of a default: numbers, titles or ids, separated by `>`. undefined where there is
 * none, and where a condition decides which one has a number.
 */
export function chosen(nodes: readonly Node[], text: string): BootEntry | undefined {
  const parts = text.split(/(?<!>)>(?!>)/).map((part) => part.replaceAll('>>', '>'));
  let level: readonly Node[] = nodes;
  for (const [at, part] of parts.entries()) {
    const isNumber = /^[0-9]+$/.test(part);
    const node = isNumber
      ? level.slice(0, Number(part) + 1).every(({ isSure }) => isSure)
        ? level[Number(part)]
        : undefined
      : level.find(({ title, id }) => (id !== '' && id === part) || title === part);
    if (!node) return undefined;
    if (at === parts.length - 1) return node.entry ?? first(node.children ?? []);
    level = node.children ?? [];
  }
  return undefined;
}

const first = (nodes: readonly Node[]): BootEntry | undefined => {
  const node = nodes.at(0);
  return node?.entry ?? (node?.children && first(node.children));
};

/** Commands, those in functions and entries left out. */
const outside = (commands: readonly Command[]): Command[] => commands.filter(({ block }) => block === undefined);

/** The values that `set default=` gives, as they are written. */
export function defaultsOf(commands: readonly Command[]): string[] {
  return outside(commands)
    .filter(({ words }) => words[0].value === 'set' && words[1]?.value.startsWith('default='))
    .map(({ words }) => words[1].value.slice('default='.length));
}

/** Which files of grubenv's variables the script reads and clears. */
export function onceOf(commands: readonly Command[]): boolean {
  const values = defaultsOf(commands);
  const clears = outside(commands).some(
    ({ words }) => words[0].value === 'save_env' && words.some(({ value }) => value === 'next_entry'),
  );
  return clears && values.some((value) => /^\$\{?next_entry\}?$/.test(value));
}

const SAVED = /^\$\{?saved_entry\}?$/;
export const followsSaved = (values: readonly string[]): boolean => values.some((value) => SAVED.test(value));

/** The default that stands in the script itself. */
const written = (values: readonly string[]): string | undefined => values.findLast((value) => !value.includes('$'));

/** `GRUB_DEFAULT=saved` in /etc/default/grub; the other lines stay. @throws NotUnderstood */
export function withSavedDefault(file: BootFile): string {
  const pattern = /^([ \t]*)(?:export[ \t]+)?GRUB_DEFAULT=([^\n]*)$/gm;
  const found = [...file.text.matchAll(pattern)];
  for (const match of found) {
    if (match[2].endsWith('\\') || (match[2].match(/['"]/g)?.length ?? 0) % 2 === 1) {
      const line = file.text.slice(0, match.index).split('\n').length;
      throw new NotUnderstood(file.path, line, 'has a GRUB_DEFAULT of several lines');
    }
  }
  if (found.length === 0) return `${file.text}${/[^\n]$/.test(file.text) ? '\n' : ''}GRUB_DEFAULT=saved\n`;
  return patched(
    file.text,
    found.map((match) => ({
      start: match.index,
      end: match.index + match[0].length,
      text: `${match[1]}GRUB_DEFAULT=saved`,
    })),
  );
}

/** What grub.cfg and BLS have in common: default and next boot are variables of grubenv. */
export function environmentSetters(
  { env, settings, cfg }: Grub2Files,
  isOnce: boolean,
): Pick<Configuration, 'setDefault' | 'setNext' | 'follow' | 'noOnce'> {
  const set = (changes: Changes, values: Record<string, string | undefined>): void => {
    if (!env) throw new NotUnderstood(cfg.path, 1, 'has no grubenv beside it');
    change(changes, env, (text) => setGrubenv(env.path, text, values));
  };
  return {
    ...(isOnce ? {} : { noOnce: `${cfg.path} does not read next_entry` }),
    setDefault: (entry, changes) => set(changes, { saved_entry: entry.id }),
    setNext: (entry, changes) => set(changes, { next_entry: entry?.id }),
    follow(changes) {
      if (!settings) throw new NotUnderstood(cfg.path, 1, 'has a fixed default, and there is no /etc/default/grub');
      change(changes, settings, (text) => withSavedDefault({ ...settings, text }));
      changes.run.push('mkconfig');
    },
  };
}

/** @throws NotUnderstood */
export function readGrub2(files: Grub2Files): Configuration {
  const { cfg, env } = files;
  const commands = parseGrubScript(cfg.path, cfg.text);
  const nodes = nodesOf(commands, '', cfg.path);
  const variables = env ? readGrubenv(env.path, env.text) : new Map<string, string>();
  const defaults = defaultsOf(commands);
  const isSaved = followsSaved(defaults);
  const saved = isSaved ? variables.get('saved_entry') : undefined;
  const next = variables.get('next_entry');
  return {
    kind: 'grub2',
    entries: flatten(nodes),
    default: chosen(nodes, saved || (written(defaults) ?? '0')),
    next: next ? chosen(nodes, next) : undefined,
    followsDefault: isSaved,
    ...environmentSetters(files, onceOf(commands)),
    setArguments(entry, wanted, changes) {
      change(changes, cfg, (text) => withArguments({ ...cfg, text }, entry, wanted));
    },
  };
}

function withArguments(cfg: BootFile, entry: BootEntry, wanted: ArgumentChange): string {
  const find = (commands: readonly Command[], above: string): Command | undefined => {
    for (const command of commands.filter(({ block }) => block)) {
      const { title, id } = naming(command);
      const path = (above === '' ? '' : `${above}>`) + pathPart(id || title);
      if (command.words[0].value === 'menuentry' && path === entry.id) return command;
      const deeper = command.words[0].value === 'submenu' ? find(command.block ?? [], path) : undefined;
      if (deeper) return deeper;
    }
    return undefined;
  };
  const linux = find(parseGrubScript(cfg.path, cfg.text), '')?.block?.find(({ words }) => LINUX.test(words[0].value));
  if (!linux || linux.words.length < 2) throw new NotUnderstood(cfg.path, 1, `has no kernel in the entry ${entry.id}`);
  return patched(cfg.text, argumentPatches(cfg.text, linux.words.slice(2), linux.words.at(-1)?.end ?? 0, wanted));
}
