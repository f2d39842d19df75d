# shellcheck shell=sh
# The cases, in the guest. "@case RECEIVER NAME STATUS DETAIL" or "@probe RECEIVER GROUP WANT JSON" a line; WANT is shown
# (as the probe expects) or balancer (the option must not be believed).
small='' only=''
# shellcheck source=/dev/null
. /options
peer4='203.0.113.77:4321' peer6='[2001:db8::77]:4321'

say() { echo "@case $receiver $*"; }
wanted() { # GROUP: is it asked for?
  [ -z "$only" ] && return 0
  case " $only " in *" $1 "*) return 0 ;; esac
  return 1
}
probe() { # GROUP WANT ARGUMENTS
  group=$1 want=$2
  shift 2
  wanted "$group" || return 0
  echo "@probe $receiver $group $want $(toa-probe self "$@" 2>&1)"
}
guest() { # GROUP ARGUMENTS
  group=$1
  shift
  wanted "$group" || return 0
  timeout 900 toa-guest "$@" 2>&1 | sed "s/^@case /@case $receiver /; s/^{/@case $receiver $group fail {/"
}
# the SYN too, which by default is believed of nobody
kinds_syn=default,254:8@syn,254:20@syn
load() { insmod /toa.ko kinds=$kinds_syn "$@"; }
counter() { awk -v name="$1" '$1 == name { print $2 }' /proc/net/toa; }
long() { if [ -n "$small" ]; then echo "$1"; else echo "$2"; fi; }

# shellcheck source=scripts/lib/kernels/counters.sh
. /counters.sh

# What holds for both receivers
common() {
  counters_apart
  probe plain shown
  wanted cookies && echo 2 >/proc/sys/net/ipv4/tcp_syncookies
  probe cookies shown --only v4-ack,dual4-ack,v6-ack,v4-data
  echo 1 >/proc/sys/net/ipv4/tcp_syncookies
  guest defer defer
  guest fastopen fastopen
  guest sockopt sockopt
  guest ktls ktls
  guest reuse reuse
  guest garbage garbage "$(long 300 2000)"
  guest churn churn "$(long 1000 100000)"
  guest flood flood "$(long 2000 50000)"
  probe after-flood shown --only v4-ack,v4-syn,v6-ack
  # another's address that nobody can have
  probe bad-address balancer --only v4-ack,v4-syn --client4 0.0.0.0:4321
  probe bad-address balancer --only v4-ack --client4 224.0.0.1:4321
  probe bad-address balancer --only v4-ack --client4 127.0.0.1:4321
  probe bad-port balancer --only v4-ack --client4 203.0.113.77:0
}

