import { chmodSync, mkdirSync, mkdtempSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { CaseFile } from './case.ts';

/**
 * Runs a shell in a root of its own: this machine's, with all changes kept in $0/upper; namespaces of its own for mounts,
 * processes, host name and (unless $1 is `server`) network. The kernel's settings cannot be written.
 */
const ENTER = `
mount --make-rprivate / && mkdir -p "$0/work" "$0/root" &&
mount -t overlay overlay -o "lowerdir=/,upperdir=$0/upper,workdir=$0/work" "$0/root" &&
for each in dev sys; do mount --rbind "/$each" "$0/root/$each" || exit; done &&
mount -t proc proc "$0/root/proc" &&
mount --bind "$0/root/proc/sys" "$0/root/proc/sys" && mount -o remount,ro,bind "$0/root/proc/sys" &&
mount -t tmpfs tmpfs "$0/root/run" && mount -t tmpfs tmpfs "$0/root/tmp" && chmod 1777 "$0/root/tmp" &&
exec chroot "$0/root" `;

/** What every run leaves where its changes are kept, and no verb has made. */
const OURS = /^\/(?:root\/\.toa-play|var\/tmp\/\.toa-play|etc\/\.pwd\.lock$)/;

/** Writes a file of a case below a folder. */
export function writeCaseFile(below: string, path: string, file: CaseFile): void {
  const at = join(below, path);
  mkdirSync(dirname(at), { recursive: true });
  if (typeof file === 'string') writeFileSync(at, file);
  else if ('link' in file) symlinkSync(file.link, at);
  else if ('folder' in file) mkdirSync(at, { recursive: true });
  else writeFileSync(at, file.text);
  const mode = typeof file === 'object' && 'mode' in file ? file.mode : undefined;
  if (mode !== undefined) chmodSync(at, Number.parseInt(mode, 8));
}

/** A scratch root that a shell can be opened in. Needs root. */
export class CaseRoot {
  readonly folder = mkdtempSync(join(tmpdir(), 'toa-case-'));
  /** The program to start for a shell inside. */
  readonly shell = join(this.folder, 'shell');
  readonly #given: ReadonlyMap<string, CaseLeft>;

  /** @param words the shell inside, e.g. `['busybox', 'sh']` */
  constructor(files: Readonly<Record<string, CaseFile>>, words: readonly string[], network: boolean) {
    mkdirSync(join(this.folder, 'upper'));
    chmodSync(join(this.folder, 'upper'), 0o755);
    for (const [path, file] of Object.entries(files)) writeCaseFile(join(this.folder, 'upper'), path, file);
    this.#given = this.#found();
    const namespaces = ['-m', '-u', '-i', '-p', '-f', '--kill-child', ...(network ? [] : ['-n'])].join(' ');
    const enter = `${ENTER}${words.join(' ')} "$@"`.replaceAll("'", "'\\''");
    writeFileSync(this.shell, `#!/bin/sh\nexec unshare ${namespaces} sh -c '${enter}' '${this.folder}' "$@"\n`);
    chmodSync(this.shell, 0o755);
  }

  #found(): Map<string, CaseLeft> {
    return new Map([...found(join(this.folder, 'upper'), '')].filter(([path]) => !OURS.test(path)));
  }

  /** Everything that is not as on this machine and not as it was given: path to what is there now. */
  changed(): ReadonlyMap<string, CaseLeft> {
    const now = this.#found();
    for (const path of this.#given.keys()) if (!now.has(path)) now.set(path, null);
    const isAsGiven = ([path, left]: [string, CaseLeft]): boolean =>
      JSON.stringify(this.#given.get(path)) === JSON.stringify(left);
    return new Map([...now].filter((entry) => !isAsGiven(entry)).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** What is at a path; null: it was removed. */
export type CaseLeft = { text?: string; mode: string; link?: string; folder?: true } | null;

function* found(upper: string, below: string): Generator<[string, CaseLeft]> {
  for (const name of readdirSync(join(upper, below)).toSorted()) {
    const path = `${below}/${name}`;
    const stat = lstatSync(join(upper, path));
    const mode = `0${(stat.mode & 0o7777).toString(8)}`;
    // the overlay's sign for a file that is gone
    if (stat.isCharacterDevice() && stat.rdev === 0) yield [path, null];
    else if (stat.isSymbolicLink()) yield [path, { mode, link: readlinkSync(join(upper, path)) }];
    else if (stat.isDirectory()) {
      yield [path, { mode, folder: true }];
      yield* found(upper, path);
    } else if (stat.isFile()) yield [path, { mode, text: readFileSync(join(upper, path), 'utf8') }];
    else yield [path, { mode }];
  }
}
