# shellcheck shell=bash
# A small Debian 12 with sysvinit, sshd, nginx and sudo: what most hosts of the fleet start from. No Python, no compiler.
build_debian() { # TARGET
  mmdebstrap --quiet --variant=minbase \
    --include=openssh-server,sudo,nginx-light,busybox-static,iproute2,procps,sysvinit-core,ca-certificates \
    --aptopt='Acquire::Languages "none"' --dpkgopt='path-exclude=/usr/share/man/*' \
    --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
    bookworm "$1" "${TOA_DEBIAN_MIRROR:-http://deb.debian.org/debian}"
  # every host makes its own
  rm -f "$1"/etc/ssh/ssh_host_*
  cp "$HOSTS_DIR/roots/apt-repository.sh" "$1/root/"
  chroot "$1" bash /root/apt-repository.sh /srv/apt
  rm "$1/root/apt-repository.sh"
  # no firmware, clock or disk to look after in a namespace: only the services start
  cat >"$1/etc/inittab" <<'INITTAB'
id:2:initdefault:
l2:2:wait:/etc/init.d/rc 2
l0:0:wait:/sbin/halt -d -f -p
l6:6:wait:/sbin/reboot -d -f
INITTAB
}
