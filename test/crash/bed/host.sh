#!/bin/bash
# Hosts of the crash tests: as those of the fleet (test/hosts), but sshd is all that starts, so that one is up in a tenth of a second.
#   host.sh prepare DIR         keys, and the layer above Debian's root that all hosts of DIR share
#   host.sh lower DIR           the layers below a host, topmost first, separated by colons
#   host.sh boot DIR NAME CGROUP   boots a fresh host in DIR/NAME; ends with the host. Everything of the last start is gone.
set -euo pipefail
HOSTS_DIR=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../hosts" && pwd)
for part in common roots; do
  # shellcheck source=/dev/null
  . "$HOSTS_DIR/lib/$part.sh"
done

# What differs from Debian's root
layer() { # DIR
  local root=$1/layer
  mkdir -p "$root/etc/ssh" "$root/root/.ssh" "$root/usr/sbin" "$root/etc/nginx"
  ssh-keygen -q -t ed25519 -N '' -C crash-host -f "$root/etc/ssh/ssh_host_ed25519_key"
  printf '%s\n' 'HostKey /etc/ssh/ssh_host_ed25519_key' 'UseDNS no' 'UsePAM no' 'PermitRootLogin prohibit-password' \
    'MaxStartups 1000:30:2000' 'PidFile none' >"$root/etc/ssh/sshd_config"
  install -m 600 "$1/key.pub" "$root/root/.ssh/authorized_keys"
  chmod 700 "$root/root/.ssh"
  echo 127.0.0.1 localhost >"$root/etc/hosts"
  printf '#!/bin/sh\nexit 0\n' >"$root/etc/rc.local"
  printf '#!/bin/sh\nexec /usr/sbin/sshd -D -e\n' >"$root/usr/sbin/init"
  chmod +x "$root/etc/rc.local" "$root/usr/sbin/init"
  cp "$HOSTS_DIR/nginx.conf" "$root/etc/nginx/nginx.conf"
}

# What the playbook sends: a folder in an archive, and a file that goes over a channel of its own
files() { # DIR
  mkdir -p "$1/files/data/deep"
  seq 1000 >"$1/files/data/deep/numbers"
  echo 'a word' >"$1/files/data/word"
  tar -C "$1/files/data" --sort=name --owner=0 --group=0 --mtime=@0 -czf "$1/files/data.tar.gz" deep word
  openssl enc -aes-128-ctr -nosalt -pass pass:big -in <(head -c 1200000 /dev/zero) 2>/dev/null >"$1/files/big"
}

prepare() { # DIR
  need_tools mmdebstrap unshare nsenter nft openssl ssh-keygen
  ensure_root debian
  mkdir -p "$1"
  ssh-keygen -q -t ed25519 -N '' -C crash-controller -f "$1/key"
  layer "$1"
  files "$1"
  printf '%s ansible_host=127.0.0.1 ansible_port=2200 ansible_user=root ansible_ssh_private_key_file=%s made=%s\n' \
    host "$1/key" "$1/files" >"$1/inventory.ini"
  printf "[all:vars]\ntoa_balancers=['10.99.0.0/16']\nansible_ssh_common_args='-F %s/ssh_config'\n" "$1" >>"$1/inventory.ini"
  printf '%s\n' 'Host *' "UserKnownHostsFile $1/known_hosts" 'IdentitiesOnly yes' 'ServerAliveInterval 1' \
    'ServerAliveCountMax 2' >"$1/ssh_config"
  printf '[127.0.0.1]:2200 %s\n' "$(cut -d' ' -f1,2 "$1/layer/etc/ssh/ssh_host_ed25519_key.pub")" >"$1/known_hosts"
}

lower() { printf '%s/layer:%s\n' "$1" "$(root_path debian)"; }

boot() { # DIR NAME CGROUP
  local folder=$1/$2
  rm -rf "$folder"
  mkdir -p "$folder" "$3"
  touch "$folder/is-set-up" "$folder/console.log"
  # first into the cgroup, then the new cgroup namespace: the cgroup becomes its root
  echo "$BASHPID" >"$3/cgroup.procs"
  # shellcheck disable=SC2016 # the inner shell expands
  exec unshare --net --cgroup --mount --uts --ipc --pid --fork --kill-child --propagation private -- \
    bash -c 'ip link set lo up && exec bash "$0" "$@"' "$HOSTS_DIR/lib/boot.sh" "$2" "$folder" "$(lower "$1")"
}

"$@"
