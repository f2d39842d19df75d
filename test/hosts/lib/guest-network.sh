# shellcheck shell=bash
# The network of the guests: the fleet's, with a tap instead of a cable to each of them.

make_guest_network() { # ID
  local hub host
  hub=$(netns_name "$1" hub)
  make_hub "$1"
  for host in "${HOSTS[@]}"; do
    ip -n "$hub" tuntap add "$(tap_of "$host")" mode tap
    ip -n "$hub" link set "$(tap_of "$host")" master br0 up
  done
  make_balancers "$1"
}

# what a guest logged is asked over SSH; one connection for all questions
access_log() { # ID HOST
  guest_ssh "$1" "$2" cat /var/log/nginx/access.log 2>/dev/null
}

guest_ssh() { # ID HOST COMMAND...
  local id=$1
  shift
  in_netns "$id" hub ssh -F "$(fleet_dir "$id")/ssh/ssh_config" "$@" </dev/null
}

guest_keys() { # DIR
  login_key "$1"
  host_keys "$1"
  ssh_config "$1" >"$1/ssh/ssh_config"
  own_known_hosts "$1" >"$1/ssh/play_config"
}

guest_inventory() { # DIR
  local host
  {
    echo '[servers]'
    for host in "${HOSTS[@]}"; do inventory_line "$1" "$host"; done
    printf '\n[all:vars]\n'
    echo "toa_strategy=module"
    echo "# only the balancers may name a client"
    echo "toa_balancers=['10.99.0.0/16']"
    common_arguments "$1"
  } >"$1/inventory.ini"
}
