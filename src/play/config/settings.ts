import { CONNECTION_SETTINGS } from './settings-connection.ts';
import { RUN_SETTINGS } from './settings-run.ts';
import { SCREEN_SETTINGS } from './settings-screen.ts';

/**
 * The settings that toa-play honours
 * (https://docs.ansible.com/ansible-core/2.14/reference_appendices/config.html). A default of null means "not set".
 */
export const SETTINGS = { ...RUN_SETTINGS, ...CONNECTION_SETTINGS, ...SCREEN_SETTINGS } as const;

/** Settings that are read for `lookup('config')` but change nothing here, with the reason that the warning gives. */
export const LOOKUP_ONLY: Readonly<Partial<Record<keyof typeof SETTINGS, string>>> = {
  home: 'nothing is kept there',
  sshExecutable: 'connection openssh runs ssh of the PATH',
  remoteTmp: 'a private folder is made in TMPDIR, /var/tmp or /tmp',
  errorOnUndefinedVars: 'an undefined variable is always an error',
  deprecationWarnings: 'there are no deprecation warnings',
  systemWarnings: 'there are no system warnings',
  playbookVarsRoot: 'group_vars and host_vars are those beside the playbook',
};

/** Settings of Ansible that have no meaning here, with the reason that the warning gives. */
export const WITHOUT_EFFECT: Readonly<Record<string, string>> = {
  pipelining: 'every task is one round trip already',
  callbacks_enabled: 'there are no callback plugins',
  callback_whitelist: 'there are no callback plugins',
  interpreter_python: 'targets need no Python',
  control_path: 'one connection a host is kept open',
  control_path_dir: 'one connection a host is kept open',
  scp_if_ssh: 'files travel by the open connection',
  transfer_method: 'files travel by the open connection',
  nocows: 'there are no cows',
};
