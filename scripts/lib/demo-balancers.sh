# shellcheck shell=bash
# shellcheck disable=SC2154,SC2034 # SUDO: lib/steps.sh; NAME, KEEP, LAST_LINE: scripts/demo
# scripts/demo --balancers: plain Linux boxes that name clients to their servers. Functions only.

balancers() { $SUDO test/hosts/balancers "$1" --name "$NAME" "${@:2}"; }

balancer_play() { # PLAYBOOK DIRECTOR-OR-GROUP ARGS...
  balancers exec -- "$(command -v node)" bin/toa-play.js "playbooks/$1.yml" -i "$BALANCERS_DIR/inventory.ini" -e "toa_hosts=$2" "${@:3}"
}

DIRECTORS_OF_DEMO=(director-nat director-nginx director-haproxy)
declare -A PLAYBOOK=(['director-nat']=nat-balancer ['director-nginx']=proxy-edge ['director-haproxy']=proxy-edge)

# The services: port 8001 to 8003 one server each, port 8000 what the load asks. $1 weight of server-go there, $2 N of the
# client's side, $3 the VIPs' interface
nat_services() {
  local vip net port
  echo "toa_vip_device: $3"
  echo 'toa_masquerade: true'
  echo 'toa_wait_drained: 60'
  echo 'toa_services:'
  for vip in "10.98.$2.100,10.99.0." "fd98:$2::100,fd99::"; do
    net=${vip#*,} vip=${vip%,*}
    for port in 8001 8002 8003; do
      echo "  - {vip: '$vip', port: $port, servers: [{address: '$net$((port - 7950))', port: 80}]}"
    done
    echo "  - {vip: '$vip', port: 8000, servers: [{address: '${net}51', port: 80}, {address: '${net}52', port: 80, weight: $1}]}"
  done
}

# $1 nginx or haproxy, $2 N of its client's side, $3 last number of the server behind port 8000
edge_listeners() {
  local listen net port
  echo "toa_proxy: $1"
  echo 'toa_listeners:'
  for listen in "10.98.$2.1,10.99.0." "fd98:$2::1,fd99::"; do
    net=${listen#*,} listen=${listen%,*}
    for port in 8001 8002 8003; do
      echo "  - {listen: '$listen', port: $port, server: '$net$((port - 7950))', server_port: 80}"
    done
    echo "  - {listen: '$listen', port: 8000, server: '$net$3', server_port: 80}"
  done
}

# With server-go in, and with it drained
balancer_variables() {
  local to=$BALANCERS_DIR/variables
  mkdir -p "$to/in" "$to/drained"
  nat_services 1 1 wan >"$to/in/director-nat.yml"
  nat_services 0 1 wan >"$to/drained/director-nat.yml"
  nat_services 1 4 eth0 >"$to/in/director-ipvs.yml"
  nat_services 0 4 eth0 >"$to/drained/director-ipvs.yml"
  edge_listeners nginx 2 52 >"$to/in/director-nginx.yml"
  edge_listeners nginx 2 53 >"$to/drained/director-nginx.yml"
  edge_listeners haproxy 3 52 >"$to/in/director-haproxy.yml"
  edge_listeners haproxy 3 53 >"$to/drained/director-haproxy.yml"
}

# $1 in or drained; more arguments for every play
balance() {
  local director status=0
  for director in "${DIRECTORS_OF_DEMO[@]}"; do
    balancer_play "${PLAYBOOK[$director]}" "$director" -e "@$BALANCERS_DIR/variables/$1/$director.yml" "${@:2}" || status=1
  done
  return $status
}

balancers_ask() { # FILE
  balancers traffic >"$1" && node scripts/lib/balancers.mjs "$1"
}

all_traces() { # FOLDER
  local host
  mkdir -p "$1"
  for host in "${DIRECTORS_OF_DEMO[@]}" server-nginx server-go server-node; do balancers traces "$host" >"$1/$host" || return 1; done
}

on_server_go() { balancers ssh server-go "$1" </dev/null; }

# Waits until nobody has a connection to server-go, at most 30 s
without_connections() {
  local left
  for _ in {1..60}; do
    left=$(on_server_go "ss -Htn state established 'sport = :80' | wc -l") || return 1
    [ "$left" != 0 ] || return 0
    sleep 0.5
  done
  echo "$left connections to server-go are left"
  return 1
}

# server-go is drained, stopped, started and taken back, while requests go through all directors.
drain_under_load() {
  local before after status=0
  balancers load start || return 1
  sleep 3
  balance drained && without_connections || status=1
  before=$(on_server_go 'wc -l </var/log/web.log')
  on_server_go 'systemctl stop web.service' || status=1
  sleep 3
  on_server_go 'systemctl start web.service' || status=1
  after=$(on_server_go 'wc -l </var/log/web.log')
  [ "$before" = "$after" ] || { echo "server-go got $((after - before)) requests after it was drained" && status=1; }
  balance in || status=1
  sleep 3
  balancers load stop >"$BALANCERS_DIR/load-result.json" || status=1
  if node scripts/lib/balancers.mjs --load "$BALANCERS_DIR/load-result.json" && [ $status = 0 ]; then return 0; fi
  proxies_say
  return 1
}

# What the proxies themselves know of lost requests
proxies_say() {
  echo 'errors of nginx, and sessions that HAProxy did not end well:'
  balancers ssh director-nginx 'tail -n 20 /var/log/nginx/error.log' </dev/null
  balancers ssh director-haproxy "journalctl --no-pager -q -u haproxy | grep 'toa_edge_[48]/' | grep -v ' -- ' | tail -n 20" </dev/null
}

reboot_directors() {
  local director one status=0 all=()
  for director in "${DIRECTORS_OF_DEMO[@]}"; do
    balancers restart "$director" &
    all+=($!)
  done
  for one in "${all[@]}"; do wait "$one" || status=1; done
  return $status
}

remove_balancers() {
  local status=0
  balance in -e toa_state=absent || status=1
  balancer_play site servers -e toa_state=absent || status=1
  return $status
}

same_traces() {
  all_traces "$BALANCERS_DIR/traces-after" && diff -r "$BALANCERS_DIR/traces-before" "$BALANCERS_DIR/traces-after"
}

# A fourth director, whose kernel has IPVS: on a virtual machine
with_ipvs() {
  # shellcheck disable=SC2086 # a list of words
  step 'packages for virtual machines' install_packages $GUEST_PACKAGES || return 1
  DIRECTORS_OF_DEMO+=(director-ipvs)
  PLAYBOOK['director-ipvs']=lvs-nat
}

# Sets LAST_LINE; its status says whether all went well.
balancers_part() { # OWNER
  local failed=0 drained='drained, but not without a loss' removed='removed, with traces' before after again all
  BALANCERS_DIR=/tmp/toa-play-$NAME
  [ -z "$WITH_GUESTS" ] || with_ipvs || return 1
  step 'raise directors and servers' balancers up --dir "$BALANCERS_DIR" --owner "$1" ${WITH_GUESTS:+--ipvs} || return 1
  balancer_variables
  step 'what is on them before' all_traces "$BALANCERS_DIR/traces-before" || return 1
  step 'servers: toa-play playbooks/site.yml' balancer_play site servers || failed=1
  step 'directors that name nobody' balance in -e toa_send=false || failed=1
  step 'before: whom each server logs' balancers_ask "$BALANCERS_DIR/before.json" || failed=1
  step "directors: toa-play playbooks/nat-balancer.yml, proxy-edge.yml${WITH_GUESTS:+, lvs-nat.yml}" balance in || failed=1
  step 'after: whom each server logs' balancers_ask "$BALANCERS_DIR/after.json" || failed=1
  if step 'drain server-go under load, stop it, take it back' drain_under_load; then
    drained='drained without a lost request'
  else failed=1; fi
  step 'cut the power of each director, and wait for it' reboot_directors || failed=1
  step 'after the power cuts: whom each server logs' balancers_ask "$BALANCERS_DIR/again.json" || failed=1
  step 'remove it all' remove_balancers || failed=1
  if step 'what is on them after' same_traces; then removed='removed without a trace'; else failed=1; fi
  before=$(node scripts/lib/balancers.mjs --count balancer "$BALANCERS_DIR/before.json")
  after=$(node scripts/lib/balancers.mjs --count client "$BALANCERS_DIR/after.json")
  again=$(node scripts/lib/balancers.mjs --count client "$BALANCERS_DIR/again.json")
  all="${#DIRECTORS_OF_DEMO[@]} of ${#DIRECTORS_OF_DEMO[@]} send; $((3 * ${#DIRECTORS_OF_DEMO[@]})) of $((3 * ${#DIRECTORS_OF_DEMO[@]})) server x balancer"
  [ "$after" = "$all" ] && [ "$again" = "$all" ] && [ "$before" = "$all" ] || failed=1
  printf '\nbefore: %s show the balancer\nafter a reboot: %s show the client\n' "${before#*; }" "${again#*; }"
  LAST_LINE="balancers: $after show the client; $drained; $removed"
  return $failed
}
