import { ToaError } from '../base/errors.ts';

/** ssh.c, valid_hostname(): a shell reads what stands for %h and %n in a ProxyCommand. */
// eslint-disable-next-line no-control-regex
const BAD_HOST = /^-|[\u0000-\u0020\u007f'"`$\\;&<>|(){}]|\s/;
/**
 * ssh.c, valid_ruser(), and a variable of the shell: %r goes the same way. `DOMAIN\user` and a trailing `$` (accounts of
 * machines) are good names.
 */
// eslint-disable-next-line no-control-regex
const BAD_USER = /^-|[\u0000-\u001f\u007f'"`;&<>|(){}]|\s-|\\$|\$./;

/**
 * Refuses names that a shell, or ssh's own command line, would take for something else, as OpenSSH does since 9.6. They
 * come from inventories that others write to (dynamic ones); nothing is started before this check.
 * @throws ToaError E_SSH_NAME
 */
export function checkNames(name: string, host: string, user: string | undefined): void {
  if (BAD_HOST.test(host)) refuse(name, 'host name', host);
  if (user !== undefined && BAD_USER.test(user)) refuse(name, 'user name', user);
}

function refuse(name: string, kind: string, value: string): never {
  throw new ToaError('E_SSH_NAME', `${JSON.stringify(name)}: ${JSON.stringify(value)} is not a ${kind} for ssh`, {
    remedy: 'shell characters, control characters and a leading "-" are refused: look where the inventory has it from',
  });
}
