import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../src/base/package-root.ts';
import { SERVICES, SERVICES_BUSY } from '../shared/receiver/dpvs.ts';

/** As dpvs_plan answers it, as far as it is needed to run DPVS. */
export interface RunPlan {
  readonly ports: readonly { readonly port: string; readonly pci: string; readonly bind: boolean }[];
  readonly nics: readonly NicRow[];
  readonly nodes: readonly { readonly node: number; readonly pages: number }[];
  readonly page_kb: number;
  readonly huge_dir: string;
  readonly driver: string;
  readonly modules: readonly string[];
  readonly eal: readonly string[];
  readonly takes_conf: boolean;
  readonly conf: string;
}

export interface NicRow {
  readonly name: string;
  readonly mac: string;
  readonly pci: string;
  readonly driver: string;
  readonly node: number;
  readonly queues: number;
}

export interface Places {
  readonly program: string;
  readonly conf: string;
  /** Folder with igb_uio.ko and rte_kni.ko; '' where modprobe knows them. */
  readonly modules: string;
  readonly files: number;
}

export const START_LOG = '/var/log/dpvs.start.log';
/** Stands in a log where a start begins. */
export const STARTED = '--- started by toa-play';

/** Parameters of modules: without `carrier=on` rte_kni's interfaces stay without carrier (from DPDK 18.11 on). */
const PARAMETERS: Readonly<Record<string, string>> = { rte_kni: 'carrier=on' };

/** The file that DPVS writes its log to, as dpvs.conf has it. */
export const logFile = (conf: string): string => /^\s*log_file (\/[\w./@+-]+)$/m.exec(conf)?.[1] ?? '';

/** What has to be there before DPVS starts, as a script that can be run again and again. */
export function upScript(plan: RunPlan, places: Places): string {
  const { nodes, modules, ports, driver } = plan;
  const pages = nodes.filter((node) => node.pages > 0);
  return [
    '#!/bin/sh',
    '# Made by toa-play: what DPVS needs on this host before it starts.',
    readFileSync(join(packageRoot(), 'tasks/dpvs_daemon/up.sh'), 'utf8').trimEnd(),
    '',
    ...pages.map(({ node, pages: count }) => `dpvs_pages ${node} ${count} ${plan.page_kb}`),
    ...(pages.length > 0 ? [`dpvs_mounted ${plan.huge_dir} ${plan.page_kb}`] : []),
    ...modules.map((name) => `dpvs_module ${name} '${places.modules}' '${PARAMETERS[name] ?? ''}'`),
    ...ports.filter(({ bind }) => bind).map(({ pci }) => `dpvs_bind ${pci} ${driver}`),
  ]
    .join('\n')
    .trimEnd();
}

/** What a running DPVS cannot take over by SIGHUP: its arguments, and keys marked `<init>` with the blocks around them. */
export function startSum({ eal, conf }: RunPlan): string {
  const fixed = conf.split('\n').filter((line) => /<init>|[{}]/.test(line));
  return createHash('sha256')
    .update([...eal, ...fixed].join('\n'))
    .digest('hex');
}

/** The program in the foreground, with its limit of files; its own words go to a log that begins anew. */
export function runScript(plan: RunPlan, { program, conf, files }: Places): string {
  const log = logFile(plan.conf);
  const own = plan.takes_conf ? `-c ${conf} ` : '';
  return [
    '#!/bin/sh',
    '# Made by toa-play.',
    `exec >${START_LOG} 2>&1`,
    `echo '${STARTED}'`,
    ...(log === '' ? [] : [`echo '${STARTED}' >>${log}`]),
    // where not even root may have so many (containers): as many as there can be
    `ulimit -n ${files} 2>/dev/null || { ulimit -n "$(ulimit -Hn)"; echo "toa-play: ${files} open files are not allowed here"; }`,
    `echo ${startSum(plan)} >/var/run/toa-dpvs.sum`,
    // DPVS forgets its services when it ends: they come back with each start, whoever starts it
    `[ ! -f ${SERVICES} ] || { : >${SERVICES_BUSY}; sh ${SERVICES} & }`,
    `exec ${program} ${own}-- ${plan.eal.join(' ')}`,
  ].join('\n');
}

export const unit = (files: number): string =>
  [
    '# Made by toa-play.',
    '[Unit]',
    'Description=DPVS',
    'After=local-fs.target network.target',
    '',
    '[Service]',
    'Type=simple',
    `LimitNOFILE=${files}`,
    'LimitMEMLOCK=infinity',
    'ExecStartPre=/bin/sh /etc/toa/dpvs.up',
    'ExecStart=/bin/sh /etc/toa/dpvs.run',
    'Restart=on-failure',
    'RestartSec=5',
    '',
    '[Install]',
    'WantedBy=multi-user.target',
  ].join('\n');

const word = (text: string): string => (text === '' ? '-' : text);

/** The NIC table, in the form that dpvs_plan reads back when DPDK has the NICs and the kernel knows nothing of them. */
export const nicTable = (nics: readonly NicRow[]): string =>
  [
    '# Made by toa-play: NAME MAC PCI DRIVER DRIVER NODE QUEUES, as the kernel had them.',
    ...nics
      .filter(({ name, pci }) => pci !== '' && name !== '')
      .map(({ name, mac, pci, driver, node, queues }) =>
        [name, word(mac), pci, word(driver), word(driver), node, queues].join(' '),
      ),
  ].join('\n');
