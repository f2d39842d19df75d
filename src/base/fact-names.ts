const PREFIX = 'ansible_';

/** The name of a fact in `ansible_facts`: without the prefix that it has beside other variables. `ansible_local` keeps it. */
export function shortFactName(name: string): string {
  return name.startsWith(PREFIX) && name !== 'ansible_local' ? name.slice(PREFIX.length) : name;
}

/**
 * Variables that say how a host is reached, as whom and with which programs. A host must not choose them: they may hold a
 * ProxyCommand, which runs on the controller. The names that ansible-core's clean_facts removes, and all that
 * src/host/target.ts reads.
 */
const CONNECTION =
  /^(?:ansible_(?:connection|module_compression|shell_type|shell_executable|host|user|password|port|pipelining|timeout|private_key_file|network_os|connection_user|become|rsync_path|playbook_python|host_key_checking|remote_tmp|async_dir|facts|search_path|check_mode|managed|delegated_vars)|ansible_(?:become|ssh|local|paramiko_ssh|psrp|winrm)_.*|ansible_\w+_(?:user|pass|password|exe|flags|interpreter)|toa_max_output|add_host|add_group)$/;
/** The host's public keys are facts, and are reported under a name that looks like a connection's. */
const HOST_KEY = /^ansible_ssh_host_key_\w+_public(?:_keytype)?$/;

/** Whether a variable of this name decides how a host is reached. */
export function isConnectionName(name: string): boolean {
  return CONNECTION.test(name) && !HOST_KEY.test(name);
}
