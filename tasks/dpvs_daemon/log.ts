/** Texts that DPVS and DPDK print and run on, or end; what they mean, from runs of the real ones. */
const KNOWN: readonly (readonly [RegExp, string, string])[] = [
  [
    /Start (\S+) failed, skipping/,
    'the port $1 is dead, and DPVS runs on without it',
    'the lines before it say why; a virtio port in QEMU needs `rss=on,mq=on`',
  ],
  [
    /RSS support requested but not supported by the device/,
    'the device has no RSS',
    'one queue, or for virtio in QEMU `rss=on,mq=on`',
  ],
  [
    /rte_flow_validate on (\S+) failed/,
    '$1 has no rte_flow: replies would go nowhere, and nothing connects',
    '`sa_pool: {flow_enable: off}` and one worker, or `ipvs_defs: {conn: {redirect: on}}`',
  ],
  [
    /virtio_kni hotplug_add failed|add KNI port fail/,
    "the port towards the host's kernel could not be made",
    'load vhost_net and tun, or `kni: false`',
  ],
  [/RING: Cannot reserve memory/, 'a ring could not be made', 'each device needs a `kni_name` of its own'],
  [
    /Cannot get hugepage information/,
    'there are no huge pages, or no hugetlbfs is mounted',
    'mount hugetlbfs, with the size of page that is planned',
  ],
  [/failed to init (\S+): no memory/, 'too few huge pages for $1', 'smaller pools, or more huge pages on each node'],
  [
    /ports in DPDK RTE \((\d+)\) != ports in dpvs\.conf ?\((\d+)\)/,
    'DPDK found $1 ports, and dpvs.conf has $2',
    'with 0, the file was not found; else a NIC without the driver',
  ],
  [
    /DPVS_MAX_SOCKET is smaller than system numa nodes/,
    'DPVS was built for fewer NUMA nodes than this host has',
    'build it with CONFIG_DPVS_MAX_SOCKET as the fact dpvs.max_socket says',
  ],
  [/not supported keyword -- (\S+)/, 'DPVS passed over $1 in its configuration', 'is `version` the one that runs?'],
  [
    /invalid (.{1,80}), using default (.{1,40})/,
    'DPVS replaced $1 by $2',
    'is `version` the one that runs? Report the key, please',
  ],
  [/Invalid EAL parameters/, 'DPDK refused its arguments', 'is `version` the one that runs?'],
  [
    /^toa-play: (.{1,200}) failed$/,
    'at its start DPVS refused: $1',
    'run the playbook again; its message has the reason',
  ],
  [/dpvs is already running/, 'another DPVS runs on this host', 'stop it'],
];

export interface Finding {
  readonly says: string;
  readonly means: string;
  readonly remedy: string;
}

const filled = (text: string, found: RegExpExecArray): string =>
  text.replaceAll(/\$(\d)/g, (_, index: string) => found[Number(index)] ?? '');

/** What a log of one start says that somebody has to know, each once, in order. */
export function judgeLog(log: string): Finding[] {
  const findings = log.split('\n').flatMap((line) =>
    KNOWN.flatMap(([pattern, means, remedy]) => {
      const found = pattern.exec(line);
      return found ? [{ says: line.trim().slice(0, 200), means: filled(means, found), remedy }] : [];
    }),
  );
  return findings.filter(({ means }, index) => findings.findIndex((one) => one.means === means) === index);
}

/** Ports that `dpip link show` lists. */
export const portsOf = (listing: string): string[] =>
  [...listing.matchAll(/^\s*\d+: ([\w.]+): socket /gm)].map(([, port]) => port);
