# shellcheck shell=bash
# The balancer's half: the eBPF sender on the egress of both interfaces towards the hosts. balancer-plain gets none.

sender_object() { printf '%s' "${TOA_SENDER_OBJECT:-$PROJECT_DIR/kmod/build/$(uname -m)/toa_sender.bpf.o}"; }

start_sender() { # ID
  local object interface
  object=$(sender_object)
  [ -e "$object" ] || die "no sender at $object; npm run build makes it"
  for interface in hosts behind; do
    in_netns "$1" balancer tc qdisc add dev "$interface" clsact
    in_netns "$1" balancer tc filter add dev "$interface" egress bpf direct-action obj "$object" sec tc >&2 ||
      die "the sender was not loaded on $interface of the balancer"
  done
}
