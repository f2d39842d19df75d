import { failure, type ModuleResult } from '../../../src/base/result.ts';
import { Answer, failedCall, verbScript } from '../answer.ts';
import { explain } from './package-answers.ts';
import { shellVars, spoken } from '../remote.ts';
import type { TaskContext } from '../../../src/verb/verb.ts';

/** What all package verbs ask of packages.sh. */
export interface PackageRequest {
  readonly manager: 'auto' | 'apt' | 'dnf' | 'yum' | 'zypper';
  readonly names: readonly string[];
  readonly state: string;
  readonly update_cache?: boolean;
  /** Seconds. */
  readonly cache_valid_time?: number;
  /** Words for the manager, e.g. --enablerepo=epel. */
  readonly options?: readonly string[];
  readonly purge?: boolean;
  readonly install_recommends?: boolean;
  readonly only_upgrade?: boolean;
  /** yum and dnf: an older version that is named replaces a newer one. */
  readonly allow_downgrade?: boolean;
  /** zypper: words behind the command. */
  readonly command_options?: readonly string[];
  readonly release?: string;
  /** Options of dpkg without their dashes; default force-confdef, force-confold. */
  readonly dpkg_options?: readonly string[];
  /** Tries of a download of apt's lists. */
  readonly retries?: number;
  /** Seconds to wait for another manager. */
  readonly lock_timeout?: number;
}

const STATES: Record<string, string> = {
  installed: 'present',
  present: 'present',
  removed: 'absent',
  absent: 'absent',
  latest: 'latest',
};
/** Installing may take long; a hung manager still ends some day. */
const TIMEOUT_MS = 30 * 60_000;

function variables(request: PackageRequest, check: boolean): Record<string, string> {
  return shellVars({
    update_cache: false,
    purge: false,
    only_upgrade: false,
    release: '',
    ...request,
    state: STATES[request.state] ?? request.state,
    cache_valid_time: request.cache_valid_time ?? 0,
    options: (request.options ?? []).join(' '),
    allow_downgrade: request.allow_downgrade ?? false,
    command_options: (request.command_options ?? []).join(' '),
    install_recommends: request.install_recommends === undefined ? '' : request.install_recommends ? 'yes' : 'no',
    dpkg_options: (request.dpkg_options ?? ['force-confdef', 'force-confold'])
      .map((o) => `-o Dpkg::Options::=--${o}`)
      .join(' '),
    retries: request.retries ?? 2,
    lock_timeout: request.lock_timeout ?? 60,
    check,
  });
}

/** Names may not smuggle options or shell words into the manager's command line. */
function badName(names: readonly string[]): string | undefined {
  return names.find((name) => !/^[\w@.][\w@.+:~=<>*/^-]*$/.test(name));
}

/** The manager of the host, or why there is none. */
export async function hostManager(context: TaskContext): Promise<string | ModuleResult> {
  const scripts = [verbScript('shared/packages', 'packages.sh')];
  const answer = await context.call({ scripts, fn: 'packages_manager', vars: { manager: 'auto' } });
  return answer.rc === 0 ? (new Answer(answer.stdout).get('manager') ?? '') : failedCall(answer);
}

/** Installs, upgrades or removes packages in one round trip; failures are explained by the manager's own words. */
export async function packages(request: PackageRequest, context: TaskContext): Promise<ModuleResult> {
  const bad = badName(request.names);
  if (bad !== undefined)
    return failure(`'${bad}' is not a package name`, {
      code: 'E_PACKAGE_NAME',
      remedy: 'give names, name=version or paths only',
    });
  if (request.names.length > 0) context.progress(`${request.state} ${request.names.join(' ')}`);
  const answer = await context.call({
    scripts: [verbScript('shared/packages', 'packages.sh')],
    fn: 'packages_main',
    vars: variables(request, context.check),
    timeoutMs: TIMEOUT_MS,
  });
  const { said, text: output = '' } = spoken(answer.stdout);
  const base = {
    changed: said.is('changed') || said.is('cache_updated'),
    manager: said.get('manager'),
    stdout: output,
  };
  if (answer.rc === 0) return { ...base, changed: said.is('changed'), cache_updated: said.is('cache_updated') };
  const known = explain(`${output}\n${answer.stderr}`);
  const last = (output || answer.stderr).trim().split('\n').at(-1) ?? '';
  return failure(known?.msg ?? (last || `the package manager ended with status ${answer.rc}`), {
    ...base,
    changed: said.is('changed') && !context.check,
    rc: answer.rc,
    stderr: answer.stderr,
    ...(known ? { code: known.code, remedy: known.remedy } : { code: 'E_PACKAGE' }),
  });
}
