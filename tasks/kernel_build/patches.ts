import { createHash } from 'node:crypto';
import { failure, type ModuleResult } from '../../src/base/result.ts';
import type { TaskContext } from '../../src/verb/verb.ts';
import { KERNEL_SH } from '../shared/kernel.ts';
import { remote } from '../shared/remote.ts';
import { verbScript } from '../shared/answer.ts';
import { type Given, isInside } from './given.ts';
import type { Refused } from './look.ts';

const PATCHES_SH = verbScript('kernel_build', 'patches.sh');

/** A patch as it is applied. */
export interface Patch {
  readonly src: string;
  readonly strip: number;
  readonly data: Uint8Array;
  readonly sum: string;
  /** Names in the tree that it may touch. */
  readonly files: readonly string[];
}

/** The name of a `---` or `+++` line, without its leading folders; undefined for /dev/null. */
function nameOf(line: string, strip: number): string | undefined {
  const [name] = line.slice(4).split(/\t|\s+\d{4}-\d\d-\d\d|\s+(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)\s/);
  const path = name.trim();
  return path === '/dev/null' ? undefined : path.split('/').slice(strip).join('/');
}

/** Names that a patch may touch; undefined where one of them leads out of the tree, or there is none. */
export function filesOf(text: string, strip: number): string[] | undefined {
  const files = new Set<string>();
  const lines = text.split('\n');
  for (const [at, line] of lines.entries()) {
    if (!line.startsWith('--- ') || !lines[at + 1]?.startsWith('+++ ')) continue;
    for (const one of [line, lines[at + 1]]) {
      const name = nameOf(one, strip);
      if (name !== undefined && name !== '') files.add(name);
    }
  }
  return files.size > 0 && [...files].every(isInside) ? [...files] : undefined;
}

/** The patches of a task, read on the controller. */
export async function readPatches(given: Given, context: TaskContext): Promise<Patch[] | ModuleResult> {
  const patches: Patch[] = [];
  for (const { src, strip } of given.patches) {
    const data = await context.controller.read(context.findFile('files', src));
    const files = filesOf(Buffer.from(data).toString('latin1'), strip);
    if (!files)
      return failure(`${src} is no patch of files inside the tree, with ${strip} folders of their names left out`, {
        code: 'E_KBUILD_PATCH',
        remedy: 'a unified diff is wanted; `strip` as `patch -p` has it',
      });
    patches.push({ src, strip, data, sum: createHash('sha256').update(data).digest('hex'), files });
  }
  return patches;
}

/** What a patch came to. */
export interface Patched {
  readonly src: string;
  readonly state: 'applied' | 'there';
  /** Hunks that fitted only with fuzz, or elsewhere. */
  readonly fuzz: readonly string[];
}

/** Applies one patch, or finds it applied: one round trip. */
export async function applyPatch(tree: string, patch: Patch, context: TaskContext): Promise<Patched | Refused> {
  const { src, strip, data, sum, files } = patch;
  const uploaded = await (await context.shell()).upload({ data });
  const reply = await remote(context, {
    verb: 'kernel_build',
    fn: 'kernel_patch',
    scripts: [KERNEL_SH, PATCHES_SH],
    vars: { tree, patch: uploaded, strip, sum, files },
  });
  if (!reply.ok) return { refused: reply.failed };
  const { said, text } = reply;
  const state = said.get('state');
  if (state === 'applied' || state === 'there') return { src, state, fuzz: said.all('fuzz') };
  const hunks = said.all('hunk');
  const refused = failure(`${src} does not apply: ${hunks.join('; ') || said.get('why') || 'patch said nothing'}`, {
    code: 'E_KBUILD_PATCH',
    remedy: 'nothing of it was applied; the rejected hunks are in `rejects`: is it made for this version?',
    rejects: text,
  });
  return { refused };
}
