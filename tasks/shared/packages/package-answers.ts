import type { ErrorCode } from '../../../src/base/errors.ts';

/** What a package manager's failure means and what to do about it. */
export interface Explanation {
  readonly code: ErrorCode;
  readonly msg: string;
  readonly remedy: string;
}

interface Pattern {
  readonly match: RegExp;
  readonly code: ErrorCode;
  readonly msg: (groups: readonly string[]) => string;
  readonly remedy: string;
}

/**
 * The exact texts of apt, dnf, yum and zypper, most telling first: a repository that is down also makes dnf say that a
 * package cannot be found. Recorded from the real programs; LC_ALL=C.
 */
const PATTERNS: readonly Pattern[] = [
  {
    match:
      /(?:Unable to acquire the dpkg frontend lock|Could not get lock|is locked by the application with pid|waiting for .* to exit|Another app is currently holding the yum lock|Waiting for process with pid)/,
    code: 'E_PACKAGE_LOCKED',
    msg: () => 'another package manager is at work on this host',
    remedy: 'wait until it has ended (unattended upgrades?), or raise lock_timeout',
  },
  {
    match: /no enabled repositories|No repositories defined|There are no enabled repos/i,
    code: 'E_PACKAGE_NO_REPOSITORIES',
    msg: () => 'the host has no enabled package repository',
    remedy: 'enable a repository (/etc/yum.repos.d, zypper addrepo, /etc/apt/sources.list)',
  },
  {
    match:
      /Couldn't resolve host(?: name)?|Could not resolve '([^']*)'|Temporary failure resolving '([^']*)'|Could not resolve host/,
    code: 'E_PACKAGE_DNS',
    msg: ([a, b]) => `the name of a package repository cannot be resolved${a || b ? ` (${a || b})` : ''}`,
    remedy: "check the host's DNS (/etc/resolv.conf) and the repository's address",
  },
  {
    match:
      /Failed to download metadata for repo '([^']*)'|Cannot (?:retrieve|find a valid baseurl)[^\n]*repo[^\n]*?: ?([\w-]*)|Failed to fetch (\S+)/,
    code: 'E_PACKAGE_REPOSITORY',
    msg: ([a, b, c]) => `a package repository does not answer${a || b || c ? `: ${a || b || c}` : ''}`,
    remedy: 'check that the host reaches its repositories (proxy, firewall), then run again',
  },
  {
    match: /Problem retrieving files|have not been refreshed because of an error|Curl error/,
    code: 'E_PACKAGE_REPOSITORY',
    msg: () => 'a package repository does not answer',
    remedy: 'check that the host reaches its repositories (proxy, firewall), then run again',
  },
  {
    match:
      /Unable to locate package (\S+)|Package '?([^' ]+)'? has no installation candidate|(?:Unable to find a match|No match for argument): (.+)|No provider of '([^']+)' found|No package (\S+) available|Version '[^']*' for '([^']*)' was not found/,
    code: 'E_PACKAGE_MISSING',
    msg: (groups) => `no repository of this host has the package ${groups.find(Boolean) ?? ''}`.trim(),
    remedy: 'check the name for this distribution, refresh the lists (update_cache: true) or add a repository',
  },
  {
    match: /No space left on device|don't have enough free space|insufficient space|At least .* more space needed/,
    code: 'E_DISK_FULL',
    msg: () => 'the disk of the host is full',
    remedy: 'free space (apt-get clean, old kernels in /boot) and run again',
  },
  {
    match:
      /GPG check FAILED|NO_PUBKEY (\S+)|is not signed|Signature verification failed|public key .*is not available|Public key for .* is not installed/,
    code: 'E_PACKAGE_SIGNATURE',
    msg: ([key]) => `a package or repository is not signed by a key that the host trusts${key ? ` (${key})` : ''}`,
    remedy: 'import the key with rpm_key or into /etc/apt/keyrings; do not switch the check off',
  },
  {
    match: /dpkg was interrupted/,
    code: 'E_PACKAGE_INTERRUPTED',
    msg: () => 'an earlier installation was interrupted',
    remedy: 'run `dpkg --configure -a` on the host',
  },
  {
    match: /not found on medium|Status code: 404 for (\S+)|404 +Not Found/,
    code: 'E_PACKAGE_GONE',
    msg: ([url]) => `the repository names a file that it no longer has${url ? `: ${url}` : ''}`,
    remedy: 'refresh the lists (update_cache: true); the package was replaced by a newer one',
  },
  {
    match:
      /unmet dependencies|nothing provides (\S+)|conflicting requests|Depsolve Error|Requires: (.+)|problem with installed package/,
    code: 'E_PACKAGE_DEPENDENCIES',
    msg: ([a, b]) => `the package cannot be installed with what is there${a || b ? `: needs ${a || b}` : ''}`,
    remedy: "see the manager's words in the result; mend held or half-installed packages first",
  },
  {
    match:
      /are you root|must be run as root|Root privileges are required|requires superuser privilege|Permission denied/,
    code: 'E_PERMISSION',
    msg: () => 'packages need root',
    remedy: 'use become: true',
  },
];

/** Explains what a package manager said, or undefined for words that we do not know. */
export function explain(output: string): Explanation | undefined {
  for (const { match, code, msg, remedy } of PATTERNS) {
    const found = match.exec(output);
    if (found) return { code, msg: msg(found.slice(1)), remedy };
  }
  return undefined;
}
