# shellcheck shell=bash
# Starting, stopping and waiting for single hosts.

start_host() { # ID DIR HOST
  local folder=$2/hosts/$3
  mkdir -p "$folder"
  touch "$folder/console.log"
  # a session of its own: a Ctrl-C in the terminal that raised the fleet does not reach the hosts
  setsid bash "$HOSTS_DIR/lib/supervise.sh" "$1" "$3" "$folder" "$(lower_dirs "${ROOT[$3]}")" </dev/null >/dev/null 2>&1 8>&- 9>&- &
  disown
}

# A power cut: everything on the host is killed; its supervisor starts it again.
restart_host() { # ID HOST
  local cgroup
  cgroup=$(cgroup_dir "$1" "$2")
  [ -d "$cgroup" ] || die "the host $2 is not up"
  local before
  before=$(cat "$DIR/hosts/$2/boot_id")
  echo 1 >"$cgroup/cgroup.kill"
  for _ in {1..200}; do
    [ "$(cat "$DIR/hosts/$2/boot_id")" = "$before" ] || break
    sleep 0.05
  done
  wait_for_host "$1" "$2" "$DIR"
  wait_for_boot "$1" "$2"
}

# sshd and nginx answer before the last boot script has ended; what starts at boot may be one of those.
wait_for_boot() { # ID HOST
  local pid running
  pid=$(host_pid "$1" "$2") || die "$2 is not up"
  if [ "$(cat "/proc/$pid/comm")" = systemd ]; then
    nsenter --target "$pid" --all --root --wdns=/ systemctl is-system-running --wait >/dev/null
    return 0
  fi
  for _ in {1..300}; do
    # processes come and go while they are listed: only what is found counts, no status of cat
    running=$(find "$(cgroup_dir "$1" "$2")" -name cgroup.procs -exec cat {} + 2>/dev/null | sed 's|.*|/proc/&/comm|' |
      xargs cat 2>/dev/null)
    grep -qxE 'rc|startpar' <<<"$running" || return 0
    sleep 0.1
  done
  die "the boot scripts of $2 do not end"
}

# answers ID HOST PORT: something on this port of the host greets or accepts; asked from a namespace that reaches it.
answers() {
  local from=hub
  [ "$2" != debian-jumped ] || from=bastion
  # shellcheck disable=SC2016 # expanded by the inner shell
  in_netns "$1" "$from" timeout 1 bash -c 'exec 3<>"/dev/tcp/$1/$2"' ask "${ADDRESS[$2]}" "$3" 2>/dev/null
}

wait_for_host() { # ID HOST DIR
  local port
  for port in "${SSH_PORT[$2]:-22}" 80; do
    [ "$port" = 22 ] || [ "$2" != bastion ] || continue
    for _ in {1..300}; do
      answers "$1" "$2" "$port" && continue 2
      sleep 0.1
    done
    tail -5 "$3/hosts/$2/console.log" >&2
    die "$2 does not answer on port $port; its console: $3/hosts/$2/console.log"
  done
}

host_pid() { # ID HOST: the pid, seen from this machine, of the host's PID 1
  local pid
  while read -r pid; do
    # the last number of NSpid is the pid inside the innermost namespace
    [ "$(awk '/^NSpid:/ { print $NF }' "/proc/$pid/status" 2>/dev/null)" = 1 ] && echo "$pid" && return
  done < <(find "$(cgroup_dir "$1" "$2")" -name cgroup.procs -exec cat {} + 2>/dev/null)
  return 1
}
