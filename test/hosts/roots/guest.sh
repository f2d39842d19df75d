# shellcheck shell=bash
# The disk of a full Debian 12 guest: systemd, sshd, nginx and a kernel, as it runs on a virtual machine of a cloud. Disk
# and file system are built into that kernel, so that it needs no initrd. Beside disk.img: `kernel` and `newer_kernel`,
# the oldest and the newest release that the suite still serves; a guest starts with the older one.
GUEST_MIRROR=${TOA_DEBIAN_MIRROR:-http://deb.debian.org/debian}
GUEST_SECURITY=${TOA_DEBIAN_SECURITY_MIRROR:-http://deb.debian.org/debian-security}

# Of the headers, what no module for a PC reads is left out: unpacking 4,000 more files takes a minute under emulation.
build_guest() { # FOLDER
  local root=$1/root oldest newest
  mkdir -p "$root"
  mmdebstrap --quiet --variant=minbase \
    --include=systemd-sysv,udev,kmod,openssh-server,nginx-light,iproute2,procps,ca-certificates,tiny-initramfs \
    --aptopt='Acquire::Languages "none"' --aptopt='Acquire::Check-Valid-Until "false"' \
    --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/doc/*' \
    --dpkgopt='path-exclude=/usr/share/locale/*' --dpkgopt=force-unsafe-io \
    --dpkgopt='path-exclude=/usr/src/linux-headers-*/arch/*' --dpkgopt='path-include=/usr/src/linux-headers-*/arch/x86*' \
    --dpkgopt='path-exclude=/usr/src/linux-headers-*/include/dt-bindings/*' \
    bookworm "$root" "deb $GUEST_MIRROR bookworm main" "deb $GUEST_SECURITY bookworm-security main"
  cp /etc/resolv.conf "$root/etc/resolv.conf"
  in_guest_root "$root" apt-get -qq update
  guest_kernels "$root" >"$1/releases"
  oldest=$(head -n 1 "$1/releases") newest=$(tail -n 1 "$1/releases")
  echo "$oldest" >"$1/kernel"
  echo "$newest" >"$1/newer_kernel"
  in_guest_root "$root" apt-get -qq install -y --no-install-recommends "linux-image-$oldest"
  guest_packages "$root" "linux-headers-$oldest" "linux-headers-$newest" "linux-image-$newest"
  guest_settings "$root"
  mke2fs -q -t ext4 -d "$root" -E root_owner=0:0 "$1/disk.img" 3G
  rm -rf "$root"
}

# With /proc, in a mount namespace of its own: package scripts look at it
in_guest_root() { # ROOT COMMAND...
  # shellcheck disable=SC2016 # the inner shell expands
  unshare --mount --propagation private -- sh -c 'mount -t proc proc "$1/proc" && exec chroot "$@"' in "$1" \
    env DEBIAN_FRONTEND=noninteractive LC_ALL=C "${@:2}"
}

# The releases for which there are image and headers, oldest first
guest_kernels() { # ROOT
  in_guest_root "$1" apt-cache pkgnames linux- | sed -n 's/^linux-headers-\(6\.1\.[0-9]*-[0-9]*-cloud-amd64\)$/\1/p' |
    while read -r release; do
      in_guest_root "$1" apt-cache show --no-all-versions "linux-image-$release" >/dev/null 2>&1 && echo "$release"
    done | sort -V
}

# Guests have no way out: a compiler, the headers and the newer kernel come from a repository of their own.
guest_packages() { # ROOT PACKAGE...
  local root=$1 deb
  shift
  mkdir -p "$root/srv/apt/partial"
  in_guest_root "$root" apt-get -qq install -y --no-install-recommends --download-only -o Dir::Cache::archives=/srv/apt \
    gcc make binutils "$@"
  rm -rf "$root/srv/apt/partial" "$root/srv/apt/lock"
  for deb in "$root"/srv/apt/*.deb; do
    uncompressed "$deb" "$root/srv/apt/.tree"
    dpkg-deb --field "$deb"
    printf 'Filename: ./%s\nSize: %s\nSHA256: %s\n\n' "$(basename "$deb")" "$(stat -c %s "$deb")" \
      "$(sha256sum "$deb" | cut -d' ' -f1)"
  done >"$root/srv/apt/Packages"
  rm -rf "$root"/etc/apt/sources.list.d/* "$root"/var/lib/apt/lists/*
  echo 'deb [trusted=yes] file:/srv/apt ./' >"$root/etc/apt/sources.list"
  in_guest_root "$root" apt-get -qq update
  in_guest_root "$root" apt-get -qq clean
}

# The same package without compression: under emulation unpacking xz takes longer than all else
uncompressed() { # DEB SCRATCH
  dpkg-deb --raw-extract "$1" "$2"
  dpkg-deb -Znone --build "$2" "$1" >/dev/null
  rm -rf "$2"
}

guest_settings() { # ROOT
  local root=$1
  rm -f "$root"/etc/ssh/ssh_host_* "$root/etc/resolv.conf"
  echo '/dev/nvme0n1 / ext4 defaults 0 1' >"$root/etc/fstab"
  printf 'PermitRootLogin prohibit-password\nPasswordAuthentication no\nUseDNS no\nMaxStartups 1000:30:2000\n' \
    >"$root/etc/ssh/sshd_config.d/guest.conf"
  cp "$HOSTS_DIR/nginx.conf" "$root/etc/nginx/nginx.conf"
  mkdir -p "$root/root/.ssh" "$root/etc/systemd/network"
  chmod 700 "$root/root/.ssh"
  in_guest_root "$root" systemctl enable --quiet ssh.service nginx.service systemd-networkd.service
  in_guest_root "$root" systemctl mask --quiet apt-daily.timer apt-daily-upgrade.timer e2scrub_all.timer e2scrub_reap.service fstrim.timer \
    systemd-networkd-wait-online.service serial-getty@ttyS0.service getty.target systemd-timesyncd.service \
    systemd-tmpfiles-clean.timer
  in_guest_root "$root" systemctl set-default --quiet multi-user.target
}
