# shellcheck shell=bash
# A Debian root with the real rpm, dnf, RPM database and repositories: the stand-in for CentOS and its successors. What it
# proves is dependency resolution, package files and failure texts of the real tools; not CentOS's own userland.
build_debian_with_rpm() { # TARGET (the Debian root, writable)
  install_rpm_tools "$1" dnf
  mkdir -p "$1/etc/dnf/vars" "$1/etc/yum.repos.d"
  cat >"$1/etc/yum.repos.d/base.repo" <<'REPO'
[base]
name=Base
baseurl=file:///srv/repo/base
enabled=1
gpgcheck=0
REPO
  hide_debian "$1"
}

# install_rpm_tools TARGET MANAGER: rpm, the package manager, gpg for rpm_key, and a local repository
install_rpm_tools() {
  chroot "$1" env DEBIAN_FRONTEND=noninteractive apt-get -qq update
  chroot "$1" env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends rpm "$2" createrepo-c gpg
  chroot "$1" apt-get -qq clean
  rm -rf "$1"/var/lib/apt/lists/*
  # Debian's rpm would use ~/.rpmdb
  mkdir -p "$1/etc/rpm"
  echo '%_dbpath /var/lib/rpm' >"$1/etc/rpm/macros"
  chroot "$1" rpm --initdb
  cp "$HOSTS_DIR/roots/rpm-repository.sh" "$1/root/"
  chroot "$1" bash /root/rpm-repository.sh /srv/repo/base
  rm "$1/root/rpm-repository.sh"
  # the shell is Debian's; the database must say that there is one
  chroot "$1" sh -c 'rpm -i --justdb --noscripts /srv/repo/base/bash-4*.rpm'
}

# From here on nothing may find Debian's own package tools or names.
hide_debian() { # TARGET
  rm -f "$1"/usr/bin/{apt,apt-get,apt-cache,apt-mark,apt-key,apt-config,apt-cdrom,dpkg,dpkg-query,dpkg-deb} "$1/etc/debian_version"
  rm -rf "$1/etc/apt"
  cat >"$1/etc/toa-test-host" <<'NOTE'
This is a Debian root with the real rpm, package manager and RPM repositories. It says that it is another distribution, so
that the RPM paths are taken.
NOTE
}
