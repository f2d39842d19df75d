import { z } from 'zod';
import * as args from '../shared/args.ts';
import { Answer, failedCall, verbScript } from '../shared/answer.ts';
import { FILE_SCRIPTS, type FileStat, type FileType, parseStat } from '../shared/files/files.ts';
import { shellVars } from '../shared/remote.ts';
import { defineVerb } from '../../src/verb/verb.ts';

const ALGORITHMS = ['md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512'] as const;

const BITS: readonly (readonly [string, number])[] = [
  ['rusr', 0o400],
  ['wusr', 0o200],
  ['xusr', 0o100],
  ['rgrp', 0o040],
  ['wgrp', 0o020],
  ['xgrp', 0o010],
  ['roth', 0o004],
  ['woth', 0o002],
  ['xoth', 0o001],
  ['isuid', 0o4000],
  ['isgid', 0o2000],
];

/** Letters of chattr(1) by the names that Ansible gives them. */
const ATTRIBUTES: Readonly<Record<string, string>> = {
  A: 'noatime',
  a: 'append',
  c: 'compressed',
  C: 'nocow',
  d: 'nodump',
  D: 'dirsync',
  e: 'extents',
  E: 'encrypted',
  h: 'blocksize',
  i: 'immutable',
  I: 'indexed',
  j: 'journalled',
  N: 'inline',
  s: 'zero',
  S: 'synchronous',
  t: 'notail',
  T: 'blockroot',
  u: 'undelete',
  X: 'compressedraw',
  Z: 'compresseddirty',
};

/** What takes a process to know; the rest a shell sees by itself. */
const BY_PROCESS: readonly string[] = [
  ...'mode uid gid size inode dev nlink atime mtime ctime blocks block_size device_type pw_name gr_name'.split(' '),
  ...BITS.map(([name]) => name),
  'lnk_target',
  'lnk_source',
];

function seenByShell(said: Answer, type: FileType): Record<string, unknown> {
  return {
    exists: true,
    path: said.get('path'),
    ...typeFlags(type),
    readable: said.is('readable'),
    writeable: said.is('writeable'),
    executable: said.is('executable'),
  };
}

function typeFlags(wanted: FileType): Record<string, boolean> {
  const flags = {
    isdir: 'directory',
    ischr: 'char',
    isblk: 'block',
    isreg: 'file',
    isfifo: 'fifo',
    islnk: 'link',
    issock: 'socket',
  };
  return Object.fromEntries(Object.entries(flags).map(([name, type]) => [name, wanted === type]));
}

function details(said: Answer, stat: FileStat): Record<string, unknown> {
  const [atime, ctime, blocks, blockSize, dev, major, minor] = (said.get('more') ?? '').split(' ').map(Number);
  const mode = Number.parseInt(stat.mode, 8);
  return {
    ...seenByShell(said, stat.type),
    mode: stat.mode,
    uid: stat.uid,
    gid: stat.gid,
    size: stat.size,
    inode: stat.inode,
    dev,
    nlink: stat.nlink,
    atime,
    mtime: stat.mtime,
    ctime,
    ...Object.fromEntries(BITS.map(([name, bit]) => [name, (mode & bit) !== 0])),
    blocks,
    block_size: blockSize,
    device_type: (major || 0) * 256 + (minor || 0),
    pw_name: stat.owner,
    gr_name: stat.group,
  };
}

const INODES: Partial<Record<FileType, string>> = { char: 'chardevice', block: 'blockdevice', link: 'symlink' };

/** What `file` says of a file; of anything else it says the kind. */
function mimeOf(said: string | undefined, type: FileType): { mimetype: string; charset: string } {
  if (said === undefined && type !== 'file') return { mimetype: `inode/${INODES[type] ?? type}`, charset: 'binary' };
  const [mimetype, charset = 'unknown'] = (said || 'unknown').split('; charset=');
  return { mimetype, charset };
}

/** Link target, checksum, MIME type, chattr attributes: only where they apply. */
function extras(
  said: Answer,
  type: FileType,
  wanted: { readonly mime: boolean; readonly attributes: boolean },
): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  const [target, source, checksum] = [said.get('target'), said.get('source'), said.get('checksum')?.split(' ')[0]];
  if (target !== undefined && type === 'link') Object.assign(out, { lnk_target: target, lnk_source: source });
  if (checksum) out['checksum'] = checksum;
  if (wanted.mime) Object.assign(out, mimeOf(said.get('mime'), type));
  if (wanted.attributes) {
    const [version, flags] = (said.get('attr') ?? '').trim().split(/\s+/);
    const letters = (flags ?? '').replaceAll('-', '');
    Object.assign(out, {
      version: version || null,
      attr_flags: letters,
      attributes: [...letters].flatMap((letter) => ATTRIBUTES[letter] ?? []),
    });
  }
  return out;
}

export const verb = defineVerb({
  name: 'stat',
  summary: 'Tells whether a path exists, and its type, mode, owner, size, times and checksum',
  args: () =>
    z.strictObject({
      path: args.path(),
      follow: args.bool().default(false),
      get_checksum: args.bool().default(true),
      checksum_algorithm: args.choice(ALGORITHMS).default('sha1'),
      get_mime: args.bool().default(true),
      get_attributes: args.bool().default(true),
    }),
  argAliases: {
    dest: 'path',
    name: 'path',
    checksum: 'checksum_algorithm',
    checksum_algo: 'checksum_algorithm',
    mime: 'get_mime',
    mime_type: 'get_mime',
    'mime-type': 'get_mime',
    attr: 'get_attributes',
    attributes: 'get_attributes',
  },
  beyond: [],
  check: 'full',
  diff: false,
  hostLocal: true,
  async run({ path, follow, checksum_algorithm, ...given }, context) {
    const isRead = (...keys: readonly string[]): boolean => keys.some((key) => context.isRead(['stat', key]));
    const wanted = {
      checksum: given.get_checksum && isRead('checksum'),
      mime: given.get_mime && isRead('mimetype', 'charset'),
      attributes: given.get_attributes && isRead('version', 'attr_flags', 'attributes'),
    };
    const takesProcess = isRead(...BY_PROCESS) || wanted.checksum || wanted.mime || wanted.attributes;
    const vars = shellVars({
      path,
      follow,
      by_process: takesProcess,
      algorithm: wanted.checksum ? checksum_algorithm : '',
      get_mime: wanted.mime,
      get_attributes: wanted.attributes,
    });
    const answer = await context.call({
      scripts: [...FILE_SCRIPTS, verbScript('stat')],
      fn: 'stat_main',
      vars,
      pipelined: true,
      inPlace: true,
    });
    if (answer.rc !== 0) return failedCall(answer);
    const said = new Answer(answer.stdout);
    const type = said.get('type');
    if (type !== undefined) return { changed: false, stat: seenByShell(said, type as FileType) };
    const stat = parseStat(said.get('stat'));
    if (!said.is('exists') || !stat) return { changed: false, stat: { exists: false } };
    return { changed: false, stat: { ...details(said, stat), ...extras(said, stat.type, wanted) } };
  },
});
