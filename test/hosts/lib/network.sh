# shellcheck shell=bash
# Namespaces, bridges and links. Every interface is made inside a namespace of the fleet, none on the machine itself.

add_netns() { # ID WHO
  ip netns add "$(netns_name "$1" "$2")"
  ip -n "$(netns_name "$1" "$2")" link set lo up
}

# plug ID WHO INTERFACE BRIDGE ADDRESS: a cable from a bridge in the hub to an interface with an address.
plug() {
  local hub member port
  hub=$(netns_name "$1" hub) member=$(netns_name "$1" "$2")
  port=$(printf '%s' "$2-$3" | cksum | cut -d' ' -f1)
  ip -n "$hub" link add "p$port" type veth peer name "$3" netns "$member"
  ip -n "$hub" link set "p$port" master "$4" up
  ip -n "$member" addr add "$5/24" dev "$3"
  ip -n "$member" link set "$3" up
  whole_checksums "$1" "$2" "$3"
}

# cable ID CLIENT INTERFACE ADDRESS PEER PEER-INTERFACE PEER-ADDRESS: two namespaces, no bridge.
cable() {
  local one two
  one=$(netns_name "$1" "$2") two=$(netns_name "$1" "$5")
  ip -n "$one" link add "$3" type veth peer name "$6" netns "$two"
  ip -n "$one" addr add "$4/24" dev "$3"
  ip -n "$two" addr add "$7/24" dev "$6"
  ip -n "$one" link set "$3" up
  ip -n "$two" link set "$6" up
  whole_checksums "$1" "$2" "$3"
  whole_checksums "$1" "$5" "$6"
}

# On a virtual cable the kernel leaves checksums unfinished and segments joined; a packet from a network card comes
# whole. The balancer's sender must see the latter.
whole_checksums() { # ID WHO INTERFACE
  in_netns "$1" "$2" ethtool -K "$3" tx off tso off gso off gro off >/dev/null
}

# The bridges of all hosts, and the controller's address
make_hub() { # ID
  local hub
  hub=$(netns_name "$1" hub)
  add_netns "$1" hub
  ip -n "$hub" link add br0 type bridge
  ip -n "$hub" link add br1 type bridge
  ip -n "$hub" addr add 10.99.0.1/24 dev br0
  ip -n "$hub" link set br0 up
  ip -n "$hub" link set br1 up
}

make_network() { # ID
  local host
  make_hub "$1"
  for host in "${EVERY_HOST[@]}"; do
    add_netns "$1" "$host"
    plug "$1" "$host" eth0 "$(bridge_of "$host")" "${ADDRESS[$host]}"
    [ "$(bridge_of "$host")" = br1 ] || ip -n "$(netns_name "$1" "$host")" route add default via 10.99.0.1
  done
  plug "$1" bastion eth1 br1 10.99.1.30
  make_balancers "$1"
}

make_balancers() { # ID
  local balancer subnet=0 hub_side=2
  add_netns "$1" client
  for balancer in balancer balancer-plain; do
    add_netns "$1" "$balancer"
    cable "$1" client "eth$subnet" "10.98.$subnet.2" "$balancer" client "10.98.$subnet.1"
    plug "$1" "$balancer" hosts br0 "10.99.0.$hub_side"
    plug "$1" "$balancer" behind br1 "10.99.1.$hub_side"
    in_netns "$1" "$balancer" sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward'
    nft_rules "$balancer" | in_netns "$1" "$balancer" nft -f -
    subnet=$((subnet + 1)) hub_side=$((hub_side + 1))
  done
}

# A plain NAT balancer: destination NAT by port, masquerade to the hosts. The clamp leaves room for the option, which
# is in the first data packet too: 1500 - 40 - 20 (the longest option).
nft_rules() { # BALANCER
  local host
  echo 'table ip balancer {'
  echo '  chain in { type nat hook prerouting priority -100;'
  for host in "${HOSTS[@]}" "${CONTROLS[@]}"; do
    [ "$(balancer_of "$host")" = "$1" ] || continue
    echo "    ip daddr $(balancer_address "$host") tcp dport ${BALANCED_PORT[$host]} dnat to ${ADDRESS[$host]}:80"
  done
  echo '  }'
  echo '  chain out { type nat hook postrouting priority 100; oifname { "hosts", "behind" } masquerade; }'
  echo '  chain clamp { type filter hook forward priority 0; tcp flags syn tcp option maxseg size set 1440; }'
  echo '}'
}