# IPv6 as a module that is loaded after ours, or never: until then ours serves IPv4, and then IPv6 too
ipv6_late() {
  set -- /mods/*-ipv6.ko
  if [ ! -f "$1" ]; then
    wanted ipv6 && say 'ipv6-late unsupported IPv6 is built into this kernel'
    return 0
  fi
  probe ipv6 shown --only v4-ack,v4-syn,v4-data
  wanted ipv6 && ipv6_hooks absent without-ipv6
  insmod "$1"
  wanted ipv6 && ipv6_hooks on ipv6-late
  probe ipv6 shown --only v6-ack,v6-syn,dual4-ack
}
ipv6_hooks() { # STATE CASE: do the hooks for IPv6 come to that state?
  i=0 hooks=''
  while [ $i -lt 30 ]; do
    hooks=$(grep -E '^hook (inet6_getname|tcp_v6_syn_recv_sock) ' /proc/net/toa | sed 's/^hook //' | tr '\n' ' ')
    case $hooks in inet6_getname\ $1*tcp_v6_syn_recv_sock\ $1*)
      say "$2 pass $hooks"
      return 0
      ;;
    esac
    sleep 1
    i=$((i + 1))
  done
  say "$2 fail $hooks"
}

allow_cases() { # COMMAND that takes a list on stdin; COMMAND that removes it
  counters_refused "$1" "$2"
  wanted allow || return 0
  printf '10.0.0.0/8\nfd77::/16\n' | $1 >/dev/null
  probe allow-forged balancer --only v4-ack,v4-syn,v6-ack,v6-syn --client4 "$peer4" --client6 "$peer6"
  probe allow-probe shown --only v4-ack,v6-ack
  printf '0.0.0.0/0\n2000::/3\nfc00::/7\n' | $1 >/dev/null
  probe allow-listed shown --only v4-ack,v4-syn,v6-ack,v6-syn --client4 "$peer4" --client6 "$peer6"
  $2 >/dev/null
  probe allow-any shown --only v4-ack,v6-ack --client4 "$peer4" --client6 "$peer6"
}

# Nothing of a closed connection stays: our table and its slab cache are empty.
module_leak() {
  wanted leak || return 0
  # TIME_WAIT and orphans end by themselves
  i=0
  while [ "$(counter clients)" != 0 ] && [ $i -lt 30 ]; do
    sleep 1
    i=$((i + 1))
  done
  echo 1 >/sys/kernel/slab/toa_client/shrink 2>/dev/null
  # the older allocator keeps freed objects for each CPU and counts them: one is the least that it can keep
  kept=0
  if [ -e /sys/kernel/slab ]; then
    objects=$(sed 's/ .*//' /sys/kernel/slab/toa_client/objects)
  else
    echo 'toa_client 1 1 0' >/proc/slabinfo
    sleep 5
    objects=$(awk '$1 == "toa_client" { print $2 }' /proc/slabinfo)
    kept=$(grep -c '^processor' /proc/cpuinfo)
  fi
  if [ "$(counter clients)" = 0 ] && [ "${objects:-0}" -le "$kept" ]; then status=pass; else status=fail; fi
  say "leak $status $(counter clients) clients, ${objects:-?} objects in the slab cache, $(counter freed) freed"
}

module_missed() {
  wanted missed || return 0
  missed=$(awk '$1 == "hook" && $3 == "on" { sum += $5 } END { print sum + 0 }' /proc/net/toa)
  [ "$missed" = 0 ] && status=pass || status=fail
  say "missed $status $missed calls were missed by the probes"
  absent=$(awk '$1 == "hook" && $3 == "absent" { printf " %s", $2 }' /proc/net/toa)
  say "hooks pass absent:${absent:- none}"
}

module_kinds() {
  wanted kinds || return 0
  for vendor in huawei dpvs lvs goedge tencent ucloud aliyun-cdn; do
    echo $vendor >/proc/net/toa_kinds
    probe "kinds" shown --kinds $vendor --only v4-ack,v6-ack,v4-syn
  done
  echo 252:8 >/proc/net/toa_kinds
  probe kinds-other balancer --kinds 254:8 --only v4-ack
  echo 'no-such-vendor' >/proc/net/toa_kinds
  if grep -q '^refused toa_kinds' /proc/net/toa && [ "$(cat /proc/net/toa_kinds)" = 252:8 ]; then
    say "kinds-refused pass the old rules stayed"
  else say "kinds-refused fail $(cat /proc/net/toa_kinds)"; fi
  echo $kinds_syn >/proc/net/toa_kinds
}

module_allow_refused() {
  wanted allow || return 0
  echo 10.0.0.0/8 >/proc/net/toa_allow
  echo 10.0.0.0/99 >/proc/net/toa_allow
  if grep -q '^refused toa_allow' /proc/net/toa && [ "$(cat /proc/net/toa_allow)" = 10.0.0.0/8 ]; then
    say "allow-refused pass the old list stayed"
  else say "allow-refused fail $(cat /proc/net/toa_allow)"; fi
  awk 'BEGIN { for (i = 0; i < 16000; i++) printf "10.%d.%d.0/24\n", i / 250, i % 250 }' >/proc/net/toa_allow
  lines=$(wc -l </proc/net/toa_allow)
  [ "$lines" = 16000 ] && status=pass || status=fail
  say "allow-large $status $lines of 16000 prefixes read back"
  echo any >/proc/net/toa_allow
}

