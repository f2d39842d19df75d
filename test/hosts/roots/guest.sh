# shellcheck shell=bash
# The disk of a full Debian 12 guest: systemd, sshd, nginx, GRUB and a kernel, as it runs on a virtual machine of a cloud.
# Disk and file system are built into that kernel. Beside disk.img: grub.img, the disk that the firmware starts (GRUB's own
# sectors, which take grub.cfg, grubenv and kernels from disk.img), and one file for each release:
#   kernel            the oldest 6.1 that the suite still serves: a guest starts with it
#   newer_kernel      the newest 6.12 of backports, with headers
#   lonely_kernel     another 6.12, without its network driver: it boots, and nobody reaches it
#   panicking_kernel  another 6.12, whose initrd ends at once: it panics
GUEST_MIRROR=${TOA_DEBIAN_MIRROR:-http://deb.debian.org/debian}
GUEST_SECURITY=${TOA_DEBIAN_SECURITY_MIRROR:-http://deb.debian.org/debian-security}

# Of the headers, what no module for a PC reads is left out: unpacking 4,000 more files takes a minute under emulation.
build_guest() { # FOLDER
  local root=$1/root
  mkdir -p "$root"
  mmdebstrap --quiet --variant=minbase \
    --include=systemd-sysv,udev,kmod,openssh-server,nginx-light,iproute2,procps,ca-certificates,tiny-initramfs,grub2-common,grub-pc-bin,lvm2 \
    --aptopt='Acquire::Languages "none"' --aptopt='Acquire::Check-Valid-Until "false"' \
    --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/doc/*' \
    --dpkgopt='path-exclude=/usr/share/locale/*' --dpkgopt=force-unsafe-io \
    --dpkgopt='path-exclude=/usr/src/linux-headers-*/arch/*' --dpkgopt='path-include=/usr/src/linux-headers-*/arch/x86*' \
    --dpkgopt='path-exclude=/usr/src/linux-headers-*/include/dt-bindings/*' \
    bookworm "$root" "deb $GUEST_MIRROR bookworm main" "deb $GUEST_SECURITY bookworm-security main" \
    "deb $GUEST_MIRROR bookworm-backports main"
  cp /etc/resolv.conf "$root/etc/resolv.conf"
  guest_grub "$root"
  in_guest_root "$root" apt-get -qq update
  guest_releases "$root" "$1"
  in_guest_root "$root" apt-get -qq install -y --no-install-recommends "linux-image-$(cat "$1/kernel")"
  guest_packages "$root" "$1"
  guest_settings "$root"
  cp "$root/boot/vmlinuz-$(cat "$1/kernel")" "$1/vmlinuz"
  mke2fs -q -t ext4 -d "$root" -E root_owner=0:0 "$1/disk.img" 4G
  guest_first_boot "$1"
  rm -rf "$root" "$1/vmlinuz"
}

# What GRUB takes from the disk of the guest is what Debian's own scripts make: /etc/default/grub and update-grub
guest_grub() { # ROOT
  cat >"$1/etc/default/grub" <<'GRUB'
GRUB_DEFAULT=0
GRUB_TIMEOUT=0
GRUB_DISTRIBUTOR=Debian
GRUB_CMDLINE_LINUX_DEFAULT="quiet"
GRUB_CMDLINE_LINUX="console=ttyS0 net.ifnames=0 mitigations=off nowatchdog no_timer_check"
GRUB_DISABLE_LINUX_UUID=true
GRUB_TERMINAL=serial
GRUB
  mkdir -p "$1/boot/grub"
  in_guest_root "$1" grub-editenv /boot/grub/grubenv create
  # shellcheck disable=SC2016 # GRUB expands
  echo 'search --no-floppy --file --set=root /boot/grub/grub.cfg
set prefix=($root)/boot/grub' >"$1/tmp/early.cfg"
  in_guest_root "$1" grub-mkimage -O i386-pc -p /boot/grub -c /tmp/early.cfg -o /tmp/core.img \
    biosdisk part_msdos ext2 search search_fs_file normal configfile
  cat "$1/usr/lib/grub/i386-pc/boot.img" "$1/tmp/core.img" >"$1/../grub.img"
  truncate -s 2M "$1/../grub.img"
  cp -r "$1/usr/lib/grub/i386-pc" "$1/boot/grub/"
  rm "$1/tmp/early.cfg" "$1/tmp/core.img"
}

# grub-mkconfig asks the devices that the guest has: it has to run there.
guest_first_boot() { # FOLDER
  qemu-system-x86_64 -accel tcg,thread=single -cpu max -smp 1 -m 1024 -display none -no-reboot -nodefaults \
    -kernel "$1/vmlinuz" -append "root=/dev/nvme0n1 rw console=ttyS0 panic=1 init=/root/first-boot" \
    -drive "file=$1/disk.img,format=raw,if=none,id=disk,cache=unsafe" -device nvme,drive=disk,serial=guest \
    -serial "file:$1/first-boot.log"
  e2fsck -fp "$1/disk.img" >/dev/null || [ $? = 1 ]
  debugfs -R 'stat /boot/grub/grub.cfg' "$1/disk.img" 2>/dev/null | grep -q 'Type: regular'
}

# With /proc, in a mount namespace of its own: package scripts look at it
in_guest_root() { # ROOT COMMAND...
  # shellcheck disable=SC2016 # the inner shell expands
  unshare --mount --propagation private -- sh -c 'mount -t proc proc "$1/proc" && exec chroot "$@"' in "$1" \
    env DEBIAN_FRONTEND=noninteractive LC_ALL=C "${@:2}"
}

# Writes down which releases play which part (see above).
guest_releases() { # ROOT FOLDER
  local old new
  old=$(guest_kernels "$1" linux-headers '6\.1\.[0-9]*-[0-9]*-cloud-amd64' | head -n 1)
  new=$(guest_kernels "$1" linux-headers '6\.12\.[0-9]*+deb12-cloud-amd64' | tail -n 1)
  echo "$old" >"$2/kernel"
  echo "$new" >"$2/newer_kernel"
  guest_kernels "$1" linux-image '6\.12\.[0-9]*+deb12-cloud-amd64' | grep -vx "$new" | tail -n 2 >"$2/others"
  head -n 1 "$2/others" >"$2/lonely_kernel"
  tail -n 1 "$2/others" >"$2/panicking_kernel"
  [ "$(wc -l <"$2/others")" = 2 ] && [ -n "$old" ]
}

# The releases of a kind of package for which there is an image, oldest first
guest_kernels() { # ROOT PREFIX PATTERN
  in_guest_root "$1" apt-cache pkgnames linux- | sed -n "s/^$2-\($3\)\$/\1/p" |
    while read -r release; do
      in_guest_root "$1" apt-cache show --no-all-versions "linux-image-$release" >/dev/null 2>&1 && echo "$release"
    done | sort -V
}

# Guests have no way out: a compiler, the headers and the newer kernels come from a repository of their own.
guest_packages() { # ROOT FOLDER
  local root=$1 deb package
  local -a packages=(gcc make binutils "linux-headers-$(cat "$2/kernel")" "linux-headers-$(cat "$2/newer_kernel")")
  for package in newer_kernel lonely_kernel panicking_kernel; do packages+=("linux-image-$(cat "$2/$package")"); done
  mkdir -p "$root/srv/apt/partial"
  in_guest_root "$root" apt-get -qq install -y --no-install-recommends --download-only -o Dir::Cache::archives=/srv/apt \
    "${packages[@]}"
  rm -rf "$root/srv/apt/partial" "$root/srv/apt/lock"
  for deb in "$root"/srv/apt/*.deb; do
    uncompressed "$deb" "$root/srv/apt/.tree" "$2"
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
uncompressed() { # DEB SCRATCH FOLDER
  dpkg-deb --raw-extract "$1" "$2"
  damaged "$2" "$3"
  dpkg-deb -Znone --build "$2" "$1" >/dev/null
  rm -rf "$2"
}

# The two kernels that must not stay: one without its network driver, one whose initrd has an /init that ends.
damaged() { # TREE FOLDER
  local lonely panicking
  lonely=$(cat "$2/lonely_kernel") panicking=$(cat "$2/panicking_kernel")
  rm -f "$1/lib/modules/$lonely"/kernel/drivers/net/virtio_net.ko*
  [ -e "$1/boot/vmlinuz-$panicking" ] || return 0
  mkdir "$1.initrd"
  printf '#include <unistd.h>\nint main(void) { _exit(1); }\n' | gcc -static -x c -o "$1.initrd/init" -
  (cd "$1.initrd" && echo init | cpio --quiet -o -H newc) >"$1/boot/initrd.img-$panicking"
  rm -r "$1.initrd"
}

guest_settings() { # ROOT
  local root=$1
  rm -f "$root"/etc/ssh/ssh_host_* "$root/etc/resolv.conf"
  # no initrd is needed, and none is made but the one of the kernel that panics
  rm -f "$root"/etc/kernel/*/tiny-initramfs "$root"/boot/initrd.img-*
  echo '/dev/nvme0n1 / ext4 defaults 0 1' >"$root/etc/fstab"
  printf 'PermitRootLogin prohibit-password\nPasswordAuthentication no\nUseDNS no\nMaxStartups 1000:30:2000\n' \
    >"$root/etc/ssh/sshd_config.d/guest.conf"
  printf 'kernel.panic = 5\nkernel.panic_on_oops = 1\n' >"$root/etc/sysctl.d/panic.conf"
  cp "$HOSTS_DIR/nginx.conf" "$root/etc/nginx/nginx.conf"
  mkdir -p "$root/root/.ssh" "$root/etc/systemd/network" "$root/var/log/journal"
  chmod 700 "$root/root/.ssh"
  in_guest_root "$root" systemctl enable --quiet ssh.service nginx.service systemd-networkd.service
  in_guest_root "$root" systemctl mask --quiet apt-daily.timer apt-daily-upgrade.timer e2scrub_all.timer e2scrub_reap.service fstrim.timer \
    systemd-networkd-wait-online.service serial-getty@ttyS0.service getty.target systemd-timesyncd.service \
    systemd-tmpfiles-clean.timer
  in_guest_root "$root" systemctl set-default --quiet multi-user.target
  cat >"$root/root/first-boot" <<'INIT'
#!/bin/sh
export PATH=/usr/sbin:/usr/bin:/sbin:/bin
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
update-grub
rm /root/first-boot
sync
mount -o remount,ro /
echo o >/proc/sysrq-trigger || :
INIT
  chmod 0755 "$root/root/first-boot"
}
