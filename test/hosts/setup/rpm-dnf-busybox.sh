# shellcheck shell=bash
# shellcheck disable=SC2154 # root and folder come from all.sh
# CentOS 8's names and dnf; the login shell and the tools first in PATH are busybox's, the feature set of an old userland.
cat >"$root/usr/lib/os-release" <<'OS'
NAME="CentOS Linux"
VERSION="8"
ID="centos"
ID_LIKE="rhel fedora"
VERSION_ID="8"
PLATFORM_ID="platform:el8"
PRETTY_NAME="CentOS Linux 8"
CPE_NAME="cpe:/o:centos:centos:8"
OS
echo 'CentOS Linux release 8.5.2111' >"$root/etc/redhat-release"
ln -s redhat-release "$root/etc/centos-release"
echo 8 >"$root/etc/dnf/vars/releasever"

old=/opt/old-userland/bin
mkdir -p "$root$old"
for applet in $("$root/bin/busybox" --list); do
  case $applet in
  # these would hide real tools that a userland of any age has in full
  busybox | rpm | rpm2cpio | dpkg | dpkg-deb | init | telinit | halt | reboot | poweroff | ip | ifconfig | route | login | su | sulogin | getty) ;;
  *) ln -s /bin/busybox "$root$old/$applet" ;;
  esac
done
echo "$old/sh" >>"$root/etc/shells"
chroot "$root" usermod --shell "$old/sh" root
echo "SetEnv PATH=$old:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" >>"$root/etc/ssh/sshd_config"
