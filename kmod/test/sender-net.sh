# shellcheck shell=sh
# SPDX-License-Identifier: GPL-2.0
# client (cl) - balancer (lb: NAT by nftables) - this namespace, the server with the receiver. Sourced by sender*.sh; needs $build.
# Interfaces: c0 - l0, l1 - s0. 10.55.1.0/24 and fd55:1::/64 on the client's side, 10.55.2.0/24 and fd55:2::/64 on the server's.
mkdir -p /run/netns && mount -t tmpfs none /run/netns
for n in cl lb; do
	ip netns add $n
	ip -n $n link set lo up
done
ip link add c0 netns cl type veth peer name l0 netns lb
ip link add s0 type veth peer name l1 netns lb
ip -n cl addr add 10.55.1.2/24 dev c0
ip -n cl addr add fd55:1::2/64 dev c0 nodad
ip -n cl link set c0 up
ip -n lb addr add 10.55.1.1/24 dev l0
ip -n lb addr add fd55:1::1/64 dev l0 nodad
ip -n lb link set l0 up
ip -n lb addr add 10.55.2.1/24 dev l1
ip -n lb addr add fd55:2::1/64 dev l1 nodad
ip -n lb link set l1 up
ip addr add 10.55.2.2/24 dev s0
ip addr add fd55:2::2/64 dev s0 nodad
ip link set s0 up
on_client() { nsenter --net=/run/netns/cl "$@"; }
on_balancer() { nsenter --net=/run/netns/lb "$@"; }
# shellcheck disable=SC2154 # build: of the script that sources this
sender() { on_balancer "$build/toa-bpf" sender "$@"; }
on_balancer sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
on_balancer nft -f - <<'N'
table inet nat {
 chain pre {
  type nat hook prerouting priority -100;
  ip daddr 10.55.1.1 tcp dport 80 dnat ip to 10.55.2.2:80
  ip6 daddr fd55:1::1 tcp dport 80 dnat ip6 to [fd55:2::2]:80
 }
 chain post {
  type nat hook postrouting priority 100;
  oifname "l1" masquerade
 }
}
N
printf '10.55.2.0/24:80\n[fd55:2::/64]:80\n' >/mnt/services
