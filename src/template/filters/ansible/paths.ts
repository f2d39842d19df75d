import { homedir } from 'node:os';
import { posix } from 'node:path';
import type { Value } from '../../../base/value.ts';
import type { CallContext, Filter } from '../../contract.ts';
import { defined } from '../../python/operations.ts';
import { pyStr } from '../../python/print.ts';
import { globPaths } from '../../glob.ts';
import { Arguments, filterError, isSequence, noArguments, tuple } from './arguments.ts';
import { pyClass } from './python-class.ts';

type PathOperation = (path: string, context: CallContext) => Value;

function pathFilter(name: string, operation: PathOperation): Filter {
  return (context, value, args, kwargs) => {
    noArguments(name, args, kwargs);
    if (typeof defined(value) !== 'string') {
      throw filterError(`expected str, bytes or os.PathLike object, not ${pyClass(value).slice(8, -2)}`);
    }
    return operation(value as string, context);
  };
}

function basename(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function dirname(path: string): string {
  const head = path.slice(0, path.lastIndexOf('/') + 1);
  return /^\/*$/.test(head) ? head : head.replace(/\/+$/, '');
}

function splitext(path: string): Value {
  const start = path.lastIndexOf('/') + 1;
  const dot = path.lastIndexOf('.');
  const stem = path.slice(start, Math.max(start, dot));
  // Leading dots belong to the name: `.bashrc` has no extension.
  if (dot < start || /^\.*$/.test(stem)) return tuple(path, '');
  return tuple(path.slice(0, dot), path.slice(dot));
}

/** `~` and `~user`, from HOME and /etc/passwd, as Python's os.path.expanduser. */
export function expandUser(path: string, context: CallContext): string {
  const match = /^~([^/]*)/.exec(path);
  if (!match) return path;
  const home = match[1] === '' ? (context.env.environment.HOME ?? homedir()) : homeOf(match[1], context);
  if (home === undefined) return path;
  return `${home.replace(/\/+$/, '')}${path.slice(match[0].length)}` || '/';
}

function homeOf(user: string, context: CallContext): string | undefined {
  const passwd = context.env.readFile('/etc/passwd');
  if (passwd === undefined) return undefined;
  const lines = new TextDecoder().decode(passwd).split('\n');
  return lines.find((line) => line.startsWith(`${user}:`))?.split(':')[5];
}

function expandVars(path: string, context: CallContext): string {
  return path.replace(/\$(?:(\w+)|\{([^}]*)\})/g, (whole, plain?: string, braced?: string) => {
    return context.env.environment[plain ?? braced ?? ''] ?? whole;
  });
}

function joinPaths(parts: readonly string[]): string {
  return parts.reduce((path, part) => {
    if (part.startsWith('/')) return part;
    return path === '' || path.endsWith('/') ? path + part : `${path}/${part}`;
  });
}

const pathJoin: Filter = (_context, value) => {
  if (typeof defined(value) === 'string') return value;
  if (!isSequence(value)) throw filterError(`|path_join expects string or sequence, got ${pyClass(value)} instead.`);
  if (value.length === 0) throw filterError("join() missing 1 required positional argument: 'a'");
  return joinPaths(value.map((part) => pyStr(defined(part))));
};

const relpath: Filter = (context, value, args, kwargs) => {
  const start = new Arguments('relpath', ['start?'], args, kwargs).text('start', '.');
  const path = pyStr(defined(value));
  if (path === '') throw filterError('no path specified');
  const folder = context.env.realpath('.');
  return posix.relative(posix.resolve(folder, start), posix.resolve(folder, path)) || '.';
};

function normalize(path: string): string {
  const normal = posix.normalize(path);
  return normal.length > 1 ? normal.replace(/\/$/, '') : normal;
}

const commonpath: Filter = (_context, value) => {
  if (!isSequence(defined(value)) || (value as Value[]).length === 0) {
    throw filterError(`|path_join expects sequence, got ${pyClass(value)} instead.`);
  }
  const split = (value as Value[]).map((path) =>
    pyStr(path)
      .split('/')
      .filter((part) => part !== '' && part !== '.'),
  );
  const first = split[0];
  const differ = first.findIndex((part, i) => split.some((parts) => parts[i] !== part));
  const root = pyStr((value as Value[])[0]).startsWith('/') ? '/' : '';
  return root + (differ < 0 ? first : first.slice(0, differ)).join('/');
};

function winSplitDrive(path: string): [string, string] {
  const plain = path.replaceAll('/', '\\');
  const unc = /^\\\\[^\\]+\\[^\\]+/.exec(plain);
  if (unc && !plain.startsWith('\\\\\\')) return [path.slice(0, unc[0].length), path.slice(unc[0].length)];
  return plain[1] === ':' ? [path.slice(0, 2), path.slice(2)] : ['', path];
}

function winSplit(path: string): [string, string] {
  const [drive, rest] = winSplitDrive(path);
  const cut = Math.max(rest.lastIndexOf('\\'), rest.lastIndexOf('/')) + 1;
  const head = rest.slice(0, cut);
  return [drive + (head.replace(/[\\/]+$/, '') || head), rest.slice(cut)];
}

const fileglob: Filter = (context, value) => {
  return globPaths(pyStr(defined(value)), context.env).filter((path) => context.env.stat(path, true)?.type === 'file');
};

/** Filters on paths, of POSIX and (`win_`) of Windows. */
export const pathFilters: Record<string, Filter> = {
  basename: pathFilter('basename', basename),
  dirname: pathFilter('dirname', dirname),
  splitext: pathFilter('splitext', splitext),
  expanduser: pathFilter('expanduser', expandUser),
  expandvars: pathFilter('expandvars', expandVars),
  realpath: pathFilter('realpath', (path, context) => context.env.realpath(path)),
  normpath: pathFilter('normpath', normalize),
  win_basename: pathFilter('win_basename', (path) => winSplit(path)[1]),
  win_dirname: pathFilter('win_dirname', (path) => winSplit(path)[0]),
  win_splitdrive: pathFilter('win_splitdrive', (path) => tuple(...winSplitDrive(path))),
  path_join: pathJoin,
  relpath,
  commonpath,
  fileglob,
};
