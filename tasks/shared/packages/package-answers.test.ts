import { describe, expect, it } from 'vitest';
import { explain } from './package-answers.ts';

/** What the real programs said, and what it means. */
const SAID: readonly (readonly [string, string, string | RegExp])[] = [
  ['No match for argument: nonesuch\nError: Unable to find a match: nonesuch', 'E_PACKAGE_MISSING', /nonesuch$/],
  [
    "Curl error (7): Couldn't connect to server for http://127.0.0.1:1/repodata/repomd.xml [Failed to connect to 127.0.0.1 port 1]\nError: Failed to download metadata for repo 'base'\nError: Unable to find a match: nonesuch",
    'E_PACKAGE_REPOSITORY',
    /base$/,
  ],
  ['Status code: 404 for http://127.0.0.1/x.rpm (IP: 127.0.0.1)', 'E_PACKAGE_GONE', /x\.rpm$/],
  ["Curl error (6): Couldn't resolve host name for http://nowhere.invalid/", 'E_PACKAGE_DNS', /cannot be resolved/],
  [
    'Error: There are no enabled repositories in "/etc/yum.repos.d", "/etc/yum/repos.d".',
    'E_PACKAGE_NO_REPOSITORIES',
    /no enabled/,
  ],
  ["No provider of 'nonesuch' found.", 'E_PACKAGE_MISSING', /nonesuch$/],
  [
    "Problem retrieving files from 'base'.\nSome of the repositories have not been refreshed because of an error.",
    'E_PACKAGE_REPOSITORY',
    /does not answer/,
  ],
  ["File './x.rpm' not found on medium 'http://127.0.0.1/'", 'E_PACKAGE_GONE', /no longer has/],
  [
    'System management is locked by the application with pid 1234 (zypper).',
    'E_PACKAGE_LOCKED',
    /another package manager/,
  ],
  ['E: Unable to locate package nonesuch', 'E_PACKAGE_MISSING', /nonesuch$/],
  [
    'E: Unable to acquire the dpkg frontend lock (/var/lib/dpkg/lock-frontend), is another process using it?',
    'E_PACKAGE_LOCKED',
    /another/,
  ],
  ["E: Version '9.9' for 'bash' was not found", 'E_PACKAGE_MISSING', /bash$/],
  [
    'W: Failed to fetch http://127.0.0.1:1/dists/stable/InRelease  Could not connect to 127.0.0.1:1',
    'E_PACKAGE_REPOSITORY',
    /InRelease$/,
  ],
  [
    "W: Failed to fetch http://x.invalid/InRelease  Temporary failure resolving 'x.invalid'",
    'E_PACKAGE_DNS',
    /\(x\.invalid\)$/,
  ],
  ["E: You don't have enough free space in /var/cache/apt/archives/.", 'E_DISK_FULL', /full/],
  [
    "E: dpkg was interrupted, you must manually run 'dpkg --configure -a' to correct the problem.",
    'E_PACKAGE_INTERRUPTED',
    /interrupted/,
  ],
  ['The following packages have unmet dependencies:\n x : Depends: y', 'E_PACKAGE_DEPENDENCIES', /cannot be installed/],
  ['GPG check FAILED', 'E_PACKAGE_SIGNATURE', /not signed/],
  ['Another app is currently holding the yum lock; waiting for it to exit...', 'E_PACKAGE_LOCKED', /another/],
];

describe('explain', () => {
  it.each(SAID)('%s', (text, code, msg) => {
    const known = explain(text);
    expect(known?.code).toBe(code);
    expect(known?.msg).toMatch(msg);
    expect(known?.remedy).not.toBe('');
  });

  it('has no explanation for words that it does not know', () => {
    expect(explain('Setting up bash (5.2) ...')).toBeUndefined();
  });
});
