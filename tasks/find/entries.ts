import { parseStat, type FileStat } from '../shared/files/files.ts';

export interface Entry {
  readonly path: string;
  readonly stat: FileStat;
  readonly atime: number;
  readonly ctime: number;
  readonly dev: number;
}

export interface Listing {
  readonly entries: readonly Entry[];
  readonly skipped: readonly string[];
  /** How many entries have a name with a line break; they, and what is below them, are not listed. */
  readonly broken: number;
}

const LINE = /^([0-9a-f]+ \d+ \d+ \d+ \d+ \S+ \S+ \d+ \d+ \d+) (\d+) (\d+) (\d+) (.*)$/;

/** Reads what find_main lists. */
export function parseListing(text: string): Listing {
  const entries: Entry[] = [];
  const skipped: string[] = [];
  let broken = 0;
  for (const line of text.split('\n')) {
    if (line.startsWith('broken ')) broken += Number(line.slice(7)) || 0;
    if (line.startsWith('skipped ')) skipped.push(line.slice(8));
    const found = LINE.exec(line);
    const stat = parseStat(found?.[1]);
    if (!found || !stat) continue;
    const [atime, ctime, dev] = found.slice(2, 5).map(Number);
    entries.push({ path: found[5].replaceAll(/\/{2,}/g, '/'), stat, atime, ctime, dev });
  }
  return { entries, skipped, broken };
}

const BITS: readonly (readonly [string, number])[] = [
  ['wusr', 0o200],
  ['rusr', 0o400],
  ['xusr', 0o100],
  ['wgrp', 0o020],
  ['rgrp', 0o040],
  ['xgrp', 0o010],
  ['woth', 0o002],
  ['roth', 0o004],
  ['xoth', 0o001],
  ['isuid', 0o4000],
  ['isgid', 0o2000],
];

/** What Ansible's find tells of one file. */
export function describeEntry({ path, stat, atime, ctime, dev }: Entry): Record<string, unknown> {
  const mode = Number.parseInt(stat.mode, 8);
  const { type } = stat;
  return {
    path,
    mode: stat.mode,
    isdir: type === 'directory',
    ischr: type === 'char',
    isblk: type === 'block',
    isreg: type === 'file',
    isfifo: type === 'fifo',
    islnk: type === 'link',
    issock: type === 'socket',
    uid: stat.uid,
    gid: stat.gid,
    size: stat.size,
    inode: stat.inode,
    dev,
    nlink: stat.nlink,
    atime,
    mtime: stat.mtime,
    ctime,
    gr_name: stat.group,
    pw_name: stat.owner,
    ...Object.fromEntries(BITS.map(([name, bit]) => [name, (mode & bit) !== 0])),
  };
}
