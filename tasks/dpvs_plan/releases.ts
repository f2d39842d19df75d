/** What differs between the lines of DPVS that the guides and its README name; of each, the DPDK that it is built with. */
export interface Release {
  /** As the user wrote it, e.g. `1.8-10`, `1.9.4`. */
  readonly text: string;
  readonly line: '1.8' | '1.9' | '1.10';
  readonly dpdk: '18.11' | '20.11' | '24.11';
  /** How packets reach the host's kernel: DPDK's module, or virtio-user over /dev/vhost-net. */
  readonly kernelPath: 'rte_kni' | 'virtio-user';
  /** `dpvs -c FILE`; without it the configuration is /etc/dpvs.conf. */
  readonly takesConf: boolean;
  /** `kni off` in global_defs. */
  readonly kniSwitch: boolean;
  /** `-a` names a PCI device to EAL; `-w` before 20.11. */
  readonly allow: '-a' | '-w';
  readonly mainLcore: '--main-lcore' | '--master-lcore';
  /** The oldest kernel that this DPDK supports. */
  readonly kernel: readonly [number, number];
  /** Its number as one that can be compared: 1.9.10 is 1009010. */
  readonly number: number;
}

const LINES = {
  '1.8': { dpdk: '18.11', kernel: [3, 10] },
  '1.9': { dpdk: '20.11', kernel: [3, 10] },
  '1.10': { dpdk: '24.11', kernel: [4, 19] },
} as const;

export const release = (major: number, minor: number, patch = 0): number => major * 1e6 + minor * 1e3 + patch;

/** The release that a text names (`1.8-10`, `1.9.4`, `v1.10.2`, `1.9`: its first), or undefined. */
export function releaseOf(text: string): Release | undefined {
  const parts = /^v?1\.(8|9|10)(?:[.-](\d{1,3}))?$/.exec(text);
  if (!parts) return undefined;
  const line = `1.${parts[1]}` as keyof typeof LINES;
  const number = release(1, Number(parts[1]), Number(parts[2] ?? 0));
  const modern = line !== '1.8';
  const switches = number >= release(1, 9, 4);
  return {
    text,
    line,
    dpdk: LINES[line].dpdk,
    kernel: LINES[line].kernel,
    kernelPath: number >= release(1, 9, 10) ? 'virtio-user' : 'rte_kni',
    takesConf: switches,
    kniSwitch: switches,
    allow: modern ? '-a' : '-w',
    mainLcore: modern ? '--main-lcore' : '--master-lcore',
    number,
  };
}
