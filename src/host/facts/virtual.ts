import type { Sections } from './sections.ts';

interface Guess {
  readonly type: string;
  readonly role: 'guest' | 'host';
}

const DMI_NAMES: readonly (readonly [RegExp, string])[] = [
  [/^(KVM|KVM Server|Bochs|AHV)$/, 'kvm'],
  [/VMware/, 'VMware'],
  [/VirtualBox|innotek/, 'virtualbox'],
  [/^Virtual Machine$|Hyper-V/, 'VirtualPC'],
  [/OpenStack/, 'openstack'],
  [/Parallels/, 'parallels'],
  [/^HVM domU$|Xen/, 'xen'],
  [/Google/, 'kvm'],
  [/Amazon EC2|Alibaba Cloud|DigitalOcean|Hetzner|QEMU|oVirt|RHEV|Scaleway|Nutanix/, 'kvm'],
];

function containerGuess(raw: Sections): Guess | undefined {
  const paths = raw.lines('paths');
  const environment = raw.lines('init_environ').join('\n');
  const cgroup = (raw.file('/proc/1/cgroup') ?? []).join('\n');
  if (/\/docker[/-]|\/docker-/.test(cgroup) || paths.includes('/.dockerenv')) return { type: 'docker', role: 'guest' };
  if (/\/lxc\//.test(cgroup) || environment.includes('container=lxc')) return { type: 'lxc', role: 'guest' };
  if (environment.includes('container=podman') || paths.includes('/run/.containerenv'))
    return { type: 'podman', role: 'guest' };
  if (paths.includes('/proc/vz')) return { type: 'openvz', role: paths.includes('/proc/bc') ? 'host' : 'guest' };
  const systemd = raw.first('/run/systemd/container') ?? /container=(\S+)/.exec(environment)?.[1];
  return systemd ? { type: systemd === 'systemd-nspawn' ? 'container' : systemd, role: 'guest' } : undefined;
}

function machineGuess(raw: Sections): Guess | undefined {
  if (raw.first('/sys/hypervisor/type') === 'xen' || raw.lines('paths').includes('/proc/xen')) {
    return { type: 'xen', role: raw.first('/proc/xen/capabilities')?.includes('control_d') ? 'host' : 'guest' };
  }
  const names = ['product_name', 'sys_vendor', 'bios_vendor', 'product_family'].map(
    (f) => raw.first(`/sys/class/dmi/id/${f}`) ?? '',
  );
  const found = DMI_NAMES.find(([pattern]) => names.some((name) => pattern.test(name)));
  if (found) return { type: found[1], role: 'guest' };
  return /^model name.*QEMU/m.test((raw.file('/proc/cpuinfo') ?? []).join('\n'))
    ? { type: 'kvm', role: 'guest' }
    : undefined;
}

/** Virtualization type and role with Ansible's words; best guess first, as Ansible orders them. */
export function virtualFacts(raw: Sections): Record<string, unknown> {
  const guesses = [containerGuess(raw), machineGuess(raw)].filter((guess) => guess !== undefined);
  const isKvmHost =
    /^kvm(_intel|_amd)? /m.test((raw.file('/proc/modules') ?? []).join('\n')) ||
    raw.lines('paths').includes('/dev/kvm');
  const host: Guess | undefined = isKvmHost ? { type: 'kvm', role: 'host' } : undefined;
  const best = guesses[0] ?? host;
  const flags =
    raw
      .file('/proc/cpuinfo')
      ?.find((line) => /^(flags|Features)\b/.test(line))
      ?.split(/\s+/) ?? [];
  const hypervisor: Guess[] = !best && flags.includes('hypervisor') ? [{ type: 'NA', role: 'guest' }] : [];
  const all = [...guesses, ...(host ? [host] : []), ...hypervisor];
  const tech = (role: string): string[] =>
    all.filter((guess) => guess.role === role && guess.type !== 'NA').map((guess) => guess.type);
  return {
    virtualization_type: best?.type ?? 'NA',
    virtualization_role: best?.role ?? (hypervisor.length > 0 ? 'guest' : 'NA'),
    virtualization_tech_guest: tech('guest'),
    virtualization_tech_host: tech('host'),
  };
}
