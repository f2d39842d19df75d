# shellcheck shell=bash
# Debian 12 with systemd, the balancers' programs and Node: of directors and of the servers behind them (balancers-table.sh).
build_debian_balancers() { # TARGET (the Debian root, writable)
  # shellcheck source=debian-systemd.sh
  . "$HOSTS_DIR/roots/debian-systemd.sh"
  chroot "$1" env DEBIAN_FRONTEND=noninteractive apt-get -qq update
  chroot "$1" env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends --allow-remove-essential \
    systemd-sysv kmod nftables ipvsadm libnginx-mod-stream haproxy nodejs
  build_debian_systemd "$1"
  # the network's settings are each host's own, and have to come back at boot
  chroot "$1" systemctl unmask --quiet systemd-sysctl.service
}
