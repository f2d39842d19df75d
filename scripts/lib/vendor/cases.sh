# shellcheck shell=sh
# shellcheck disable=SC1090,SC1091,SC2034 # the verb's files are in the guest; variables are theirs
# Runs in a guest (busybox alone): another vendor's module is really loaded, and taken away by the verb's own shell half.
say() { echo "@case $*"; }
holds() { # NAME COMMAND...
  name=$1
  shift
  if "$@" >/tmp/said 2>&1; then say "$name pass"; else say "$name fail $(tr '\n' ' ' </tmp/said)"; fi
}
shows() { toa-probe self --only v4-ack | grep -o '"result":"[a-z]*"' | head -n 1; }
verb() {
  (
    root='' keep=/var/lib/toa/replaced/now check=$1
    for file in files foreign write toa kmod toa_vendor_module; do . "/verbs/$file.sh"; done
    vendor_main
  )
}
loaded() { grep -q '^toa ' /proc/modules; }

# What the guides leave behind
guides() {
  release=$(uname -r)
  ln -s /bin/busybox /sbin/insmod
  mkdir -p /etc/sysconfig/modules /etc/cron.d /usr/src/toa-9.9 /var/lib/dkms/toa/9.9 "/lib/modules/$release/extra" /root/toa
  cp /other.ko /root/toa/toa.ko
  cp /other.ko "/lib/modules/$release/extra/toa.ko"
  printf '#!/bin/sh\n/sbin/modinfo -F filename /root/toa/toa.ko >/dev/null 2>&1\nif [ $? -eq 0 ]; then\n/sbin/insmod /root/toa/toa.ko\nfi\n' >/etc/sysconfig/modules/toa.modules
  printf '#!/bin/sh\nulimit -n 655350\n/sbin/insmod /root/toa/toa.ko\nexit 0\n' >/etc/rc.local
  printf 'PACKAGE_NAME="toa"\nPACKAGE_VERSION="9.9"\n' >/usr/src/toa-9.9/dkms.conf
  printf '* * * * * root lsmod | grep -q toa || insmod /root/toa/toa.ko\n' >/etc/cron.d/toa
}
traces() {
  cat /etc/sysconfig/modules/* /etc/rc.local /etc/cron.d/* /usr/src/toa-9.9/* 2>/dev/null | grep -vE '^[[:space:]]*:?[[:space:]]*#' | grep -E 'toa|PACKAGE'
  ls /lib/modules/*/extra/toa.ko /var/lib/dkms/toa 2>/dev/null
}

holds attach sh -c "toa-bpf attach --any | grep -q '\"ok\":true'"
holds shown-before [ "$(shows)" = '"result":"shown"' ]
guides
holds foreign-loads insmod /other.ko stuck=0
holds foreign-spoils [ "$(shows)" = '"result":"wrong"' ]
verb 1 >/tmp/planned
holds check-changes-nothing loaded
verb '' >/tmp/done
holds check-said-the-same cmp /tmp/planned /tmp/done
holds unloaded sh -c '! grep -q "^toa " /proc/modules'
holds shown-after [ "$(shows)" = '"result":"shown"' ]
traces >/tmp/left
holds no-traces cmp /tmp/left /dev/null
holds kept cmp /root/toa/toa.ko "/var/lib/toa/replaced/now/lib/modules/$(uname -r)/extra/toa.ko"
holds again-nothing [ -z "$(verb '')" ]
cp -a /var/lib/toa/replaced/now/. /
holds brought-back sh /etc/rc.local
holds foreign-again loaded
rmmod toa
insmod /other.ko stuck=1
before=$(traces | cksum)
verb '' >/tmp/stuck
holds stuck-fails grep -q '^failed=toa' /tmp/stuck
holds stuck-touches-nothing [ "$(traces | cksum)" = "$before" ]
