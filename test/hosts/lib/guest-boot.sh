#!/bin/bash
# guest-boot.sh ID HOST: keeps one guest running. Each turn is a start of the machine: what firmware and boot loader do
# (check the disk, take the kernel that /vmlinuz names), then QEMU until the guest reboots, powers off or is killed
# (a power cut).
set -uo pipefail
HOSTS_DIR=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
for part in common registry guest-table; do
  # shellcheck source=/dev/null
  . "$HOSTS_DIR/lib/$part.sh"
done
id=$1 host=$2
folder=$(fleet_dir "$id")/hosts/$host
disk=$folder/disk.img

# from_disk FILE COPY: follows the one link that Debian's /vmlinuz is
from_disk() {
  local path=$1 link
  link=$(debugfs -R "stat $path" "$disk" 2>/dev/null | sed -n 's/^Fast link dest: "\(.*\)"$/\1/p')
  debugfs -R "dump -p /${link:-${path#/}} $2.new" "$disk" >/dev/null 2>&1
  [ -s "$2.new" ] && mv "$2.new" "$2"
}

machine() {
  local extra number=${ADDRESS[$host]##*.}
  # a file with further words for the kernel's command line, when a test wants some
  extra=$(cat "$folder/append" 2>/dev/null)
  # one virtual processor each: under emulation a second one makes every boot slower; what guards against a processor's
  # speculation costs most there (each system call would flush the emulated TLB), and there is no such processor
  exec nsenter --net="/run/netns/$(netns_name "$id" hub)" -- nice -n "${TOA_GUEST_NICE:-5}" \
    qemu-system-x86_64 -accel tcg,thread=single -cpu max -smp 1 -m 1024 -display none -no-reboot -nodefaults \
    -kernel "$folder/vmlinuz" -append "root=/dev/nvme0n1 rw console=ttyS0 panic=5 oops=panic quiet net.ifnames=0 mitigations=off nowatchdog $extra" \
    -drive "file=$disk,format=raw,if=none,id=disk,cache=unsafe" -device nvme,drive=disk,serial=guest \
    -netdev "tap,id=net,ifname=$(tap_of "$host"),script=no,downscript=no,vnet_hdr=off" \
    -device "virtio-net-pci,netdev=net,mac=52:54:00:99:00:$(printf %02x "$number")" \
    -device virtio-rng-pci -serial "file:$folder/console.log"
}

cgroup=$(cgroup_dir "$id" "$host")
mkdir -p "$(cgroup_dir "$id" supervisors)" "$cgroup"
echo $$ >"$(cgroup_dir "$id" supervisors)/cgroup.procs"
starts=0
while :; do
  e2fsck -p "$disk" >"$folder/fsck.log" 2>&1
  # 1: something was mended, the journal for instance
  [ $? -le 1 ] || break
  from_disk /vmlinuz "$folder/vmlinuz" || break
  starts=$((starts + 1)) started=$SECONDS
  [ ! -e "$folder/console.log" ] || cat "$folder/console.log" >>"$folder/console.old"
  echo $starts >"$folder/starts"
  (echo "$BASHPID" >"$cgroup/cgroup.procs" && machine) </dev/null >>"$folder/qemu.log" 2>&1
  [ $((SECONDS - started)) -ge 2 ] || sleep 1
done
echo "guest: the disk of $host cannot be started" >>"$folder/qemu.log"
