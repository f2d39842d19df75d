import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { useScratch } from '../../test/support/scratch.ts';
import { forEachShell } from '../../test/support/shells.ts';
import { runVerb } from '../../test/support/verb-context.ts';
import { Answer, verbScript } from '../shared/answer.ts';
import { FILE_SCRIPTS } from '../shared/files/files.ts';
import { factsOf } from './facts.ts';
import { verb } from './task.ts';

const SCRIPTS = [...FILE_SCRIPTS, verbScript('dpvs_plan')];

forEachShell('dpvs_plan.sh', (shell) => {
  const at = useScratch();
  const put = (path: string, text: string): void => {
    mkdirSync(dirname(at(path)), { recursive: true });
    writeFileSync(at(path), text);
  };
  const link = (path: string, to: string): void => {
    mkdirSync(dirname(at(path)), { recursive: true });
    mkdirSync(at(to), { recursive: true });
    symlinkSync(at(to), at(path));
  };

  /** A tree as /sys of two nodes: eth2 with the kernel, 0000:04:00.1 with DPDK, a disk, lo. */
  function machine(): void {
    put('sys/devices/system/cpu/online', '0-3\n');
    for (const cpu of [0, 1])
      put(`sys/devices/system/cpu/cpu${cpu}/topology/thread_siblings_list`, `${cpu},${cpu + 2}\n`);
    for (const node of [0, 1]) {
      const folder = `sys/devices/system/node/node${node}`;
      put(`${folder}/cpulist`, `${node},${node + 2}\n`);
      put(
        `${folder}/meminfo`,
        `Node ${node} MemTotal:       65000000 kB\nNode ${node} MemFree:        61000000 kB\nNode ${node} FilePages:        500000 kB\n`,
      );
      put(`${folder}/hugepages/hugepages-2048kB/nr_hugepages`, '12\n');
      put(`${folder}/hugepages/hugepages-2048kB/free_hugepages`, '10\n');
    }
    const nic = 'sys/devices/pci0000:00/0000:04:00.0';
    put(`${nic}/class`, '0x020000\n');
    put(`${nic}/numa_node`, '-1\n');
    link(`${nic}/driver`, 'sys/bus/pci/drivers/ixgbe');
    for (const queue of [0, 1, 2]) mkdirSync(at(`${nic}/net/eth2/queues/rx-${queue}`), { recursive: true });
    put(`${nic}/net/eth2/address`, 'aa:bb:cc:23:33:02\n');
    link(`${nic}/net/eth2/device`, nic);
    link('sys/class/net/eth2', `${nic}/net/eth2`);
    put('sys/class/net/lo/address', '00:00:00:00:00:00\n');
    link('sys/bus/pci/devices/0000:04:00.0', nic);
    const taken = 'sys/devices/pci0000:00/0000:04:00.1';
    put(`${taken}/class`, '0x020000\n');
    put(`${taken}/numa_node`, '1\n');
    link(`${taken}/driver`, 'sys/bus/pci/drivers/igb_uio');
    link('sys/bus/pci/devices/0000:04:00.1', taken);
    put('sys/devices/pci0000:00/0000:00:1f.2/class', '0x010601\n');
    link('sys/bus/pci/devices/0000:00:1f.2', 'sys/devices/pci0000:00/0000:00:1f.2');
    mkdirSync(at('sys/kernel/iommu_groups/1'), { recursive: true });
    put('proc/sys/kernel/osrelease', '3.10.0-1160.36.2.el7.x86_64\n');
    put('etc/toa/dpvs.nics', '# kept\neth3 aa:bb:cc:23:33:03 0000:04:00.1 ixgbe ixgbe 1 20 \n');
  }

  const look = async () =>
    (await shell()).call({
      scripts: SCRIPTS,
      fn: 'eval',
      args: [`dpvs_sys=${at('sys')} dpvs_proc=${at('proc')} dpvs_etc=${at('etc')}; dpvs_plan_main`],
      vars: { page_kb: '2048', check: '' },
    });

  it('tells NICs, also one that DPDK has, nodes with their huge pages, CPUs', async () => {
    machine();
    const answer = await look();
    expect(answer).toMatchObject({ rc: 0, stderr: '' });
    const facts = factsOf(new Answer(answer.stdout));
    expect(facts).toMatchObject({ kernel: '3.10.0-1160.36.2.el7.x86_64', cpus: [0, 1, 2, 3], iommu: true });
    expect(facts.siblings).toEqual([
      [0, 2],
      [1, 3],
    ]);
    expect(facts.nodes).toEqual([
      { node: 0, cpus: [0, 2], available: 61_500_000, pages: 12, free: 10 },
      { node: 1, cpus: [1, 3], available: 61_500_000, pages: 12, free: 10 },
    ]);
    expect(facts.nics).toMatchObject([
      { name: 'eth2', mac: 'aa:bb:cc:23:33:02', pci: '0000:04:00.0', driver: 'ixgbe', node: 0, queues: 3 },
      {
        name: 'eth3',
        mac: 'aa:bb:cc:23:33:03',
        pci: '0000:04:00.1',
        driver: 'ixgbe',
        bound: 'igb_uio',
        node: 1,
        queues: 20,
      },
    ]);
  });

  it('an empty tree is no error of the shell', async () => {
    expect(await look()).toMatchObject({ rc: 0, stderr: '' });
  });

  it('on this machine, as it is, it changes nothing and names what is missing', async () => {
    const given = { version: '1.9.4', interfaces: ['nosuch0'] };
    const result = await runVerb(verb, given, await shell());
    expect(result).toMatchObject({ failed: true, changed: false, code: 'E_DPVS_HOST' });
    expect(result['problems']).toContain('there is no network interface nosuch0');
  });
});

describe('dpvs_plan', () => {
  it('what a host says that is no NIC, node or list is nothing', () => {
    const facts = factsOf(new Answer('nic=$(x) ; `y` ../z - -1 99999999999999999999\nnode=a b c\ncpus=0-99999999,x\n'));
    expect(facts.nics).toEqual([{ name: '', mac: '', pci: '', driver: '', bound: '', node: 0, queues: 0, used: '' }]);
    expect(facts.cpus).toEqual([]);
  });
});
