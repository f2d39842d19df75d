# shellcheck shell=bash
# The network of balancers-table.sh. A host's part is made anew for each of its starts: what a power cut leaves of rules,
# addresses and routes is nothing.

make_balancers_network() { # ID
  local host hub
  hub=$(netns_name "$1" hub)
  make_hub "$1"
  ip -n "$hub" addr add fd99::1/64 dev br0 nodad
  add_netns "$1" client
  for host in "${HOSTS[@]}"; do connect_host "$1" "$host"; done
  for host in "${GUESTS[@]}"; do
    ip -n "$hub" tuntap add "$(tap_of "$host")" mode tap
    ip -n "$hub" link set "$(tap_of "$host")" master br0 up
    plug "$1" client "side${SIDE[$host]}" br0 "10.98.${SIDE[$host]}.2"
    add_address6 "$1" client "side${SIDE[$host]}" "fd98:${SIDE[$host]}::2"
    load_addresses "$1" "${SIDE[$host]}"
  done
}

add_address6() { # ID WHO INTERFACE ADDRESS
  ip -n "$(netns_name "$1" "$2")" addr add "$4/64" dev "$3" nodad
}

connect_host() { # ID HOST
  local n=${SIDE[$2]:-}
  add_netns "$1" "$2"
  plug "$1" "$2" eth0 br0 "${ADDRESS[$2]}"
  add_address6 "$1" "$2" eth0 "$(address6 "$2")"
  [ -n "$n" ] || return 0
  cable "$1" client "side$n" "10.98.$n.2" "$2" wan "10.98.$n.1"
  add_address6 "$1" client "side$n" "fd98:$n::2"
  add_address6 "$1" "$2" wan "fd98:$n::1"
  load_addresses "$1" "$n"
}

# What makes the load has addresses of its own: a port that another request of theirs used is not used again
load_addresses() { # ID N
  ip -n "$(netns_name "$1" client)" addr add "10.98.$2.3/24" dev "side$2"
  add_address6 "$1" client "side$2" "fd98:$2::3"
}

# Before another start of a host: a network namespace that nothing happened in
reconnect_host() { # ID HOST
  local hub n=${SIDE[$2]:-}
  hub=$(netns_name "$1" hub)
  ip -n "$hub" link del "p$(printf '%s' "$2-eth0" | cksum | cut -d' ' -f1)" 2>/dev/null
  [ -z "$n" ] || ip -n "$(netns_name "$1" client)" link del "side$n" 2>/dev/null
  ip netns del "$(netns_name "$1" "$2")" && connect_host "$1" "$2"
}