module_refused() { # NAME TEXT INSMOD-ARGUMENTS
  name=$1 text=$2
  shift 2
  dmesg -c >/dev/null
  if load "$@" 2>/dev/null; then
    say "$name fail it was loaded"
    rmmod toa
  elif dmesg | grep -q "$text"; then
    say "$name pass $(dmesg | grep -m 1 'toa: ' | sed 's/^.*toa: //')"
  else say "$name fail no reason in the log"; fi
}

module_reload() {
  if wanted hold; then
    many=$(long 200 2000)
    guest hold hold "$many" unload-with-open "$many" 0 rmmod toa
    load
    many=$(long 100 500)
    guest hold hold "$many" reload-with-open "$many" 0 sh -c 'rmmod toa && insmod /toa.ko kinds=default,254:8@syn,254:20@syn'
  fi
  if wanted reload; then
    toa-guest churn 1000000 >/dev/null 2>&1 &
    traffic=$!
    rounds=0
    while [ $rounds -lt "$(long 3 10)" ] && rmmod toa && load; do
      rounds=$((rounds + 1))
      sleep 1
    done
    kill $traffic
    [ $rounds = "$(long 3 10)" ] && status=pass || status=fail
    say "reload-under-traffic $status $rounds reloads"
    probe after-reload shown --only v4-ack,v6-ack,v4-syn
  fi
  rmmod toa
}

module_gone() {
  wanted refused || return 0
  if [ -e /sys/kernel/debug/kprobes/enabled ]; then
    echo 0 >/sys/kernel/debug/kprobes/enabled
    module_refused kprobes-off 'kprobes are off'
    echo 1 >/sys/kernel/debug/kprobes/enabled
  else say 'kprobes-off unsupported no switch in debugfs'; fi
  module_refused bad-parameter 'out of range' hash_bits=99
  module_refused bad-kinds 'kinds' kinds=254:9
  module_refused bad-allow 'allow' allow=10.0.0.0/33
  if load max_clients=1; then
    guest full hold 20 table-full 1 1 true
    rmmod toa
  fi
}

