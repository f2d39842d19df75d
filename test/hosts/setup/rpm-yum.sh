# shellcheck shell=bash
# shellcheck disable=SC2154 # root and folder come from all.sh
# CentOS 7's names; the package tool is called yum, and there is no dnf.
mv "$root/usr/bin/dnf" "$root/usr/bin/yum"
cat >"$root/usr/lib/os-release" <<'OS'
NAME="CentOS Linux"
VERSION="7 (Core)"
ID="centos"
ID_LIKE="rhel fedora"
VERSION_ID="7"
PRETTY_NAME="CentOS Linux 7 (Core)"
CPE_NAME="cpe:/o:centos:centos:7"
OS
echo 'CentOS Linux release 7.9.2009 (Core)' >"$root/etc/redhat-release"
ln -s redhat-release "$root/etc/centos-release"
echo 7 >"$root/etc/dnf/vars/releasever"
