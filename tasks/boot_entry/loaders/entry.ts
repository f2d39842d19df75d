import type { ArgumentChange } from './arguments.ts';
import type { Patch } from './text.ts';

export const LOADERS = ['grub2', 'bls', 'grub_legacy', 'systemd_boot', 'extlinux'] as const;
/** grub2: grub.cfg; bls: GRUB 2 with entries in files (EL 8, Fedora); grub_legacy: grub.conf, menu.lst. */
export type LoaderKind = (typeof LOADERS)[number];

/** One thing that a machine can boot. */
export interface BootEntry {
  /** What the loader's default is set to: a path of ids, a file's name, a number. */
  readonly id: string;
  readonly title: string;
  /** Path of the kernel as the loader says it; empty where it boots something else. */
  readonly kernel: string;
  readonly initrd: readonly string[];
  readonly arguments: readonly string[];
  /** `uname -r` of its kernel, as its file's name says it. */
  readonly release: string;
  readonly recovery: boolean;
  /** Where it stands. */
  readonly file: string;
  /** systemd-boot: tries left, and done, where its file's name counts them. */
  readonly tries?: { readonly left: number; readonly done: number };
}

/** A file of the host, as it was read. */
export interface BootFile {
  readonly path: string;
  readonly text: string;
}

/** What to write and then to run; in this order. */
export interface Changes {
  readonly files: Map<string, string>;
  /** Names of commands of boot_entry.sh. */
  readonly run: string[];
}

export const noChanges = (): Changes => ({ files: new Map(), run: [] });

/** The configuration of a boot loader. Readers throw NotUnderstood; what they give was understood as a whole. */
export interface Configuration {
  readonly kind: LoaderKind;
  readonly entries: readonly BootEntry[];
  /** What boots when nobody does anything; undefined where it cannot be told. */
  readonly default: BootEntry | undefined;
  /** What boots next, and only then. */
  readonly next: BootEntry | undefined;
  /** Whether the default is read from where `setDefault` writes it. */
  readonly followsDefault: boolean;
  /** Why it cannot boot an entry just once, or nothing. */
  readonly noOnce?: string;
  setDefault(entry: BootEntry, changes: Changes): void;
  /** undefined: nothing is to boot once. */
  setNext(entry: BootEntry | undefined, changes: Changes): void;
  setArguments(entry: BootEntry, change: ArgumentChange, changes: Changes): void;
  /** Makes `followsDefault` true. */
  follow?(changes: Changes): void;
}

/** The release in the name of a kernel's file: /boot/vmlinuz-6.1.0-13-amd64, /MACHINE/6.1.0/linux. */
export function releaseOf(kernel: string): string {
  const file = kernel.split('/').at(-1) ?? '';
  const named = /^(?:vmlinu[xz]|kernel|bzImage|Image|linux)-(.+?)(?:\.(?:gz|efi))?$/.exec(file);
  if (named) return named[1];
  return /^(linux|vmlinuz|kernel)$/.test(file) ? (kernel.split('/').at(-2) ?? '') : '';
}

/** Puts changes of one file onto those that were decided before. */
export function change(changes: Changes, file: BootFile, edit: (text: string) => string): void {
  const before = changes.files.get(file.path) ?? file.text;
  const after = edit(before);
  if (after !== file.text) changes.files.set(file.path, after);
  else changes.files.delete(file.path);
}

export type { Patch };
