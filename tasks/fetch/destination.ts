import { posix } from 'node:path';
import { ToaError } from '../../src/base/errors.ts';

const { basename, join, normalize } = posix;

function refuse(what: string, remedy: string): never {
  throw new ToaError('E_CONTROLLER_PATH', what, { remedy });
}

/** Whether a name is one component of a path, and leads nowhere else. */
function isComponent(name: string): boolean {
  return name !== '' && name !== '.' && name !== '..' && !name.includes('/') && !name.includes('\0');
}

/**
 * The path of a fetched file as the task has it, absolute and normalised. Only for `~` is there a word of the host's in
 * it: its home, which has to be an absolute path without `..`.
 * @param asked `src` of the task
 * @param answered how the host expanded it
 */
function ownPath(asked: string, answered: string): string {
  if (asked.includes('\0')) refuse('src holds a NUL', 'correct src');
  if (!asked.startsWith('~')) return normalize(`/${asked}`);
  const below = asked.includes('/') ? asked.slice(asked.indexOf('/')) : '';
  const home = answered.endsWith(below) ? answered.slice(0, answered.length - below.length) : '';
  const parts = home.split('/').slice(1);
  if (home.startsWith('/') && parts.every(isComponent)) return normalize(`${home}/${below}`);
  return refuse(`the host says that ${asked} is ${JSON.stringify(answered)}`, 'write the path without ~');
}

/**
 * Where a fetched file goes: dest/host/path, or dest itself with `flat` (below it when it ends in /). All of it is the
 * task's own words: what the host answers never leads out of dest/host.
 * @param dest absolute, or relative to the present folder
 * @throws ToaError E_CONTROLLER_PATH
 */
export function destinationPath(given: {
  readonly dest: string;
  readonly flat: boolean;
  readonly host: string;
  readonly asked: string;
  readonly answered: string;
}): string {
  const { dest, flat, host, asked, answered } = given;
  if (!flat) {
    if (!isComponent(host)) refuse(`the host ${JSON.stringify(host)} cannot name a folder`, 'give it another name');
    return join(dest, host, ownPath(asked, answered));
  }
  if (!dest.endsWith('/')) return dest;
  const name = basename(normalize(asked));
  return isComponent(name) && !name.startsWith('~')
    ? join(dest, name)
    : refuse(`src ${asked} names no file`, 'name it in dest');
}
