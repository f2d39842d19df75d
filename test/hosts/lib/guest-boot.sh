#!/bin/bash
# guest-boot.sh ID HOST: keeps one guest running. Each turn is a start of the machine: the disk is checked, then QEMU's
# firmware starts GRUB, which takes the kernel by the guest's own grub.cfg and grubenv, until the guest reboots, powers off
# or is killed (a power cut). The kernel's last words of a panic are kept over starts (ACPI ERST), as on a server.
set -uo pipefail
HOSTS_DIR=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
for part in common registry guest-table; do
  # shellcheck source=/dev/null
  . "$HOSTS_DIR/lib/$part.sh"
done
id=$1 host=$2
folder=$(fleet_dir "$id")/hosts/$host
disk=$folder/disk.img

machine() {
  local number=${ADDRESS[$host]##*.}
  # one virtual processor each: under emulation a second one makes every boot slower
  exec nsenter --net="/run/netns/$(netns_name "$id" hub)" -- nice -n "${TOA_GUEST_NICE:-5}" \
    qemu-system-x86_64 -accel tcg,thread=single -cpu max -smp 1 -m 1024 -display none -no-reboot -nodefaults \
    -drive "file=$folder/grub.img,format=raw,if=none,id=grub,readonly=on" -device virtio-blk-pci,drive=grub,bootindex=0 \
    -object "memory-backend-file,id=erst,mem-path=$folder/erst,size=0x10000,share=on" -device acpi-erst,memdev=erst \
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
  # its disk is being changed for another one
  while [ -e "$folder/hold" ]; do sleep 0.2; done
  e2fsck -p "$disk" >"$folder/fsck.log" 2>&1
  # 1: something was mended, the journal for instance
  [ $? -le 1 ] || break
  starts=$((starts + 1)) started=$SECONDS
  [ ! -e "$folder/console.log" ] || cat "$folder/console.log" >>"$folder/console.old"
  echo $starts >"$folder/starts"
  (echo "$BASHPID" >"$cgroup/cgroup.procs" && machine) </dev/null >>"$folder/qemu.log" 2>&1
  [ $((SECONDS - started)) -ge 2 ] || sleep 1
done
echo "guest: the disk of $host cannot be started" >>"$folder/qemu.log"
