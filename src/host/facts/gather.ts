import { join } from 'node:path';
import { ToaError } from '../../base/errors.ts';
import { packageRoot } from '../../base/package-root.ts';
import type { Call } from '../contract.ts';
import { distributionFacts, packageManagerFacts, pythonFacts, serviceManagerFacts } from './distribution.ts';
import { cpuFacts, deviceFacts, dmiFacts, memoryFacts, mountFacts, uptimeFacts } from './hardware.ts';
import { localFacts, lsbFacts } from './local.ts';
import { networkFacts } from './network.ts';
import * as system from './platform.ts';
import { Sections } from './sections.ts';
import { virtualFacts } from './virtual.ts';

interface Collector {
  /** Sections of facts.sh that it reads. */
  readonly needs: readonly string[];
  /** Part of `min`, which is gathered unless `!min` is said. */
  readonly min: boolean;
  readonly read: (raw: Sections) => Record<string, unknown>;
}

const BASE = ['files', 'platform'];

/** Ansible's subset names (https://docs.ansible.com/ansible-core/2.14/collections/ansible/builtin/setup_module.html). */
const COLLECTORS: Record<string, Collector> = {
  platform: { needs: BASE, min: true, read: system.platformFacts },
  distribution: { needs: BASE, min: true, read: distributionFacts },
  pkg_mgr: { needs: BASE, min: true, read: packageManagerFacts },
  service_mgr: { needs: BASE, min: true, read: serviceManagerFacts },
  date_time: { needs: BASE, min: true, read: system.dateTimeFacts },
  user: { needs: BASE, min: true, read: system.userFacts },
  env: { needs: BASE, min: true, read: system.envFacts },
  cmdline: { needs: BASE, min: true, read: system.cmdlineFacts },
  dns: { needs: BASE, min: true, read: system.dnsFacts },
  selinux: { needs: BASE, min: true, read: system.selinuxFacts },
  apparmor: { needs: BASE, min: true, read: system.apparmorFacts },
  caps: { needs: BASE, min: true, read: system.capabilityFacts },
  fips: { needs: BASE, min: true, read: system.fipsFacts },
  ssh_pub_keys: { needs: BASE, min: true, read: system.sshKeyFacts },
  lsb: { needs: BASE, min: true, read: lsbFacts },
  python: { needs: BASE, min: true, read: pythonFacts },
  local: { needs: ['local'], min: true, read: localFacts },
  loadavg: { needs: BASE, min: false, read: system.loadFacts },
  hardware: {
    needs: ['files', 'hardware'],
    min: false,
    read: (raw) => ({
      ...memoryFacts(raw),
      ...cpuFacts(raw),
      ...dmiFacts(raw),
      ...mountFacts(raw),
      ...deviceFacts(raw),
      ...uptimeFacts(raw),
    }),
  },
  network: { needs: ['network'], min: false, read: networkFacts },
  virtual: { needs: [...BASE, 'virtual'], min: false, read: virtualFacts },
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

/** The one call that gathers what the chosen collectors read. */
export function gatherCall(collectors: readonly string[], factPath?: string): Call {
  const sections = new Set(collectors.flatMap((name) => COLLECTORS[name].needs));
  const scripts = [join(packageRoot(), 'src/host/facts/facts.sh')];
  return { scripts, fn: 'facts_gather', inPlace: true, args: [[...sections].join(' '), factPath ?? ''] };
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
