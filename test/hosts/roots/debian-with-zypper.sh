# shellcheck shell=bash
# A Debian root with the real rpm, zypper, RPM database and repositories: the stand-in for SUSE. What it proves is what
# zypper and rpm do and say; not SUSE's own userland.
build_debian_with_zypper() { # TARGET (the Debian root, writable)
  # shellcheck source=debian-with-rpm.sh
  . "$HOSTS_DIR/roots/debian-with-rpm.sh"
  install_rpm_tools "$1" zypper
  mkdir -p "$1/etc/zypp/repos.d"
  cat >"$1/etc/zypp/repos.d/base.repo" <<'REPO'
[base]
name=Base
baseurl=dir:///srv/repo/base
enabled=1
autorefresh=1
gpgcheck=0
REPO
  cat >"$1/usr/lib/os-release" <<'OS'
NAME="openSUSE Leap"
VERSION="15.5"
ID="opensuse-leap"
ID_LIKE="suse opensuse"
VERSION_ID="15.5"
PRETTY_NAME="openSUSE Leap 15.5"
CPE_NAME="cpe:/o:opensuse:leap:15.5"
OS
  hide_debian "$1"
}
