#!/bin/bash
# boot.sh HOST HOST-FOLDER LOWER: runs as PID 1 in the host's new namespaces: mounts what a machine's firmware and kernel would give, then
# becomes the host's init.
set -euo pipefail
HOSTS_DIR=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
host=$1 folder=$2 lower=$3 root=$folder/root

# the mark of the last start's work folder would refuse a volatile upper layer
rm -rf "$folder/work"
mkdir -p "$folder/upper" "$folder/work" "$root"
mount -t overlay overlay -o "lowerdir=$lower,upperdir=$folder/upper,workdir=$folder/work,volatile" "$root"

if [ ! -e "$folder/is-set-up" ]; then
  bash "$HOSTS_DIR/setup/all.sh" "$host" "$folder" "$root"
  touch "$folder/is-set-up"
fi

mount -t proc -o nosuid,nodev,noexec proc "$root/proc"
mount -t sysfs -o nosuid,nodev,noexec sysfs "$root/sys"
mkdir -p "$root/sys/fs/cgroup" "$root/sys/fs/bpf"
mount -t cgroup2 -o nosuid,nodev,noexec cgroup2 "$root/sys/fs/cgroup"
mount -t bpf bpffs "$root/sys/fs/bpf"
mount -t tmpfs -o mode=755,nosuid,size=64m tmpfs "$root/run"
mkdir -p "$root/run/sshd" "$root/run/lock"
chmod 1777 "$root/run/lock"

# The machine's kernel is shared: its own settings stay readable only, the network's belong to the host.
mount --bind "$root/proc/sys" "$root/proc/sys"
mount --bind "$root/proc/sys/net" "$root/proc/sys/net"
mount -o remount,bind,ro "$root/proc/sys"
if [ -e "$root/proc/sysrq-trigger" ]; then
  mount --bind "$root/proc/sysrq-trigger" "$root/proc/sysrq-trigger"
  mount -o remount,bind,ro "$root/proc/sysrq-trigger"
fi
# a boot id of its own, new at each start
cat /proc/sys/kernel/random/uuid >"$folder/boot_id"
mount --bind "$folder/boot_id" "$root/proc/sys/kernel/random/boot_id"

mount -t tmpfs -o mode=755,nosuid,size=1m tmpfs "$root/dev"
mkdir -p "$root/dev/pts" "$root/dev/shm" "$root/dev/net"
mount -t devpts -o newinstance,ptmxmode=666,mode=620,gid=5 devpts "$root/dev/pts"
mount -t tmpfs -o mode=1777,nosuid,nodev tmpfs "$root/dev/shm"
while read -r name major minor; do
  mknod -m 666 "$root/dev/$name" c "$major" "$minor"
done <<'NODES'
null 1 3
zero 1 5
full 1 7
random 1 8
urandom 1 9
tty 5 0
net/tun 10 200
NODES
ln -s pts/ptmx "$root/dev/ptmx"
ln -s /proc/self/fd "$root/dev/fd"
ln -s /proc/self/fd/0 "$root/dev/stdin"
ln -s /proc/self/fd/1 "$root/dev/stdout"
ln -s /proc/self/fd/2 "$root/dev/stderr"
# what init says goes to the host's console log
touch "$root/dev/console"
mount --bind "$folder/console.log" "$root/dev/console"
[ ! -x "$folder/mounts.sh" ] || "$folder/mounts.sh" "$root"

hostname "$host"
cd "$root"
mkdir -p .old-root
pivot_root . .old-root
umount -l /.old-root
rmdir /.old-root 2>/dev/null || true
exec env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin container=toa-play TERM=linux /sbin/init
