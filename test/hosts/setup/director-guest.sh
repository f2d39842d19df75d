# shellcheck shell=bash
# The director that is a virtual machine: it loads its own modules and, without udev, gives itself its addresses.
# shellcheck disable=SC2153,SC2154 # ADDRESS, host, folder, root: all.sh
{
  printf '%s\n' '[Unit]' 'DefaultDependencies=no' 'After=systemd-modules-load.service' 'Before=network-pre.target' \
    '[Service]' 'Type=oneshot' 'RemainAfterExit=yes' 'ExecStart=/sbin/modprobe virtio_net' 'ExecStart=/sbin/ip link set eth0 up'
  for address in "${ADDRESS[$host]}/24" "$(address6 "$host")/64" "10.98.${SIDE[$host]}.1/24" "fd98:${SIDE[$host]}::1/64"; do
    case $address in *:*) address="$address nodad" ;; esac
    echo "ExecStart=/sbin/ip addr add $address dev eth0"
  done
  printf '%s\n' '[Install]' 'WantedBy=sysinit.target'
} >"$root/etc/systemd/system/addresses.service"
echo '/dev/nvme0n1 / ext4 defaults 0 1' >"$root/etc/fstab"
chroot "$root" systemctl unmask --quiet systemd-modules-load.service
chroot "$root" systemctl enable --quiet addresses.service
chroot "$root" systemctl mask --quiet serial-getty@ttyS0.service
