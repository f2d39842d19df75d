import type { Value } from '../../base/value.ts';
import type { CallContext, FileKind, Test } from '../contract.ts';
import { Arguments, filterError } from '../filters/ansible/arguments.ts';
import { defined, pyType } from '../python/operations.ts';

function pathOf(value: Value): string {
  const path = defined(value);
  if (typeof path === 'string') return path;
  throw filterError(`expected str, bytes or os.PathLike object, not ${pyType(path)}`);
}

function stat(context: CallContext, value: Value, followLinks = true): FileKind | undefined {
  const path = pathOf(value);
  return path === '' ? undefined : context.env.stat(path, followLinks);
}

const directory: Test = (context, value) => stat(context, value)?.type === 'directory';
const file: Test = (context, value) => stat(context, value)?.type === 'file';
const link: Test = (context, value) => stat(context, value, false)?.type === 'link';
const exists: Test = (context, value) => stat(context, value) !== undefined;
const linkExists: Test = (context, value) => stat(context, value, false) !== undefined;
const abs: Test = (_context, value) => pathOf(value).startsWith('/');
const mount: Test = (context, value) => {
  const kind = stat(context, value, false);
  return kind !== undefined && kind.type !== 'link' && kind.isMount;
};

const sameFile: Test = (context, value, args, kwargs) => {
  const other = new Arguments('samefile', ['f2'], args, kwargs).value('f2');
  const [a, b] = [value, other].map((path) => {
    const kind = stat(context, path);
    if (kind === undefined) throw filterError(`[Errno 2] No such file or directory: '${pathOf(path)}'`);
    return kind;
  });
  return a.dev === b.dev && a.ino === b.ino;
};

/** Tests of files on the controller. */
export const fileTests: Record<string, Test> = {
  directory,
  is_dir: directory,
  file,
  is_file: file,
  link,
  is_link: link,
  exists,
  link_exists: linkExists,
  abs,
  is_abs: abs,
  same_file: sameFile,
  is_same_file: sameFile,
  samefile: sameFile,
  mount,
  is_mount: mount,
};
