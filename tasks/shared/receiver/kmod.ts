import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { packageRoot } from '../../../src/base/package-root.ts';
import { ToaError } from '../../../src/base/errors.ts';
import { failure, type ModuleResult } from '../../../src/base/result.ts';
import { verbScript } from '../answer.ts';
import { FILE_SCRIPTS } from '../files/files.ts';
import { type RefusedPeer, refusedPeers } from './refused.ts';
import type { TaskContext } from '../../../src/verb/verb.ts';

/** What every verb of the kernel module loads first. */
export const KMOD_SCRIPTS = [
  ...FILE_SCRIPTS,
  verbScript('shared/receiver', 'toa.sh'),
  verbScript('shared/receiver', 'kmod.sh'),
];

/** The module's source as it is shipped: relative names and bytes, and what identifies them. */
export interface ModuleSource {
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** SHA-256 over names and contents. */
  readonly hash: string;
  readonly version: string;
}

const FOLDERS = ['', 'compat', 'compat/probes', 'include'];
const SHIPPED = /^(Kbuild|Makefile|dkms\.conf)$|\.(c|h|sh)$/;

async function readFolder(folder: string, prefix: string, context: TaskContext): Promise<[string, Uint8Array][]> {
  if (!(await context.controller.stat(folder))) return [];
  const names = (await context.controller.list(folder)).filter((name) => SHIPPED.test(name)).toSorted();
  return Promise.all(
    names.map(async (name): Promise<[string, Uint8Array]> => [
      prefix + name,
      await context.controller.read(join(folder, name)),
    ]),
  );
}

function identify(files: ReadonlyMap<string, Uint8Array>): string {
  const hash = createHash('sha256');
  for (const [name, data] of files) hash.update(`${name}\0${data.length}\0`).update(data);
  return hash.digest('hex');
}

/**
 * Reads the module's source from a folder of the controller; '' is the bundled one.
 * Throws ToaError E_TOA_SOURCE when the folder holds no module that kbuild knows.
 */
export async function readSource(folder: string, context: TaskContext): Promise<ModuleSource> {
  const bundled = folder === '';
  const base = bundled ? join(packageRoot(), 'kmod/toa') : folder;
  const parts = await Promise.all(
    FOLDERS.map((name) => readFolder(join(base, name), name === '' ? '' : `${name}/`, context)),
  );
  const files = new Map(parts.flat());
  if (bundled) {
    const include = join(packageRoot(), 'kmod/include');
    for (const [name, data] of await readFolder(include, 'include/', context)) files.set(name, data);
  }
  if (!files.has('Makefile') || ![...files.keys()].some((name) => name.endsWith('.c'))) {
    throw new ToaError('E_TOA_SOURCE', `${base} holds no source of a kernel module (Makefile and .c files)`, {
      remedy: 'name the folder in which the Makefile lies, or leave `path` out: the bundled source is used then',
    });
  }
  const text = [...files].filter(([name]) => name.endsWith('.h') || name.endsWith('.c'));
  const version = text
    .map(([, data]) => /MODULE_VERSION\s*\(?\s*"([^"]+)"/.exec(Buffer.from(data).toString('utf8'))?.[1])
    .find(Boolean);
  return { files, hash: identify(files), version: version ?? '' };
}

/** The same, read once for all hosts of a run. */
export function sharedSource(folder: string, context: TaskContext): Promise<ModuleSource> {
  return context.once(`toa_source ${folder}`, undefined, (first) => readSource(folder, first));
}

/**
 * Names an artifact by all that decides what it is. The hook of kmod_boot (rebuild.sh) makes the same name in shell.
 * @param signing SHA-256 of the certificate it is signed with, or ''
 */
export function artifactKey(
  source: string,
  release: string,
  arch: string,
  options: readonly string[],
  signing: string,
): string {
  return createHash('sha256')
    .update(JSON.stringify([source, release, arch, options, signing]))
    .digest('hex')
    .slice(0, 16);
}

function tarHeader(name: string, size: number, mode: number): Buffer {
  const head = Buffer.alloc(512);
  head.write(name, 0, 100);
  const octal = (value: number, at: number, length: number): void => {
    head.write(`${value.toString(8).padStart(length - 1, '0')}\0`, at, length, 'latin1');
  };
  octal(mode, 100, 8);
  octal(0, 108, 8);
  octal(0, 116, 8);
  octal(size, 124, 12);
  octal(0, 136, 12);
  head.write('        ', 148, 8, 'latin1');
  head.write('0', 156, 1, 'latin1');
  head.write('ustar\x0000', 257, 8, 'latin1');
  const sum = head.reduce((total, byte) => total + byte, 0);
  head.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 8, 'latin1');
  return head;
}

