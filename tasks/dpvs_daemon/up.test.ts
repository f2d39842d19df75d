import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { useScratch } from '../../test/support/scratch.ts';
import { forEachShell } from '../../test/support/shells.ts';
import { judgeLog, portsOf } from './log.ts';
import { logFile, nicTable, type RunPlan, runScript, startSum, upScript } from './scripts.ts';
import { verb } from './task.ts';

const PLACES = { program: '/sbin/dpvs', conf: '/etc/dpvs.conf', modules: '', files: 655_350 };
const plan = (more: Partial<RunPlan> = {}): RunPlan => ({
  ports: [
    { port: 'dpdk0', pci: '0000:04:00.0', bind: true },
    { port: 'dpdk1', pci: '0000:04:00.1', bind: true },
  ],
  nics: [],
  nodes: [
    { node: 0, pages: 512 },
    { node: 1, pages: 256 },
  ],
  page_kb: 2048,
  huge_dir: '/mnt/huge',
  driver: 'igb_uio',
  modules: ['igb_uio', 'rte_kni'],
  eal: ['-l', '0,1'],
  takes_conf: true,
  conf: 'global_defs {\n    log_level INFO\n    log_file /var/log/dpvs.log\n    <init> kni on\n}',
  ...more,
});

forEachShell('dpvs.up', (shell) => {
  const at = useScratch();
  const put = (path: string, text: string): void => {
    mkdirSync(dirname(at(path)), { recursive: true });
    writeFileSync(at(path), text);
  };
  const pages = (node: number): string => `sys/devices/system/node/node${node}/hugepages/hugepages-2048kB/nr_hugepages`;

  /** A tree as /sys: 100 and 300 huge pages, one NIC with the kernel, one with DPDK, rte_kni loaded. */
  function machine(): void {
    put(pages(0), '100\n');
    put(pages(1), '300\n');
    put('proc/mounts', `nodev /mnt/huge hugetlbfs rw,pagesize=2M 0 0\n`);
    put('proc/modules', 'rte_kni 1 0 - Live 0x0\n');
    for (const [pci, driver] of [
      ['0000:04:00.0', 'ixgbe'],
      ['0000:04:00.1', 'igb_uio'],
    ]) {
      mkdirSync(at(`sys/bus/pci/devices/${pci}`), { recursive: true });
      mkdirSync(at(`sys/bus/pci/drivers/${driver}`), { recursive: true });
      symlinkSync(at(`sys/bus/pci/drivers/${driver}`), at(`sys/bus/pci/devices/${pci}/driver`));
    }
  }
  const run = async (given: RunPlan, mode = '') => {
    put('dpvs.up', upScript(given, PLACES));
    const line = `dpvs_sys=${at('sys')} dpvs_proc=${at('proc')}; set -- ${mode}; . ${at('dpvs.up')}`;
    return (await shell()).call({ scripts: [], fn: 'eval', args: [`(${line})`] });
  };

  it('says what it would do, and does nothing', async () => {
    machine();
    const said = await run(plan(), 'check');
    expect(said).toMatchObject({ rc: 0, stderr: '' });
    expect(said.stdout.trim().split('\n')).toEqual([
      'would=512 huge pages of 2048 kB on node 0, not 100',
      'would=module igb_uio',
      'would=0000:04:00.0 with driver igb_uio, not ixgbe',
    ]);
    expect(readFileSync(at(pages(0)), 'utf8')).toBe('100\n');
  });

  it('raises huge pages and never lowers them; once', async () => {
    machine();
    const memory = plan({ modules: ['rte_kni'], ports: [] });
    expect((await run(memory)).stdout).toBe('would=512 huge pages of 2048 kB on node 0, not 100\n');
    expect([0, 1].map((node) => readFileSync(at(pages(node)), 'utf8'))).toEqual(['512\n', '300\n']);
    expect(await run(memory)).toMatchObject({ rc: 0, stdout: '' });
  });

  it.each<[string, Partial<RunPlan>, string]>([
    [
      'a size that the kernel does not have',
      { page_kb: 1_048_576 },
      'this kernel has no huge pages of 1048576 kB on node 0',
    ],
    [
      'a NIC that is gone',
      { modules: [], ports: [{ port: 'dpdk0', pci: '0000:09:00.0', bind: true }] },
      'there is no PCI device 0000:09:00.0',
    ],
  ])('%s ends it with its name', async (_, more, reason) => {
    machine();
    expect(await run(plan(more), 'check')).toMatchObject({ rc: 1, stderr: expect.stringContaining(`dpvs: ${reason}`) });
  });
});

