import type { Dict, Value } from '../../base/value.ts';

/** Facts must not change how a host is reached: such names are seen as ansible_facts.* only. */
const RESTRICTED =
  /^(?:ansible_(?:connection|module_compression|shell_type|shell_executable|host|user|password|port|pipelining|timeout|private_key_file|network_os|connection_user|become|rsync_path|playbook_python|facts)|ansible_become_.*|ansible_(?:ssh|local|paramiko_ssh|psrp|winrm)_(?!host_key_).*|ansible_.*_interpreter|add_host|add_group)$/;

/** Facts of one host in their two forms. */
export class HostFacts {
  /** As `ansible_distribution`, seen beside other variables. */
  readonly injected: Dict = new Map();
  /** As `ansible_facts.distribution`. */
  readonly named: Dict = new Map();

  add(facts: Dict): void {
    for (const [name, value] of facts) {
      this.named.set(shortName(name), value);
      if (typeof name !== 'string' || !RESTRICTED.test(name) || /_(?:bridge|gwbridge)$/.test(name)) {
        this.injected.set(name, value);
      }
    }
  }

  /** Under the names that they came with. */
  given(): Dict {
    return new Map(
      [...this.named].map(([name, value]) => [this.injected.has(name) ? name : longName(name), value] as const),
    );
  }
}

function longName(name: Value): Value {
  return typeof name === 'string' && name !== 'ansible_local' ? `ansible_${name}` : name;
}

function shortName(name: Value): Value {
  const isPrefixed = typeof name === 'string' && name.startsWith('ansible_') && name !== 'ansible_local';
  return isPrefixed ? name.slice('ansible_'.length) : name;
}
