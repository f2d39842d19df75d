# shellcheck shell=sh
# Connections without a receiver, with our module, our eBPF receiver, and another module, in turns. QEMU counts: a nanosecond of the guest's clock is
# one instruction. "@cost NAME PLACE JSON" a line, JSON of `connections`.
rounds=5 count=2000
# shellcheck source=/dev/null
. /options

measure() { # NAME
  connections rst 500 >/dev/null
  for place in ack none; do echo "@cost $1 $place $(connections rst $count --place $place)"; done
}
with() { # NAME FILE
  [ -f "$2" ] || return 0
  insmod "$2" || {
    echo "@failed $1 $(dmesg | tail -n 3 | tr '\n' ' ')"
    return 0
  }
  measure "$1"
  rmmod "$(lsmod | awk 'NR == 2 { print $1 }')"
}

round=0
while [ $round -lt $rounds ]; do
  measure none
  with ours /toa.ko
  if toa-bpf attach >/dev/null; then
    measure ebpf
    toa-bpf detach >/dev/null
  fi
  with other /other.ko
  round=$((round + 1))
done