describe('what dpvs_daemon writes', () => {
  it('is the program in the foreground, with its arguments and its limit of files', () => {
    const text = runScript(plan(), PLACES);
    expect(text).toContain('exec /sbin/dpvs -c /etc/dpvs.conf -- -l 0,1');
    expect(text).toContain('ulimit -n 655350');
    expect(runScript(plan({ takes_conf: false }), PLACES)).toContain('exec /sbin/dpvs -- -l 0,1');
    expect(logFile(plan().conf)).toBe('/var/log/dpvs.log');
  });

  it("carrier=on is rte_kni's, and modules come from the folder of the build", () => {
    const text = upScript(plan(), { ...PLACES, modules: '/opt/dpdk/build/kmod' });
    expect(text).toContain("dpvs_module rte_kni '/opt/dpdk/build/kmod' 'carrier=on'");
    expect(text).toContain("dpvs_module igb_uio '/opt/dpdk/build/kmod' ''");
  });

  it('asks for a restart for arguments and <init> keys only', () => {
    const sum = startSum(plan());
    expect(startSum(plan({ conf: plan().conf.replace('INFO', 'DEBUG') }))).toBe(sum);
    expect(startSum(plan({ conf: plan().conf.replace('kni on', 'kni off') }))).not.toBe(sum);
    expect(startSum(plan({ eal: ['-l', '0,2'] }))).not.toBe(sum);
  });

  it('keeps the NIC table as dpvs_plan reads it', () => {
    const nic = { name: 'eth2', mac: 'aa:bb:cc:23:33:02', pci: '0000:04:00.0', driver: 'ixgbe', node: 0, queues: 20 };
    expect(
      nicTable([nic, { ...nic, pci: '' }, { ...nic, name: '' }])
        .split('\n')
        .slice(1),
    ).toEqual(['eth2 aa:bb:cc:23:33:02 0000:04:00.0 ixgbe ixgbe 0 20']);
  });

  it.each([
    { eal: ['-l', '0; reboot'] },
    { huge_dir: '/mnt/$(x)' },
    { ports: [{ port: 'dpdk0', pci: '0000:04:00.0;x', bind: true }] },
    { modules: ['evil'] },
    { driver: 'x y' },
  ])('%j is no plan', (bad) => {
    expect(verb.args.safeParse({ plan: plan() }).success).toBe(true);
    expect(verb.args.safeParse({ plan: { ...plan(), ...bad } }).success).toBe(false);
  });
});

describe('the log', () => {
  it.each([
    ['DPVS: Start dpdk2 failed, skipping ...', 'the port dpdk2 is dead'],
    ['NETIF: rte_flow_validate on dpdk0 failed -- 1, Function not implemented', 'dpdk0 has no rte_flow'],
    ['ETHDEV: RSS support requested but not supported by the device', 'no RSS'],
    ['KNI: virtio_kni hotplug_add failed: -1', "host's kernel"],
    ['RING: Cannot reserve memory', 'a ring could not be made'],
    ['EAL: Cannot get hugepage information.', 'no hugetlbfs is mounted'],
    ['DPVS: failed to init ipvs: no memory', 'too few huge pages for ipvs'],
    ['NETIF: ports in DPDK RTE (2) != ports in dpvs.conf(0)', 'DPDK found 2 ports, and dpvs.conf has 0'],
    ['CFG_FILE: not supported keyword -- fdir', 'passed over fdir'],
    ['NETIF: invalid pktpool_size 12, using default 65535', 'replaced pktpool_size 12 by 65535'],
  ])('%s', (line, meaning) => {
    const [finding, ...more] = judgeLog(`EAL: Detected 4 lcore(s)\n${line}\n${line}\n`);
    expect(finding.means).toContain(meaning);
    expect(finding.remedy).not.toBe('');
    expect(more).toEqual([]);
  });

  it('is no finding when all is well', () => {
    expect(judgeLog('NETIF: dpdk0:rx_queue_number = 8\nDPVS: dpvs-conf-file: /etc/dpvs.conf\n')).toEqual([]);
  });

  it('ports are those that dpip lists', () => {
    const listing =
      '1: dpdk0: socket 0 mtu 1500 rx-queue 16 tx-queue 16 \n    UP 10000 Mbps full-duplex auto-nego \n2: bond0: socket 1 mtu';
    expect(portsOf(listing)).toEqual(['dpdk0', 'bond0']);
  });
});
