import { describe, expect, it } from 'vitest';
import type { Value } from '../../src/base/value.ts';
import { targetFromVars } from '../../src/host/target.ts';

const from = (vars: Record<string, Value>, config = {}) => targetFromVars('web1', (name) => vars[name], config);

describe('targetFromVars', () => {
  it('has defaults', () => {
    expect(from({})).toEqual({
      target: {
        name: 'web1',
        transport: 'ssh2',
        host: 'web1',
        sshArgs: [],
        hostKeyChecking: true,
        connectTimeoutSeconds: 10,
        connectRetries: 0,
      },
    });
  });

  it('lets variables win over defaults, and the last of several names', () => {
    const vars = { ansible_user: 'a', ansible_ssh_user: 'b', ansible_port: '2222', ansible_host: '192.0.2.1' };
    const { target } = from(vars, { user: 'c', port: 22, privateKeyFile: '/k' });
    expect(target).toMatchObject({ user: 'b', port: 2222, host: '192.0.2.1', privateKeyFile: '/k' });
  });

  it('splits ssh arguments as a shell does', () => {
    const { target } = from({ ansible_ssh_common_args: `-o ProxyCommand="ssh -W %h:%p 'my jump'" -C` });
    expect(target.sshArgs).toEqual(['-o', `ProxyCommand=ssh -W %h:%p 'my jump'`, '-C']);
  });

  it('reads become', () => {
    const vars = { ansible_become: 'yes', ansible_become_password: 'x', ansible_sudo_pass: 'y' };
    expect(from(vars).become).toMatchObject({ user: 'root', method: 'sudo', password: 'y' });
    expect(from({ ansible_become: false }, { become: true }).become).toBeUndefined();
    expect(from({}, { become: true, becomeUser: 'app', becomeMethod: 'su' }).become).toMatchObject({
      user: 'app',
      method: 'su',
    });
  });

  it('knows the connections', () => {
    expect(from({ ansible_connection: 'local' }).target.transport).toBe('local');
    expect(from({ ansible_connection: 'ansible.builtin.ssh' }).target.transport).toBe('ssh2');
    expect(() => from({ ansible_connection: 'winrm' })).toThrow(/winrm/);
  });

  it('refuses what makes no sense, without showing it', () => {
    expect(() => from({ ansible_port: 's3cret' })).toThrow(/ansible_port must be a number/);
    expect(() => from({ ansible_port: 's3cret' })).not.toThrow(/s3cret/);
    expect(() => from({ ansible_user: ['a'] })).toThrow(/not a list/);
    expect(from({ ansible_host_key_checking: 'accept-new' }).target.hostKeyChecking).toBe('accept-new');
  });
});
