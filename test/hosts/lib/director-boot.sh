#!/bin/bash
# director-boot.sh ID HOST: keeps the director that is a virtual machine running, until the fleet's cgroup is killed. A guest
# that ends, or is killed (a power cut), starts again from its disk.
set -uo pipefail
HOSTS_DIR=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
export WITH_GUEST=1
for part in common registry balancers-table; do
  # shellcheck source=/dev/null
  . "$HOSTS_DIR/lib/$part.sh"
done
id=$1 host=$2
folder=$(fleet_dir "$id")/hosts/$host

machine() {
  exec nsenter --net="/run/netns/$(netns_name "$id" hub)" -- nice -n "${TOA_GUEST_NICE:-5}" \
    qemu-system-x86_64 -accel tcg,thread=single -cpu max -smp 1 -m 768 -display none -no-reboot -nodefaults \
    -kernel "$folder/vmlinuz" -append 'root=/dev/nvme0n1 rw console=ttyS0 net.ifnames=0 mitigations=off nowatchdog no_timer_check quiet' \
    -drive "file=$folder/disk.img,format=raw,if=none,id=disk,cache=unsafe" -device nvme,drive=disk,serial=guest \
    -netdev "tap,id=net,ifname=$(tap_of "$host"),script=no,downscript=no,vnet_hdr=off" \
    -device "virtio-net-pci,netdev=net,mac=52:54:00:99:00:$(printf %02x "${NUMBER[$host]}")" \
    -device virtio-rng-pci -serial "file:$folder/console.log"
}

cgroup=$(cgroup_dir "$id" "$host")
mkdir -p "$(cgroup_dir "$id" supervisors)" "$cgroup"
echo $$ >"$(cgroup_dir "$id" supervisors)/cgroup.procs"
starts=0
while :; do
  e2fsck -p "$folder/disk.img" >"$folder/fsck.log" 2>&1
  # 1: something was mended, the journal for instance
  [ $? -le 1 ] || break
  starts=$((starts + 1)) started=$SECONDS
  echo $starts >"$folder/starts"
  (echo "$BASHPID" >"$cgroup/cgroup.procs" && machine) </dev/null >>"$folder/qemu.log" 2>&1
  [ $((SECONDS - started)) -ge 2 ] || sleep 1
done
