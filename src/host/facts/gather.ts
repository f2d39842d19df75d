import { join } from 'node:path';
import { ToaError } from '../../base/errors.ts';
import { isConnectionName } from '../../base/fact-names.ts';
import { packageRoot } from '../../base/package-root.ts';
import type { Call } from '../contract.ts';
import { releaseFiles } from '../distros/load.ts';
import { distributionFacts, packageManagerFacts, pythonFacts, serviceManagerFacts } from './distribution.ts';
import { cpuFacts, deviceFacts, dmiFacts, memoryFacts, mountFacts, uptimeFacts } from './hardware.ts';
import { localFacts, lsbFacts } from './local.ts';
import { interfaceNames, networkFacts } from './network.ts';
import * as system from './platform.ts';
import { Sections } from './sections.ts';
import { virtualFacts } from './virtual.ts';

interface Collector {
  /** Sections of facts.sh that it reads. */
  readonly needs: readonly string[];
  /** Part of `min`, which is gathered unless `!min` is said. */
  readonly min: boolean;
  /** The names of its facts (LazyFacts). */
  readonly gives: RegExp;
  readonly read: (raw: Sections) => Record<string, unknown>;
}

const BASE = ['files', 'platform'];

/** Ansible's subset names (https://docs.ansible.com/ansible-core/2.14/collections/ansible/builtin/setup_module.html). */
const COLLECTORS: Record<string, Collector> = {
  platform: {
    needs: BASE,
    min: true,
    gives:
      /^(?:system|kernel|kernel_version|machine|architecture|userspace_\w+|nodename|hostname|fqdn|domain|machine_id|boot_id)$/,
    read: system.platformFacts,
  },
  distribution: { needs: BASE, min: true, gives: /^(?:distribution(?:_\w+)?|os_family)$/, read: distributionFacts },
  pkg_mgr: { needs: BASE, min: true, gives: /^pkg_mgr$/, read: packageManagerFacts },
  service_mgr: { needs: BASE, min: true, gives: /^service_mgr$/, read: serviceManagerFacts },
  date_time: { needs: BASE, min: true, gives: /^date_time$/, read: system.dateTimeFacts },
  user: {
    needs: BASE,
    min: true,
    gives: /^(?:user_(?:id|uid|gid|gecos|dir|shell)|(?:real|effective)_(?:user|group)_id)$/,
    read: system.userFacts,
  },
  env: { needs: BASE, min: true, gives: /^env$/, read: system.envFacts },
  cmdline: { needs: BASE, min: true, gives: /^(?:proc_)?cmdline$/, read: system.cmdlineFacts },
  dns: { needs: BASE, min: true, gives: /^dns$/, read: system.dnsFacts },
  selinux: { needs: BASE, min: true, gives: /^selinux(?:_python_present)?$/, read: system.selinuxFacts },
  apparmor: { needs: BASE, min: true, gives: /^apparmor$/, read: system.apparmorFacts },
  caps: { needs: BASE, min: true, gives: /^system_capabilities(?:_enforced)?$/, read: system.capabilityFacts },
  fips: { needs: BASE, min: true, gives: /^fips$/, read: system.fipsFacts },
  ssh_pub_keys: { needs: BASE, min: true, gives: /^ssh_host_key_\w+_public(?:_keytype)?$/, read: system.sshKeyFacts },
  lsb: { needs: BASE, min: true, gives: /^lsb$/, read: lsbFacts },
  // asks a program
  python: { needs: [...BASE, 'python'], min: true, gives: /^python(?:_version)?$/, read: pythonFacts },
  local: { needs: ['local'], min: true, gives: /^ansible_local$/, read: localFacts },
  loadavg: { needs: BASE, min: false, gives: /^loadavg$/, read: system.loadFacts },
  hardware: {
    needs: ['files', 'hardware'],
    min: false,
    gives:
      /^(?:(?:mem|swap)(?:total|free)_mb|memory_mb|processor(?:_\w+)?|(?:bios|board|chassis|product)_\w+|system_vendor|mounts|devices|uptime_seconds)$/,
    read: (raw) => ({
      ...memoryFacts(raw),
      ...cpuFacts(raw),
      ...dmiFacts(raw),
      ...mountFacts(raw),
      ...deviceFacts(raw),
      ...uptimeFacts(raw),
    }),
  },
  // and any name that an interface may have (hasInterface)
  network: {
    needs: ['network'],
    min: false,
    gives: /^(?:interfaces|(?:all|default)_ipv[46](?:_addresses)?)$/,
    read: networkFacts,
  },
  virtual: { needs: [...BASE, 'virtual'], min: false, gives: /^virtualization_\w+$/, read: virtualFacts },
};

const ALIASES: Record<string, string> = {
  processor: 'hardware',
  processor_cores: 'hardware',
  processor_count: 'hardware',
  mounts: 'hardware',
  devices: 'hardware',
  interfaces: 'network',
  default_ipv4: 'network',
  default_ipv6: 'network',
  all_ipv4_addresses: 'network',
  all_ipv6_addresses: 'network',
  virtualization_type: 'virtual',
  virtualization_role: 'virtual',
  virtualization_tech_guest: 'virtual',
  virtualization_tech_host: 'virtual',
  distribution_version: 'distribution',
  distribution_release: 'distribution',
  distribution_major_version: 'distribution',
  os_family: 'distribution',
  machine: 'platform',
  kernel: 'platform',
  architecture: 'platform',
  machine_id: 'platform',
  system: 'platform',
  user_id: 'user',
  ssh_host_pub_keys: 'ssh_pub_keys',
  system_capabilities: 'caps',
  proc_cmdline: 'cmdline',
  python_version: 'python',
};

