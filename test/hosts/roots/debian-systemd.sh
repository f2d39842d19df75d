# shellcheck shell=bash
# The same Debian with systemd as PID 1; units that would touch the machine's own kernel are masked.
build_debian_systemd() { # TARGET (the Debian root, writable)
  chroot "$1" env DEBIAN_FRONTEND=noninteractive apt-get -qq update
  chroot "$1" env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends \
    --allow-remove-essential systemd systemd-sysv
  chroot "$1" apt-get -qq clean
  rm -rf "$1"/var/lib/apt/lists/*
  chroot "$1" systemctl mask --quiet systemd-sysctl.service systemd-modules-load.service systemd-random-seed.service \
    systemd-logind.service systemd-timesyncd.service systemd-binfmt.service proc-sys-fs-binfmt_misc.automount \
    dev-hugepages.mount dev-mqueue.mount sys-kernel-debug.mount sys-kernel-tracing.mount sys-fs-fuse-connections.mount \
    getty.target console-getty.service apt-daily.timer apt-daily-upgrade.timer e2scrub_all.timer fstrim.timer
  chroot "$1" systemctl enable --quiet ssh.service nginx.service
  chroot "$1" systemctl set-default --quiet multi-user.target
}
