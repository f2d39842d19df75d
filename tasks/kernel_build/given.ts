import { z } from 'zod';
import { failure, type ModuleResult } from '../../src/base/result.ts';
import * as args from '../shared/args.ts';
import { isWholePath, MAKE_WORD } from '../shared/kernel.ts';

/** A name inside the tree that leads out of it nowhere. */
export const isInside = (path: string): boolean =>
  /^[\w.+@,~:-][\w./+@,~:-]*$/.test(path) && !path.split('/').some((part) => part === '..' || part === '');

const inside = () => args.str().refine(isInside, 'a path inside the tree');
const symbol = z.string().regex(/^(CONFIG_)?[A-Za-z0-9_]+$/, 'the name of an option, such as CONFIG_TOA');

/** What a task of kernel_build may say. */
export const schema = () =>
  z.strictObject({
    /** The tree on the host, as kernel_source brought it. */
    tree: args.path(),
    /** Patches in their order, files of the controller; `strip`: leading folders of their names that go. */
    patches: z
      .array(
        z.union([
          z.string().transform((src) => ({ src, strip: 1 })),
          z.strictObject({ src: args.str(), strip: args.int().default(1) }),
        ]),
      )
      .default([]),
    /** Values of `#define NAME` in files of the tree; another value than `value` and those of `expect` stops it. */
    defines: z
      .array(
        z.strictObject({
          file: inside(),
          name: z.string().regex(/^\w+$/),
          value: args.str().refine((text) => /^[\w"'.()+*/<>| -]+$/.test(text), 'a plain value'),
          expect: args.list(args.str()).default([]),
        }),
      )
      .default([]),
    /** What must stand in files of the tree before anything is compiled; `says` explains what it means where it does not. */
    anchors: z.array(z.strictObject({ file: inside(), text: args.str(), says: args.str() })).default([]),
    /** Where .config begins: running, tree (the one that came with it), a path on the host, or a target (defconfig). */
    config_from: args
      .str()
      .refine((text) => /^(\/[\w./*?+-]+|\w+)$/.test(text), 'running, tree, an absolute path, or a target of make')
      .default('tree'),
    /** Options and their values: y, m, n, a number, a text. */
    config: z.record(symbol, args.str()).default({}),
    /** Fragments of a configuration on the controller, before `config`. */
    fragments: args.list(args.str()).default([]),
    /** Answers to the questions of `make oldconfig`, of kernels before 3.7; after them its defaults are taken. */
    config_answers: args.list(args.str()).default([]),
    /** `auto`: olddefconfig from 3.7 on, else oldconfig. */
    config_target: args.choice(['auto', 'olddefconfig', 'oldconfig']).default('auto'),
    /** EXTRAVERSION of the Makefile, and CONFIG_LOCALVERSION. */
    extraversion: args
      .str()
      .refine((text) => /^[\w.+~-]{0,40}$/.test(text), 'letters, digits, dots and dashes')
      .optional(),
    localversion: args
      .str()
      .refine((text) => /^[\w.+~-]{0,40}$/.test(text), 'letters, digits, dots and dashes')
      .optional(),
    /** Targets that are compiled first: what is likely to fail fails in a minute. */
    first: args.list(inside()).default([]),
    /** Targets of make, one after the other. */
    targets: args.list(args.str()).default(['all']),
    /** Compilers at a time; 0: one for each core, as memory allows. */
    jobs: args.int().pipe(z.number().min(0).max(1024)).default(0),
    /** Words for make: `CC=gcc-9 -fno-pie`. */
    options: z.array(args.str()).default([]),
    /** MiB that the build will take; default: by the configuration. */
    needs: args.int().pipe(z.number().min(0)).optional(),
  });

/** The arguments, with their defaults. */
export type Given = z.output<ReturnType<typeof schema>>;

/** What is wrong with the arguments beyond their types. */
export function objection({ tree, options, targets, config }: Given): ModuleResult | undefined {
  const refuse = (msg: string, remedy: string): ModuleResult => failure(msg, { code: 'E_KBUILD', remedy });
  if (!isWholePath(tree)) return refuse('tree is no absolute path', 'give the whole path');
  const option = options.find((word) => !MAKE_WORD.test(word));
  if (option !== undefined) return refuse(`${JSON.stringify(option)} is no NAME=value`, 'options: [CC=gcc-9]');
  const target = targets.find((word) => !isInside(word));
  if (target !== undefined)
    return refuse(`${JSON.stringify(target)} is no target of make`, 'targets: [bzImage, modules]');
  const value = Object.entries(config).find(([, text]) => /[\n\r"\\]/.test(text));
  if (value) return refuse(`${value[0]} has a value that .config cannot hold`, 'y, m, n, a number, or a plain text');
  return undefined;
}