/** Subsets of other programs, which we never run. */
const ELSEWHERE = new Set(['facter', 'ohai', 'systemd', 'chroot', 'iscsi', 'fibre_channel_wwn', 'hostnqn']);

/** Parts that are shorter are copied anyway. */
const SHORT = 13;

/**
 * Which collectors `gather_subset` asks for: names, `!name`, `all`, `min`, `!all` (min only), `!min`.
 * Throws ToaError E_FACTS_SUBSET for a name that nobody knows, with Ansible's words.
 */
export function chooseCollectors(subset: readonly string[]): string[] {
  const words = subset.length === 0 ? ['all'] : subset;
  const names = Object.keys(COLLECTORS);
  const min = names.filter((name) => COLLECTORS[name].min);
  const expand = (word: string): string[] => {
    if (word === 'all') return names;
    if (word === 'min') return min;
    const name = ALIASES[word] ?? word;
    if (ELSEWHERE.has(name)) return [];
    if (COLLECTORS[name]) return [name];
    throw new ToaError(
      'E_FACTS_SUBSET',
      `Bad subset '${word}' given to Ansible. gather_subset options allowed: all, ${names.join(', ')}`,
    );
  };
  const wanted = new Set<string>();
  const positive = words.filter((word) => !word.startsWith('!'));
  if (positive.length === 0) for (const name of names) wanted.add(name);
  for (const word of positive) for (const name of expand(word)) wanted.add(name);
  const refused = new Set(words.filter((word) => word.startsWith('!')).flatMap((word) => expand(word.slice(1))));
  if (words.includes('!all')) for (const name of min) refused.delete(name);
  if (words.includes('!min')) for (const name of min) refused.add(name);
  for (const name of refused)
    if (!positive.some((word) => expand(word).includes(name) && word !== 'all')) wanted.delete(name);
  if (!words.includes('!min')) for (const name of min) wanted.add(name);
  return names.filter((name) => wanted.has(name));
}

/** Verbs look at these, whoever else does; local facts are programs that may be there for what they do. */
const ALWAYS = new Set(['platform', 'local']);
/** Names that look like facts and never are: no interface has them. */
const NO_FACTS =
  /^(?:loop|loop_var|index_var|version|check_mode|diff_mode|verbosity|forks|limit|inventory_sources|run_tags|skip_tags|config_file|failed_result|failed_task|play_\w+|role_names?|parent_role_\w+|dependent_role_names|search_path|job_id)$/;

/**
 * Those of `collectors` that give a fact of which somebody may read the name; of a name that nobody knows the network,
 * since interfaces have any name.
 * @param read short names of facts
 */
export function collectorsFor(collectors: readonly string[], read: ReadonlySet<string>): string[] {
  const isRead = ({ gives }: Collector): boolean => [...read].some((name) => gives.test(name));
  const isOther = (name: string): boolean =>
    !NO_FACTS.test(name) &&
    !isConnectionName(`ansible_${name}`) &&
    !Object.values(COLLECTORS).some((one) => one.gives.test(name));
  const wanted = new Set(Object.keys(COLLECTORS).filter((name) => ALWAYS.has(name) || isRead(COLLECTORS[name])));
  if ([...read].some(isOther)) wanted.add('network');
  return collectors.filter((name) => wanted.has(name));
}

/** The one call that gathers what the chosen collectors read. */
export function gatherCall(collectors: readonly string[], factPath?: string): Call {
  const sections = new Set(collectors.flatMap((name) => COLLECTORS[name].needs));
  const scripts = [join(packageRoot(), 'src/host/facts/facts.sh')];
  const vars = { release_files: releaseFiles().join(' ') };
  return { scripts, fn: 'facts_gather', inPlace: true, vars, args: [[...sections].join(' '), factPath ?? ''] };
}

const known = new Map<string, readonly string[]>();

/** The collectors that may give a fact of that name (without the prefix `ansible_`), the one of any name last. */
export function collectorsOf(name: string): readonly string[] {
  let found = known.get(name);
  if (!found) {
    const all = Object.keys(COLLECTORS).filter((one) => one !== 'network');
    found = [...all.filter((one) => COLLECTORS[one].gives.test(name)), 'network'];
    known.set(name, found);
  }
  return found;
}

/** Whether collector `name` gives facts of the name `fact`, by what it is called alone. */
export function givesFact(name: string, fact: string): boolean {
  return COLLECTORS[name].gives.test(fact);
}

/** Whether the collector `network` gives a fact of that name, found without reading the whole answer. */
export function hasNetworkFact(raw: string, name: string): boolean {
  if (COLLECTORS['network'].gives.test(name)) return true;
  const [begin, end] = [raw.indexOf('\n== sysnet\n'), raw.indexOf('\n== drivers\n')];
  return (
    begin >= 0 &&
    interfaceNames(
      raw
        .slice(begin, end < begin ? undefined : end)
        .split('\n')
        .slice(2),
    ).includes(name)
  );
}

/** A part of a text holds on to the whole (V8): else each host's raw answer would stay in memory beside its facts. */
function detached(value: unknown): unknown {
  if (typeof value === 'string') return value.length < SHORT ? value : Buffer.from(value).toString();
  if (Array.isArray(value)) return value.map(detached);
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  const facts = value as Record<string, unknown>;
  for (const name of Object.keys(facts)) facts[name] = detached(facts[name]);
  return facts;
}

/** Turns the raw answer into facts, without the `ansible_` prefix (as `ansible_facts.*`). */
export function readFacts(raw: string, collectors: readonly string[]): Record<string, unknown> {
  const sections = new Sections(raw);
  return detached(Object.assign({}, ...collectors.map((name) => COLLECTORS[name].read(sections)))) as Record<
    string,
    unknown
  >;
}
