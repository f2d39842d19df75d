#!/bin/busybox sh
# shellcheck shell=sh
# PID 1 of the guest: mounts, modules, the cases, off.
/bin/busybox mkdir -p /proc /sys /dev /tmp /sbin /usr/bin
/bin/busybox --install -s /bin
export PATH=/bin
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev 2>/dev/null || mdev -s
mount -t debugfs debug /sys/kernel/debug 2>/dev/null
mkdir -p /dev/net /sys/fs/cgroup
mount -t cgroup2 cgroup2 /sys/fs/cgroup 2>/dev/null
mount -t bpf bpf /sys/fs/bpf 2>/dev/null
ip link set lo up
for module in /mods/*.ko; do
  # ipv6 comes after ours: cases.sh
  case $module in *-ipv6.ko) continue ;; esac
  [ -f "$module" ] || continue
  # one that is in the kernel already is no failure
  said=$(insmod "$module" 2>&1) || case $said in
  *'File exists'*) ;;
  *) echo "@case kernel module-$(basename "$module" .ko) fail $said" ;;
  esac
done
[ -c /dev/net/tun ] || mknod /dev/net/tun c 10 200
echo "@begin $(uname -r) $(uname -m)"
sh /cases.sh 2>&1
echo "@end $?"
# not poweroff, which kernels without ACPI cannot; QEMU ends at a reboot
reboot -f
