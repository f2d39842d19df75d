import { parseHostJson } from '../../../src/base/host-text.ts';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { ToaError } from '../../../src/base/errors.ts';
import { packageRoot } from '../../../src/base/package-root.ts';
import type { Call, CallResult } from '../../../src/host/contract.ts';
import { Answer, verbScript } from '../answer.ts';
import { FILE_SCRIPTS } from '../files/files.ts';
import type { TaskContext } from '../../../src/verb/verb.ts';

export const TOA_SH = verbScript('shared/receiver', 'toa.sh');

/** One of our static programs for an architecture, with its SHA-256. Read once per run and architecture. */
export interface Program {
  readonly name: string;
  readonly path: string;
  readonly sum: string;
}

/** How an installation comes to its programs for an architecture. */
export function buildRemedy(arch: string): string {
  return `run \`scripts/build-kmod --arch ${arch}\` in the project's folder (it names the packages that it needs), or install the package with its built programs`;
}

const known = new Map<string, Promise<Program>>();

async function load(name: string, arch: string, context: TaskContext): Promise<Program> {
  const path = join(packageRoot(), 'kmod/build', arch, name);
  if (!(await context.controller.stat(path))) {
    throw new ToaError('E_TOA_PROGRAM', `there is no ${name} for ${arch} in this installation (${path})`, {
      remedy: buildRemedy(arch),
    });
  }
  const sum = createHash('sha256')
    .update(await context.controller.read(path))
    .digest('hex');
  return { name, path, sum };
}

/**
 * `toa-bpf` or `toa-probe` for a host.
 * Throws ToaError E_TOA_PROGRAM when this installation was made without it.
 */
export function program(name: string, arch: string, context: TaskContext): Promise<Program> {
  const key = `${name} ${arch}`;
  const found = known.get(key) ?? load(name, arch, context);
  known.set(key, found);
  found.catch(() => known.delete(key));
  return found;
}

/** The host's architecture as `uname -m` says; x86_64 is tried first, since nearly all are. */
export function archOf(context: TaskContext): string {
  const toa = context.variable('toa');
  const arch = toa instanceof Map ? toa.get('arch') : undefined;
  const fact = arch ?? context.variable('ansible_architecture');
  return typeof fact === 'string' ? fact : 'x86_64';
}

/** A call that needs a program on the host: asked with its sum first, sent and asked again only when it is not there. */
export async function callWithProgram(which: Program, call: Call, context: TaskContext): Promise<CallResult> {
  const scripts = [...FILE_SCRIPTS, TOA_SH, ...call.scripts];
  const vars = { ...call.vars, sum: which.sum, uploaded: '' };
  const asked = await context.call({ ...call, scripts, vars });
  if (asked.rc !== 0 || !new Answer(asked.stdout).is('need')) return asked;
  context.progress(`sending ${which.name}`);
  const shell = await context.shell();
  const uploaded = await shell.upload({ path: which.path });
  return context.call({ ...call, scripts, vars: { ...vars, uploaded } });
}

/** What a program of ours said: an object, and {} for whatever else a host may say. */
export function parseJson(text: string | undefined): Record<string, unknown> {
  try {
    const value = text ? parseHostJson(text) : undefined;
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : {};
  } catch {
    return {};
  }
}
