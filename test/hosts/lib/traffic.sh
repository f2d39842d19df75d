# shellcheck shell=bash
# Real traffic: the client asks each web server through its balancer; what the server's own access log says is the proof.

# one_request ID HOST: prints a JSON object
one_request() {
  local mark own logged=''
  mark=$(cat /proc/sys/kernel/random/uuid)
  # the client's own address and port, as its kernel chose them
  own=$(in_netns "$1" client curl --silent --show-error --noproxy '*' --max-time 5 --output /dev/null \
    --write-out '%{local_ip}:%{local_port}' \
    "http://$(balancer_address "$2"):${BALANCED_PORT[$2]}/$mark" 2>"$DIR/balancer/curl-error") || own=''
  # nginx writes its line after the answer
  for _ in {1..40}; do
    logged=$(access_log "$1" "$2" | awk -v mark="/$mark" '$2 == mark { print $1; exit }')
    if [ -n "$logged" ] || [ -z "$own" ]; then break; fi
    sleep 0.05
  done
  printf '{"host":"%s","control":%s,"client":%s,"logged":%s,"shows":"%s","error":%s}' "$2" \
    "$(case $2 in control-*) echo true ;; *) echo false ;; esac)" "$(json_or_null "$own")" "$(json_or_null "$logged")" \
    "$(what_shows "$own" "$logged")" "$(json_or_null "$([ -n "$own" ] || tr '"\\\n' "'/ " <"$DIR/balancer/curl-error")")"
}

access_log() { # ID HOST
  cat "/proc/$(host_pid "$1" "$2")/root/var/log/nginx/access.log" 2>/dev/null
}

json_or_null() { if [ -n "$1" ]; then printf '"%s"' "$1"; else printf null; fi; }

what_shows() { # CLIENT LOGGED
  case $2 in
  '') echo nothing ;;
  "$1") echo client ;;
  10.99.0.2:* | 10.99.0.3:* | 10.99.1.2:* | 10.99.1.3:*) echo balancer ;;
  *) echo other ;;
  esac
}

all_traffic() { # ID
  local host separator='['
  for host in "${HOSTS[@]}" "${CONTROLS[@]}"; do
    printf '%s' "$separator"
    one_request "$1" "$host"
    separator=$',\n '
  done
  echo ']'
}
