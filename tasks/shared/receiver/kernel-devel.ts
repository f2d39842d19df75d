import { z } from 'zod';
import { failure, type ModuleResult } from '../../../src/base/result.ts';
import * as args from '../args.ts';
import { Answer, failedCall, verbScript } from '../answer.ts';
import { KMOD_SCRIPTS } from './kmod.ts';
import { distroVars, hostDistro } from '../../../src/host/distros/of-host.ts';
import type { TaskContext } from '../../../src/verb/verb.ts';

const sum = z.string().regex(/^[0-9a-f]{64}$/, 'a SHA-256 is 64 hex digits');

/**
 * Packages of headers that no repository has. `{release}` and `{arch}` in a URL are those of the kernel that is built for;
 * checksums by release serve a fleet with several kernels from one line.
 */
export const pinnedPackages = () =>
  z.array(z.strictObject({ url: args.str(), sha256: z.union([sum, z.record(z.string(), sum)]) })).default([]);

export type PinnedPackages = z.output<ReturnType<typeof pinnedPackages>>;

export interface HeadersWanted {
  /** `uname -r`; '' is the running kernel. */
  readonly release: string;
  /** gcc, make and binutils too, where they are missing. */
  readonly compiler: boolean;
  /** Packages to fetch when no repository has the headers, in order. */
  readonly urls: PinnedPackages;
}

/** Why the headers could not be had, with what to do. @param archives where the distribution keeps what left its mirrors */
function refusal(said: Answer, stderr: string, archives: readonly string[]): ModuleResult {
  const release = said.get('release') ?? '';
  const offers = (said.get('offers') ?? '').trim();
  const kept = archives.length > 0 ? ` (the distribution keeps it at ${archives.join(' or ')})` : '';
  const last =
    stderr
      .trim()
      .split('\n')
      .findLast((line) => line.trim() !== '') ?? '';
  const known = {
    no_manager: {
      msg: `kernel ${release} has no build tree, and this host's distribution or package manager is not known`,
      remedy: 'name another host or a container as `builder` of kmod_build',
    },
    tools: {
      msg: `compiler and tools (${said.get('tools')?.trim()}) could not be installed: ${last}`,
      remedy: "mend the host's repositories, or name a `builder` for kmod_build that has a compiler",
    },
    headers: {
      msg: `no repository has ${said.get('wanted')}: ${last}`,
      remedy: offers
        ? `headers can be had for ${offers}: install that kernel and boot it, or give \`urls\` of the package for ${release}${kept}`
        : `give \`urls\` (with sha256) of the package for ${release}${kept}, or boot a kernel that the repositories have`,
    },
    no_tree: {
      msg: `${said.get('wanted')} is installed, but /lib/modules/${release}/build is still missing`,
      remedy: 'look where the package put its files, and link that folder to /lib/modules/RELEASE/build',
    },
  };
  type Reason = keyof typeof known;
  const word = said.get('failed') ?? '';
  if (!Object.hasOwn(known, word)) return failure(word || last, { stderr });
  const reason = word as Reason;
  return failure(known[reason].msg, {
    code: `E_KERNEL_DEVEL_${reason.toUpperCase() as Uppercase<Reason>}`,
    remedy: known[reason].remedy,
    stderr,
  });
}

const URL_LINE = /^(https?:\/\/|file:\/\/\/)[^\s]+$/;

/**
 * The lines "SHA256 URL" for one kernel.
 * @param release what the host says of its kernel; a text that is no release has none
 */
export function packageLines(urls: PinnedPackages, release: string, arch: string): string {
  if (!/^[\w.+~-]+$/.test(`${release}${arch}`)) return '';
  const values: Record<string, string> = { '{release}': release, '{arch}': arch };
  return urls
    .filter(({ sha256 }) => typeof sha256 === 'string' || Object.hasOwn(sha256, release))
    .map(({ url, sha256 }) => ({ url, sha256: typeof sha256 === 'string' ? sha256 : sha256[release] }))
    .map(({ url, sha256 }) => `${sha256} ${url.replace(/\{(release|arch)\}/g, (name) => values[name])}`)
    .join('\n');
}

/**
 * Brings the build tree of one exact release: what is there, else a link to what is there, else from the repositories,
 * else from the given packages. A failed result has a code E_KERNEL_DEVEL_* and the exact remedy.
 */
export async function ensureHeaders(given: HeadersWanted, context: TaskContext): Promise<ModuleResult> {
  const bad = given.urls.find((one) => !URL_LINE.test(one.url));
  if (bad)
    return failure(`${bad.url} is no http(s) or file:/// address`, {
      code: 'E_KERNEL_DEVEL_URL',
      remedy: 'correct `urls`',
    });
  const distro = await hostDistro(await context.shell());
  const release = given.release || distro.release;
  const vars = {
    release: given.release,
    compiler: given.compiler ? '1' : '',
    urls: packageLines(given.urls, release, distro.arch),
    check: context.check ? '1' : '',
    cc: '',
    ...distroVars(distro, given.release),
  };
  const scripts = [...KMOD_SCRIPTS, verbScript('shared/receiver', 'kernel-devel.sh')];
  const answer = await context.call({ scripts, fn: 'kernel_devel_main', vars });
  if (answer.rc !== 0) return failedCall(answer);
  const said = new Answer(answer.stdout);
  if (said.get('failed')) return refusal(said, answer.stderr, distro.packages(given.release).archives);
  return {
    changed: said.is('changed'),
    release: said.get('release'),
    tree: said.get('tree'),
    installed: said.all('installing'),
    linked: said.get('linked') ?? '',
    msg: `headers of ${said.get('release')}: ${said.get('tree') || 'would be installed'}`,
  };
}
