import { describe, expect, it } from 'vitest';
import { chooseReceiver, type HostAbility } from '../../tasks/shared/receiver/strategy.ts';

const modern: HostAbility = {
  kernel: '6.1.0-21-amd64',
  arch: 'x86_64',
  root: true,
  cgroup2: true,
  bpffs: true,
  lockdown: 'none',
  modules: true,
  programs: true,
};
const centos7: HostAbility = { ...modern, kernel: '3.10.0-1160.el7.x86_64', cgroup2: false, bpffs: false };

describe('chooseReceiver', () => {
  it('takes eBPF where it can work', () => {
    expect(chooseReceiver('auto', modern)).toMatchObject({ receiver: 'ebpf' });
  });

  it('takes the module on older kernels, and says why', () => {
    expect(chooseReceiver('auto', centos7)).toEqual({
      receiver: 'module',
      reason: 'no eBPF: kernel 3.10.0-1160.el7.x86_64 is older than 5.10',
    });
  });

  it.each([
    [{ cgroup2: false }, 'no cgroup v2'],
    [{ bpffs: false }, 'no bpf file system'],
    [{ lockdown: 'confidentiality' }, 'locked down'],
    [{ arch: 'riscv64' }, 'for x86_64 and aarch64, not for riscv64'],
    [{ arch: 'aarch64', programs: false }, 'no programs for aarch64'],
  ])('stops with the reason when %o and eBPF was asked for', (lack, words) => {
    const choice = chooseReceiver('ebpf', { ...modern, ...lack });
    expect(choice.receiver).toBe('none');
    expect(choice.reason).toContain(words);
    expect(choice.remedy).toBeTruthy();
  });

  it.each(['auto', 'ebpf', 'module'] as const)('promises only what can be brought, and says how: %s', (wanted) => {
    const choice = chooseReceiver(wanted, { ...modern, arch: 'aarch64', programs: false });
    expect(choice).toMatchObject({ receiver: 'none', reason: 'this installation has no programs for aarch64' });
    expect(choice.remedy).toContain('scripts/build-kmod --arch aarch64');
    expect(chooseReceiver(wanted, { ...centos7, arch: 'ppc64le' })).toMatchObject({ receiver: 'none' });
  });

  it('has nothing to offer without eBPF and modules', () => {
    expect(chooseReceiver('auto', { ...centos7, modules: false })).toMatchObject({ receiver: 'none' });
  });

  it('takes a patched kernel only by name', () => {
    expect(chooseReceiver('lvs-kernel', centos7).receiver).toBe('lvs-kernel');
  });
});