/** The source as a tar archive (POSIX ustar), the same bytes for the same source. */
export function sourceTar(source: ModuleSource): Buffer {
  const pieces: Buffer[] = [];
  for (const [name, data] of source.files) {
    pieces.push(tarHeader(name, data.length, name.endsWith('.sh') ? 0o755 : 0o644), Buffer.from(data));
    pieces.push(Buffer.alloc(-data.length & 511));
  }
  return Buffer.concat([...pieces, Buffer.alloc(1024)]);
}

/** What the module's own parameters may be (kmod/toa/main.c); it refuses to load otherwise, at the next boot too. */
const RANGES: Readonly<Record<string, readonly [number, number]>> = {
  hash_bits: [8, 22],
  max_clients: [1, 2 ** 26],
  syn_entries: [16, 2 ** 22],
  syn_seconds: [1, 3600],
  mptcp_entries: [16, 2 ** 22],
  maxactive: [64, 2 ** 20],
  defer_accept: [0, 1],
};
/** Given by arguments of their own. */
const NO_PARAMETERS = ['kinds', 'allow'];

/** The failed result for a parameter that the module on the host does not have. */
export function noParameter(name: string): ModuleResult {
  return failure(`the module has no parameter ${name}`, {
    code: 'E_KMOD_PARAMETER',
    remedy: 'see `modinfo toa.ko` for the names of its parameters',
  });
}

const OPTION = /^[A-Z_]+=[^\n]*$/;

/** A failed result for a word that make would take for a target or a flag, or undefined. */
export function wrongOption(options: readonly string[]): ModuleResult | undefined {
  const bad = options.find((option) => !OPTION.test(option));
  if (bad === undefined) return undefined;
  return failure(`'${bad}' is no NAME=value for make`, { code: 'E_KMOD_OPTION', remedy: 'options: [CC=gcc-12]' });
}

/** A failed result for a parameter that no module could take (its words go to a command line), or undefined. */
export function wrongParameter(parameters: readonly (readonly [string, unknown])[]): ModuleResult | undefined {
  const fail = (msg: string, remedy: string): ModuleResult => failure(msg, { code: 'E_KMOD_PARAMETER', remedy });
  for (const [name, value] of parameters) {
    const text = String(value);
    if (!/^[a-z_]+$/.test(name) || !/^[\w:.,/-]+$/.test(text) || NO_PARAMETERS.includes(name))
      return fail(`'${name}=${text}' is no module parameter`, 'see `modinfo toa.ko`');
    const range = Object.hasOwn(RANGES, name) ? RANGES[name] : undefined;
    if (range && !(/^\d{1,9}$/.test(text) && Number(text) >= range[0] && Number(text) <= range[1]))
      return fail(`${name} is a number from ${range[0]} to ${range[1]}, not ${text}`, `correct ${name}`);
  }
  return undefined;
}

/** What /proc/net/toa says. */
export interface ModuleState {
  readonly version: string;
  readonly kinds: string;
  /** `any`, or the number of prefixes in the allow-list. */
  readonly allow: string;
  readonly clients: number;
  /** Calls that hooks missed, and hooks that could not be placed, by symbol. */
  readonly missed: Readonly<Record<string, number>>;
  readonly absent: readonly string[];
  readonly counters: Readonly<Record<string, number>>;
  /** The last peers whose option was refused. */
  readonly refused: readonly RefusedPeer[];
}

const NO_COUNTERS = new Set(['abi', 'allow', 'clients', 'max_clients', 'syn_entries']);

/** Reads the lines of /proc/net/toa; a line that is not known is passed over. */
export function moduleState(lines: readonly string[]): ModuleState {
  const words = lines.map((line) => line.split(' '));
  const value = (name: string): string => words.find((word) => word[0] === name)?.[1] ?? '';
  const hooks = words.filter((word) => word[0] === 'hook');
  const counters = words.filter((word) => word.length === 2 && !NO_COUNTERS.has(word[0]) && /^\d+$/.test(word[1]));
  return {
    version: value('version'),
    kinds: value('kinds'),
    allow: value('allow'),
    clients: Number(value('clients')),
    missed: Object.fromEntries(hooks.filter((hook) => hook[2] === 'on').map((hook) => [hook[1], Number(hook[4])])),
    absent: hooks.filter((hook) => hook[2] === 'absent').map((hook) => hook[1]),
    counters: Object.fromEntries(counters.map(([name, count]) => [name, Number(count)])),
    refused: refusedPeers(
      words
        .filter((word) => word[0] === 'refused_peer' && word.length === 5)
        .map(([, address, reason, count, ago]) => ({
          address,
          reason,
          count: Number(count),
          seconds_ago: Number(ago),
        })),
    ),
  };
}
