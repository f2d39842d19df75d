import type { HostFacts } from './facts.ts';
import type { Release } from './releases.ts';

interface Wish {
  readonly release: Release;
  readonly layout: 'pci' | 'vdev';
  readonly kni: boolean;
  readonly driver: string | undefined;
}

const CPUS = ['x86_64', 'aarch64'];

/** Why this host cannot run that release, whatever its NICs. */
export function wrongHost({ release, layout, driver }: Wish, facts: HostFacts): string[] {
  const [major, minor] = facts.kernel.split('.').map((part) => Number.parseInt(part, 10));
  const [least, leastMinor] = release.kernel;
  const old = major < least || (major === least && minor < leastMinor);
  const other = facts.installed !== '' && !sameLine(facts.installed, release);
  return [
    ...(CPUS.includes(facts.arch) ? [] : [`DPVS is for ${CPUS.join(' and ')}; this host is ${facts.arch}`]),
    ...(old
      ? [
          `DPVS ${release.text} needs DPDK ${release.dpdk}, that a kernel from ${least}.${leastMinor} on; this is ${facts.kernel}`,
        ]
      : []),
    ...(facts.nodes.length === 0 ? ['this kernel tells of no NUMA node (/sys/devices/system/node)'] : []),
    ...(other ? [`/sbin/dpvs is ${facts.installed}; the version that is asked for is ${release.text}`] : []),
    ...(driver === 'vfio-pci' && layout === 'pci' && !facts.iommu
      ? ['vfio-pci needs an IOMMU, and this kernel has none on (intel_iommu=on, amd_iommu=on)']
      : []),
  ];
}

/** `1.9.4` and `1.9-4` are the same; `1.9` is any of its line. */
function sameLine(installed: string, { text, line }: Release): boolean {
  const plain = (version: string): string => version.replace(/^v/, '').replaceAll('-', '.');
  return plain(text) === line
    ? plain(installed).startsWith(`${line}.`) || plain(installed) === line
    : plain(installed) === plain(text);
}

/** Why packets cannot reach the host's own kernel, where they have to. */
export function wrongKernelPath({ release, layout, kni }: Wish, facts: HostFacts): string[] {
  if (layout === 'vdev' && !release.kniSwitch) {
    return [`the layout vdev needs \`kni off\`, which DPVS ${release.text} does not know: 1.9.4 or newer`];
  }
  if (!kni && !release.kniSwitch) return [`DPVS ${release.text} cannot do without KNI: kni: true`];
  if (kni && release.kernelPath === 'virtio-user' && !facts.vhostNet) {
    return [
      'there is no vhost-net on this host (/dev/vhost-net, module vhost_net), which dpdkN.kni needs: or kni: false',
    ];
  }
  return [];
}
