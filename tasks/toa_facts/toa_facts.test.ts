import { expect, it } from 'vitest';
import { recordedShell } from '../../test/support/recorded-shell.ts';
import { withPrograms } from '../../test/support/with-programs.ts';
import { verb } from './task.ts';

const CENTOS7 = `kernel=3.10.0-1160.36.2.el7.x86_64
arch=x86_64
uid=0
init=systemd
container=
modules=1
kprobes=1
tun=1
headers_missing=/usr/src/kernels/3.10.0-1160.36.2.el7.x86_64
compiler=gcc (GCC) 4.8.5 20150623 (Red Hat 4.8.5-44)
make=/usr/bin/make
boot_loader=/boot/grub2/grub.cfg
`;
const VENDOR = `${CENTOS7}module=toa\nmodule_version=\n`;
const OURS = `${CENTOS7}module=toa
module_ours=1
module_state=version 1.0.0
module_state=abi 3
module_state=kinds 254:8,254:20
module_state=allow 2
module_state=probe idle
module_state=clients 7
module_state=max_clients 1048576
module_state=hook tcp_v4_syn_recv_sock on missed 4
module_state=hook tcp_v6_conn_request absent -2
module_state=refused_peer 10.9.0.7 not_allowed 5 12
module_state=accepted_ack 41
module_state=not_allowed 5
module_crashed=1
`;
const LOCKED_DOWN = `kernel=6.1.0-21-amd64\narch=x86_64\nuid=0\ninit=systemd\ncgroup2=/sys/fs/cgroup\nbpffs=/sys/fs/bpf\nlockdown=confidentiality\n`;

const look = (given: object, stdout: string) =>
  verb.run(verb.args.parse(given), withPrograms(recordedShell([{ stdout }])));

it('an old kernel gets the module, with the reason', async () => {
  const result = await look({}, CENTOS7);
  expect(result.failed).toBeUndefined();
  expect(result['toa']).toMatchObject({
    receiver: 'module',
    reason: 'no eBPF: kernel 3.10.0-1160.36.2.el7.x86_64 is older than 5.10',
    headers: '',
    headers_missing: '/usr/src/kernels/3.10.0-1160.36.2.el7.x86_64',
    boot_loader: '/boot/grub2/grub.cfg',
  });
});

it("another vendor's module is refused, or left to be replaced when that is wanted", async () => {
  const refused = await look({}, VENDOR);
  expect(refused).toMatchObject({ failed: true, code: 'E_TOA_VENDOR_MODULE' });
  expect(refused.remedy).toContain('rmmod');
  const allowed = await look({ vendor_module: 'replace' }, VENDOR);
  expect(allowed.failed).toBeUndefined();
  expect(allowed['toa']).toMatchObject({ receivers: { module: { loaded: true, name: 'toa', ours: false } } });
});

it('a locked-down kernel without modules gets nothing, and what to do', async () => {
  const result = await look({}, LOCKED_DOWN);
  expect(result['toa']).toMatchObject({ receiver: 'none' });
  expect((result['toa'] as { remedy: string }).remedy).toContain('lockdown=integrity');
});

it("our module's state is part of the facts: rules, clients, missed calls, counters", async () => {
  const result = await look({ strategy: 'module' }, OURS);
  expect((result['toa'] as { receivers: unknown }).receivers).toMatchObject({
    module: {
      loaded: true,
      ours: true,
      version: '1.0.0',
      kinds: '254:8,254:20',
      allow: '2',
      clients: 7,
      missed: { tcp_v4_syn_recv_sock: 4 },
      absent: ['tcp_v6_conn_request'],
      pending: false,
      crashed: true,
    },
    counters: { accepted_ack: 41, not_allowed: 5 },
    refused: [{ address: '10.9.0.7', reason: 'not_allowed', count: 5, seconds_ago: 12 }],
  });
});
