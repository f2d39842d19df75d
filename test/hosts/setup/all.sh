#!/bin/bash
# all.sh HOST HOST-FOLDER ROOT: what every host gets before its first start; then setup/HOST.sh (or what SETUP of the table
# names), where there is one.
set -euo pipefail
HOSTS_DIR=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=../lib/table.sh
. "$HOSTS_DIR/lib/${FLEET_TABLE:-table}.sh"
export host=$1 folder=$2 root=$3
ssh=$folder/../../ssh

echo "$host" >"$root/etc/hostname"
printf '127.0.0.1 localhost\n::1 localhost\n%s %s\n' "${ADDRESS[$host]}" "$host" >"$root/etc/hosts"
printf 'nameserver 127.0.0.1\n' >"$root/etc/resolv.conf"

install -m 600 "$folder"/keys/ssh_host_*_key "$root/etc/ssh/"
install -m 644 "$folder"/keys/ssh_host_*_key.pub "$root/etc/ssh/"
{
  echo "Port ${SSH_PORT[$host]:-22}"
  for key in "$folder"/keys/ssh_host_*_key; do echo "HostKey /etc/ssh/$(basename "$key")"; done
  printf '%s\n' 'UseDNS no' 'MaxStartups 1000:30:2000' 'PermitRootLogin prohibit-password' 'PasswordAuthentication no' 'KbdInteractiveAuthentication no' \
    'UsePAM yes' 'Subsystem sftp internal-sftp'
} >"$root/etc/ssh/sshd_config"

# the hosts have no way out: their packages come from a repository of their own
if [ -d "$root/etc/apt" ]; then
  rm -f "$root"/etc/apt/sources.list.d/*
  echo 'deb [trusted=yes] file:/srv/apt ./' >"$root/etc/apt/sources.list"
fi

# the user who logs in; its password, where sudo wants one, is made for this fleet only
user=${LOGIN[$host]:-root}
home=/root
if [ "$user" != root ]; then
  home=/home/$user
  chroot "$root" useradd --create-home --shell /bin/bash "$user"
fi
mkdir -p "$root$home/.ssh"
cat "$ssh"/id_*.pub >"$root$home/.ssh/authorized_keys"
chmod 700 "$root$home/.ssh"
chmod 600 "$root$home/.ssh/authorized_keys"
chroot "$root" chown -R "$user:" "$home/.ssh"

cp "$HOSTS_DIR/nginx.conf" "$root/etc/nginx/nginx.conf"

extra=$HOSTS_DIR/setup/${SETUP[$host]:-$host}.sh
# shellcheck source=/dev/null
if [ -e "$extra" ]; then . "$extra"; fi