# kmod_load and kmod_boot, as a host's shell runs them
# shellcheck disable=SC2034,SC2294,SC1090,SC1091 # variables of the sourced files; each word is one assignment
verb() { # FUNCTION VARIABLES...
  function=$1
  shift
  (
    kinds=default allow='' replace=refuse upgrade=auto params='' check='' path='' method=none guard=60 tries=1
    eval "$@"
    for file in files foreign sweep write toa kmod kmod_load guard kmod_boot; do . "/verbs/$file.sh"; done
    "$function"
  )
}
expect() { # NAME TEXT-WANTED TEXT-NOT-WANTED ANSWER
  if echo "$4" | grep -q "$2" && { [ -z "$3" ] || ! echo "$4" | grep -q "$3"; }; then
    say "$1 pass $2"
  else say "$1 fail $(echo "$4" | grep -v '^state:' | tr '\n' ' ')"; fi
}
module_verbs() {
  wanted verbs || return 0
  place=/var/lib/toa/modules/$(uname -r)
  mkdir -p "$place"
  expect verb-load-missing failed=missing '' "$(verb kmod_load_main)"
  cp /toa.ko "$place/toa.ko"
  expect verb-load loaded=1 failed= "$(verb kmod_load_main "allow='10.0.0.0/8'")"
  expect verb-load-list '^10.0.0.0/8$' '' "$(cat /proc/net/toa_allow)"
  expect verb-load-again path= changed=1 "$(verb kmod_load_main "allow='10.0.0.0/8'")"
  expect verb-load-kinds set=toa_kinds failed= "$(verb kmod_load_main "allow='10.0.0.0/8' kinds=tencent")"
  expect verb-load-bad failed=settings '' "$(verb kmod_load_main "allow='10.0.0.0/99'")"
  # what is refused is in force nowhere and stands nowhere: not the half of it that is right, either
  expect verb-load-bad-both failed=settings changed=1 "$(verb kmod_load_main "allow='10.0.0.0/99' kinds=huawei")"
  expect verb-load-bad-kinds failed=settings changed=1 "$(verb kmod_load_main "allow='' kinds=nobody")"
  expect verb-load-bad-parameter failed=parameter changed=1 "$(verb kmod_load_main "allow='' params=no_such=1")"
  settled="$(cat /etc/toa/kinds) $(cat /etc/toa/allow) $(cat /proc/net/toa_kinds) $(cat /proc/net/toa_allow)"
  expect verb-load-as-before '^tencent 10.0.0.0/8 200:8,253:20 10.0.0.0/8$' '' "$settled"
  verb kmod_boot_script >/tmp/load
  rmmod toa
  sh /tmp/load >/tmp/said 2>&1
  expect verb-boot '^10.0.0.0/8' '' "$(cat /proc/net/toa_allow 2>&1) $(cat /tmp/said)"
  rmmod toa
  echo another-boot >/var/lib/toa/loading
  sh /tmp/load >/tmp/said 2>&1
  expect verb-crash-guard 'not loaded: .*went down while the module was young' '^toa ' "$(
    cat /tmp/said
    lsmod | grep toa
  )"
  load
  expect verb-absent unloaded=toa failed= "$(verb kmod_load_absent)"
}

module_cases() {
  receiver=module
  [ -f /toa.ko ] || return 0
  dmesg -c >/dev/null
  if ! load 2>/tmp/insmod; then
    say "load fail $(head -n 1 /tmp/insmod) $(dmesg | grep -m 1 'toa: ')"
    return 0
  fi
  say "load pass $(cat /sys/module/toa/version)"
  ipv6_late
  common
  module_leak
  module_kinds
  allow_cases 'tee /proc/net/toa_allow' 'sh /any.sh'
  module_allow_refused
  module_missed
  sed 's/^/# /' /proc/net/toa
  module_reload
  module_gone
  module_verbs
}

ebpf_cases() {
  receiver=ebpf
  check=$(toa-bpf check)
  case $check in
  '{"ok":true'*) ;;
  *)
    say "attach unsupported $check"
    return 0
    ;;
  esac
  attach=$(toa-bpf attach --kinds $kinds_syn)
  case $attach in
  '{"ok":true'*) say "attach pass $attach" ;;
  *)
    say "attach fail $attach"
    return 0
    ;;
  esac
  common
  allow_cases 'toa-bpf allow --file -' 'toa-bpf allow --any'
  toa-bpf stats | sed 's/^/# /'
  detach=$(toa-bpf detach)
  case $detach in '{"ok":true'*) say "detach pass $detach" ;; *) say "detach fail $detach" ;; esac
}

kernel_health() { # at the end of each receiver: nothing in the kernel's log
  # dmesg -c has emptied it in between: what matters went to the console as well, which the host reads
  bad=$(dmesg | grep -cE 'BUG:|WARNING:|Oops|general protection|Call Trace|RCU stall')
  [ "$bad" = 0 ] && status=pass || status=fail
  say "kernel-log $status $bad suspicious lines"
  [ "$bad" = 0 ] || dmesg | tail -n 60
}

echo 'echo any >/proc/net/toa_allow' >/any.sh
module_cases
kernel_health
for late in /mods/*-ipv6.ko; do
  if [ -f "$late" ] && ! [ -d /proc/sys/net/ipv6 ]; then insmod "$late"; fi
done
ebpf_cases
kernel_health
