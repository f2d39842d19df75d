# shellcheck shell=sh
# shellcheck disable=SC2154 # receiver: of cases.sh, which reads this file
# What a receiver counts: clients, refusals and the probe apart, and who was refused last.

counted() { # NAME: a counter of the receiver that is tried
  if [ "$receiver" = module ]; then
    awk -v name="$1" '$1 == name { print $2 }' /proc/net/toa
  else toa-bpf stats | sed "s/.*\"$1\":\([0-9]*\).*/\1/"; fi
}
snapshot() {
  for name in accepted_ack accepted_syn shown_v4 not_allowed bad_family syn_only_refused no_option probe_connections probe_accepted probe_refused; do printf '%s=%s ' "$name" "$(counted $name)"; done
}
rise() { # NAME BEFORE AFTER: by how much it rose between two snapshots
  from=${2#*"$1"=} to=${3#*"$1"=}
  echo $((${to%% *} - ${from%% *}))
}

# Real clients beside probes: 1,000 and 100 of them in the full set
counters_apart() {
  wanted counters || return 0
  clients=$(long 100 1000) probes=$(long 10 100)
  before=$(snapshot)
  echo "# $receiver before: $before"
  toa-guest churn "$clients" >/dev/null
  i=0
  while [ $i -lt "$probes" ]; do
    toa-probe self --only v4-ack,v6-short >/dev/null
    i=$((i + 1))
  done
  after=$(snapshot)
  echo "# $receiver after: $after"
  got="$(rise accepted_ack "$before" "$after") $(rise shown_v4 "$before" "$after") $(rise probe_accepted "$before" "$after")"
  got="$got $(rise bad_family "$before" "$after") $(rise no_option "$before" "$after")"
  if [ "$got" = "$clients $((2 * clients)) $probes 0 0" ]; then status=pass; else status=fail; fi
  say "counters-apart $status $clients clients and $probes probes: clients, answers, probes, refused, without option: $got"
}

refused_now() {
  if [ "$receiver" = module ]; then grep '^refused_peer ' /proc/net/toa; else toa-bpf stats | sed 's/.*"refused"://; s/},{/}\n{/g'; fi
}

# A balancer that is not in the list: its address stands there with the reason, the probe's own does not
counters_refused() { # COMMAND that takes a list on stdin; COMMAND that removes it
  wanted counters || return 0
  printf '10.0.0.0/8\n' | $1 >/dev/null
  toa-guest churn 5 >/dev/null
  toa-probe self --only v4-ack --client4 203.0.113.77:4321 >/dev/null
  $2 >/dev/null
  kept=$(refused_now)
  if [ "$(echo "$kept" | grep -c not_allowed)" = 1 ] && echo "$kept" | grep -Eq '198\.1[89]\.[0-9.]*("|) ?.*not_allowed("|) ?,?("count":|)5'; then
    status=pass
  else status=fail; fi
  say "refused-peers $status $(echo "$kept" | tr '\n' ' ')"
}
