# shellcheck shell=bash
# Real traffic through the directors. Server N of SERVERS is behind port 8001 + N; behind port 8000 is what takes the load.

# The lines of a server's own log: whom it saw
web_log() { # ID HOST
  tr -d '[]' <"/proc/$(host_pid "$1" "$2")/root/var/log/web.log" 2>/dev/null
}

# The client's own address on the way to an address
client_address() {
  case $1 in *:*) printf '%s::2' "${1%%::*}" ;; *) printf '%s.2' "${1%.*}" ;; esac
}

# through ID DIRECTOR SERVER PORT VIP: a JSON object
through() {
  local own before logged='' shows=nothing url=$5
  case $5 in *:*) url="[$5]" ;; esac
  before=$(web_log "$1" "$3" | wc -l)
  own=$(in_netns "$1" client curl --silent --interface "$(client_address "$5")" --noproxy '*' --max-time 5 --output /dev/null --write-out '%{local_ip}:%{local_port}' \
    "http://$url:$4/") || own=''
  # the server writes its line after the answer
  for _ in {1..40}; do
    logged=$(web_log "$1" "$3" | tail -n "+$((before + 1))")
    if [ -n "$logged" ] || [ -z "$own" ]; then break; fi
    sleep 0.05
  done
  case $logged in
  '') ;;
  "$own") shows=client ;;
  10.99.0."${NUMBER[$2]}":* | "$(address6 "$2")":*) shows=balancer ;;
  *) shows=other ;;
  esac
  [ -n "$own" ] || shows=nothing
  printf '{"director":"%s","server":"%s","client":"%s","logged":"%s","shows":"%s"}' "$2" "$3" "$own" "$logged" "$shows"
}

all_traffic() { # ID
  local director server port vip separator='['
  for director in "${DIRECTORS[@]}"; do
    port=8000
    for server in "${SERVERS[@]}"; do
      port=$((port + 1))
      for vip in $(vips "$director"); do
        printf '%s' "$separator"
        through "$1" "$director" "$server" $port "$vip"
        separator=$',\n '
      done
    done
  done
  echo ']'
}

# balancer_load ID start|stop: in a process of the fleet, so that it ends with it
balancer_load() {
  local targets=() director vip own
  case $2 in
  start)
    for director in "${DIRECTORS[@]}"; do
      for vip in $(vips "$director"); do
        own=$(client_address "$vip")
        targets+=("$director,$vip,${own%2}3")
      done
    done
    rm -f "$DIR/load.json"
    (
      echo "$BASHPID" >"$(cgroup_dir "$1" supervisors)/cgroup.procs"
      exec setsid nsenter --net="/run/netns/$(netns_name "$1" client)" -- node "$HOSTS_DIR/load.mjs" "$DIR/load.json" "${targets[@]}"
    ) </dev/null >/dev/null 2>"$DIR/load.errors" 8>&- 9>&- &
    echo $! >"$DIR/load.pid"
    ;;
  stop)
    kill "$(cat "$DIR/load.pid")" || die "the load ended by itself: $(cat "$DIR/load.errors")"
    for _ in {1..200}; do
      [ ! -s "$DIR/load.json" ] || break
      sleep 0.1
    done
    cat "$DIR/load.json"
    ;;
  esac
}

# What a verb could leave: files, units, rules, routes, addresses, programs on devices, loaded modules. Not counted: what
# HAProxy and the package manager keep for themselves, addresses that the kernel makes up (fe80::/10), and what it adds while it
# forwards (anycast), which it does until the next boot.
traces() { # ID HOST
  in_netns "$1" hub ssh -F "$DIR/ssh/ssh_config" "$2" '{ find /etc /var/lib /usr/local /opt /srv /sys/fs/bpf -xdev \
      ! -path "/var/lib/systemd/*" ! -path "/var/lib/private*" ! -path "/var/lib/dpkg/*" ! -path "/var/lib/apt/*" ! -path "/var/lib/haproxy*"
    cat /etc/default/haproxy; systemctl list-unit-files --no-legend; nft -s list ruleset; ip rule; ip -6 rule
    ip -4 route show table all; ip -6 route show table all; ip -o addr | sed "s/ *valid_lft.*//"; tc qdisc show
    cut -d" " -f1 /proc/modules; } 2>&1 | grep -vE "fe80:|^anycast" | sort'
}
