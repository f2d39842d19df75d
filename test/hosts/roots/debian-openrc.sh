# shellcheck shell=bash
# The same Debian with OpenRC instead of sysv-rc, under sysvinit as PID 1, and cron. Only ssh, nginx and cron start.
build_debian_openrc() { # TARGET (the Debian root, writable)
  chroot "$1" env DEBIAN_FRONTEND=noninteractive apt-get -qq update
  chroot "$1" env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends \
    --allow-remove-essential openrc cron
  chroot "$1" apt-get -qq clean
  rm -rf "$1"/var/lib/apt/lists/*
  find "$1"/etc/runlevels -type l -delete
  local service
  for service in ssh nginx cron; do chroot "$1" rc-update add "$service" default >/dev/null; done
  # a container needs no clock, disks or network of its own
  echo 'rc_sys="lxc"' >>"$1/etc/rc.conf"
  cat >"$1/etc/inittab" <<'INITTAB'
id:2:initdefault:
l2:2:wait:/sbin/openrc default
l0:0:wait:/sbin/halt -d -f -p
l6:6:wait:/sbin/reboot -d -f
INITTAB
}
