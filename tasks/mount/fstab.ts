import { type Edit, linesOf } from '../shared/files/edit.ts';

/** One line of fstab(5). */
export interface Mount {
  readonly src: string;
  readonly path: string;
  readonly fstype: string;
  readonly opts: string;
  readonly dump: string;
  readonly passno: string;
}

const escape = (text: string): string =>
  text.replace(/[ \t\\]/g, (char) => `\\${char.charCodeAt(0).toString(8).padStart(3, '0')}`);

/** Fields as they stand in the file, with their octal escapes. */
function fields(line: string): string[] {
  return line.trim().startsWith('#') ? [] : line.trim().split(/\s+/).filter(Boolean);
}

/** Swap has no mount point: there the source tells which line it is. */
function isFor(line: string, mount: Pick<Mount, 'src' | 'path' | 'fstype'>): boolean {
  const [src, path] = fields(line);
  if (path === undefined) return false;
  if (['none', 'swap', '-'].includes(mount.path)) return path === mount.path && src === escape(mount.src);
  return path === escape(mount.path);
}

export function withMount(text: string, mount: Mount): Edit {
  const wanted = [mount.src, mount.path, mount.fstype, mount.opts, mount.dump, mount.passno].map(escape);
  const lines = linesOf(text);
  const at = lines.findIndex((line) => isFor(line, mount));
  if (at >= 0) {
    const now = fields(lines[at]);
    const full = [...now, ...['defaults', '0', '0'].slice(now.length - 3)].slice(0, 6);
    if (full.join(' ') === wanted.join(' ')) return { msg: '' };
    return { msg: '', text: lines.with(at, `${wanted.join(' ')}\n`).join('') };
  }
  const end = text === '' || text.endsWith('\n') ? '' : '\n';
  return { msg: '', text: `${text}${end}${wanted.join(' ')}\n` };
}

export function withoutMount(text: string, mount: Pick<Mount, 'src' | 'path' | 'fstype'>): Edit {
  const lines = linesOf(text);
  const left = lines.filter((line) => !isFor(line, mount));
  return left.length === lines.length ? { msg: '' } : { msg: '', text: left.join('') };
}
