import { failure, type ModuleResult } from '../../../src/base/result.ts';
import { Answer, failedCall, verbScript } from '../answer.ts';
import { KMOD_SCRIPTS } from './kmod.ts';
import { distroVars, hostDistro } from '../../../src/host/distros/of-host.ts';
import type { TaskContext } from '../../../src/verb/verb.ts';

export interface HeadersWanted {
  /** `uname -r`; '' is the running kernel. */
  readonly release: string;
  /** gcc, make and binutils too, where they are missing. */
  readonly compiler: boolean;
  /** Packages to fetch when no repository has the headers, in order. */
  readonly urls: readonly { readonly url: string; readonly sha256: string }[];
}

/** Why the headers could not be had, with what to do. */
function refusal(said: Answer, stderr: string): ModuleResult {
  const release = said.get('release') ?? '';
  const offers = (said.get('offers') ?? '').trim();
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
        ? `headers can be had for ${offers}: install that kernel and boot it, or give \`urls\` of the package for ${release}`
        : `give \`urls\` (with sha256) of the package for ${release}, or boot a kernel that the repositories have`,
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

const URL_LINE = /^https?:\/\/[^\s]+$/;

/**
 * Brings the build tree of one exact release: what is there, else a link to what is there, else from the repositories,
 * else from the given packages. A failed result has a code E_KERNEL_DEVEL_* and the exact remedy.
 */
export async function ensureHeaders(given: HeadersWanted, context: TaskContext): Promise<ModuleResult> {
  const bad = given.urls.find((one) => !URL_LINE.test(one.url));
  if (bad) return failure(`${bad.url} is no http(s) address`, { code: 'E_KERNEL_DEVEL_URL', remedy: 'correct `urls`' });
  const vars = {
    release: given.release,
    compiler: given.compiler ? '1' : '',
    urls: given.urls.map((one) => `${one.sha256} ${one.url}`).join('\n'),
    check: context.check ? '1' : '',
    cc: '',
    ...distroVars(await hostDistro(await context.shell()), given.release),
  };
  const scripts = [...KMOD_SCRIPTS, verbScript('shared/receiver', 'kernel-devel.sh')];
  const answer = await context.call({ scripts, fn: 'kernel_devel_main', vars });
  if (answer.rc !== 0) return failedCall(answer);
  const said = new Answer(answer.stdout);
  if (said.get('failed')) return refusal(said, answer.stderr);
  const release = said.get('release');
  return {
    changed: said.is('changed'),
    release,
    tree: said.get('tree'),
    installed: said.all('installing'),
    linked: said.get('linked') ?? '',
    msg: `headers of ${release}: ${said.get('tree') || 'would be installed'}`,
  };
}
