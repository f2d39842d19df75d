import { kernelAtLeast } from '../../../src/host/kernel.ts';
import { buildRemedy } from './programs.ts';

/** What choosing a receiver needs to know of a host. */
export interface HostAbility {
  readonly kernel: string;
  readonly arch: string;
  readonly root: boolean;
  readonly cgroup2: boolean;
  readonly bpffs: boolean;
  readonly lockdown: string;
  readonly modules: boolean;
  /** This installation has our programs for the host's architecture. */
  readonly programs: boolean;
}

export type Receiver = 'ebpf' | 'module' | 'lvs-kernel';

export interface Choice {
  readonly receiver: Receiver | 'none';
  /** One sentence for people, for `plan` and the log. */
  readonly reason: string;
  /** When nothing can work: what to do. */
  readonly remedy?: string;
}

/** Architectures for which our programs are built. */
const ARCHITECTURES = ['x86_64', 'aarch64'];

interface Obstacle {
  readonly reason: string;
  readonly remedy: string;
}

/** Why nothing can be brought to this host: both receivers are proved by a program of ours. */
function programObstacle({ arch, programs }: HostAbility): Obstacle | undefined {
  if (!ARCHITECTURES.includes(arch))
    return { reason: `the receivers are for ${ARCHITECTURES.join(' and ')}, not for ${arch}`, remedy: 'leave it out' };
  if (programs) return undefined;
  return { reason: `this installation has no programs for ${arch}`, remedy: buildRemedy(arch) };
}

/** Why eBPF cannot serve this host, or undefined when it can. */
function ebpfObstacle(host: HostAbility): Obstacle | undefined {
  if (!kernelAtLeast(host.kernel, '5.10')) {
    return {
      reason: `kernel ${host.kernel} is older than 5.10`,
      remedy: 'upgrade the kernel to 5.10 or newer, or use toa_strategy: module',
    };
  }
  if (!host.cgroup2) {
    return {
      reason: 'the kernel has no cgroup v2',
      remedy: 'boot with systemd.unified_cgroup_hierarchy=1, or mount cgroup2 somewhere',
    };
  }
  if (!host.bpffs)
    return { reason: 'the kernel has no bpf file system', remedy: 'use a kernel with CONFIG_BPF_SYSCALL=y' };
  if (host.lockdown === 'confidentiality') {
    return {
      reason: 'the kernel is locked down (confidentiality)',
      remedy: 'boot with lockdown=integrity or use a signed module',
    };
  }
  return undefined;
}

/**
 * Chooses the receiver for a host. `auto`: eBPF where it can work, else the kernel module, else none with the reason;
 * a patched kernel is only ever asked for by name.
 */
export function chooseReceiver(wanted: 'auto' | Receiver, host: HostAbility): Choice {
  const obstacle = ebpfObstacle(host);
  if (wanted === 'lvs-kernel') return { receiver: 'lvs-kernel', reason: 'asked for by name' };
  const nothing = programObstacle(host);
  if (nothing) return { receiver: 'none', ...nothing };
  if (wanted === 'module') {
    if (host.modules) return { receiver: 'module', reason: 'asked for by name' };
    return {
      receiver: 'none',
      reason: 'the kernel loads no modules',
      remedy: 'use toa_strategy: ebpf, or a kernel with CONFIG_MODULES=y',
    };
  }
  if (!obstacle) {
    const reason =
      wanted === 'ebpf'
        ? 'asked for by name'
        : `kernel ${host.kernel} has all that eBPF needs: nothing to build, nothing to rebuild`;
    return { receiver: 'ebpf', reason };
  }
  if (wanted === 'ebpf') return { receiver: 'none', ...obstacle };
  if (host.modules) return { receiver: 'module', reason: `no eBPF: ${obstacle.reason}` };
  return { receiver: 'none', reason: `${obstacle.reason}, and the kernel loads no modules`, remedy: obstacle.remedy };
}
