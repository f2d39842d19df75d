import { z } from 'zod';
import * as args from '../shared/args.ts';
import { LOADERS } from './loaders/entry.ts';

/** What a task of boot_entry may say. */
export const schema = () =>
  z.strictObject({
    /**
     * present, absent: the entry; listed: what there is; checked: whether a kernel can be booted once here; pinned: the
     * running kernel is the default; restored: as it was before this verb changed anything; forgotten: what it kept for
     * that goes, and the boot loader stays as it is.
     */
    state: args
      .choice(['present', 'absent', 'listed', 'checked', 'pinned', 'restored', 'forgotten'])
      .default('present'),
    loader: args.choice(['auto', ...LOADERS]).default('auto'),
    /** The entry: of this kernel, with this title, or with this id (what `listed` shows). */
    release: args.str().default(''),
    title: args.str().default(''),
    id: args.str().default(''),
    /** It boots from now on; a trial of it has passed. */
    default: args.bool().default(false),
    /** It boots next, and only then: after that the default. */
    once: args.bool().default(false),
    /** With `once`: seconds that it waits after a panic before it boots again. */
    panic: args.int().pipe(z.number().min(1).max(86_400)).default(30),
    /** With `once`: seconds after which the host boots its default again, unless `default: true` came. 0: it stays. */
    guard: args.int().pipe(z.number().min(0).max(86_400)).default(900),
    /** Words of the kernel's command line that it has, and lacks (`quiet`, `nohz`, `nohz=off`). */
    arguments: args.list(args.str()).default([]),
    remove_arguments: args.list(args.str()).default([]),
    /** Legacy GRUB: an entry of `title` with these lines. */
    root: args.str().default(''),
    kernel: args.str().default(''),
    initrd: args.str().default(''),
  });

/** The arguments, with their defaults. */
export type Given = z.output<ReturnType<typeof schema>>;
