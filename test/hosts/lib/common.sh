# shellcheck shell=bash
# shellcheck disable=SC2034 # constants are read by the other parts and by scripts
# Names, paths and small helpers shared by all parts of the fleet. Functions and constants only.

# Where raised fleets are registered, so that leftovers of killed runs can be found.
REGISTRY=/run/toa-play/fleets
CACHE=${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/toa-play/hosts

say() { printf 'fleet: %s\n' "$*" >&2; }
die() {
  printf 'fleet: error: %s\n' "$*" >&2
  exit 1
}

# start_time PID: the start time in clock ticks since boot (field 22 of /proc/PID/stat), empty when there is no such process.
# With the pid it names one process for ever: pids come back, start times do not.
start_time() {
  local stat
  stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 0
  stat=${stat##*) }
  # shellcheck disable=SC2086 # split into fields on purpose
  set -- $stat
  printf '%s' "${20}"
}

# alive PID START: true when exactly this process still runs.
alive() { [ -n "$2" ] && [ "$(start_time "$1")" = "$2" ]; }

# cgroup2_mount: where this machine mounted cgroup v2 (a hybrid machine has it under /sys/fs/cgroup/unified).
cgroup2_mount() {
  awk '$3 == "cgroup2" { print $2; found = 1; exit } END { exit !found }' /proc/mounts ||
    die "no cgroup v2 is mounted on this machine; try: mount -t cgroup2 none /sys/fs/cgroup/unified"
}

# cgroup_dir ID [HOST]: the cgroup of a fleet, or of one of its hosts.
cgroup_dir() { printf '%s/toa-%s%s' "$(cgroup2_mount)" "$1" "${2:+/$2}"; }

# netns_name ID WHO
netns_name() { printf 'toa-%s-%s' "$1" "$2"; }

# in_netns ID WHO COMMAND...: unlike `ip netns exec` this keeps /sys, and so bpffs, as it is.
in_netns() {
  local id=$1 who=$2
  shift 2
  nsenter --net="/run/netns/$(netns_name "$id" "$who")" -- "$@"
}

# kill_cgroup DIR: kill every process in a cgroup and below, then remove it.
kill_cgroup() {
  local dir=$1 try pid
  [ -d "$dir" ] || return 0
  for try in {1..100}; do
    if [ -w "$dir/cgroup.kill" ]; then
      echo 1 >"$dir/cgroup.kill"
    else
      # before 5.14 there is no cgroup.kill
      find "$dir" -name cgroup.procs -exec cat {} + 2>/dev/null | sort -u | while read -r pid; do kill -9 "$pid"; done 2>/dev/null
    fi
    grep -q 'populated 0' "$dir/cgroup.events" && break
    sleep 0.05
  done
  [ "$try" -lt 100 ] || say "warning: processes in $dir do not end"
  find "$dir" -depth -type d -exec rmdir {} \; 2>/dev/null
  [ ! -d "$dir" ]
}

# need_tools TOOL...: every one must be there.
need_tools() {
  local tool missing=()
  for tool; do command -v "$tool" >/dev/null || missing+=("$tool"); done
  [ ${#missing[@]} -eq 0 ] ||
    die "missing: ${missing[*]} (scripts/demo and scripts/test install them: apt-get install $PACKAGES)"
}

# The Debian packages that the fleet needs on the machine that raises it.
PACKAGES="mmdebstrap iproute2 nftables ethtool openssh-client util-linux curl ca-certificates libnetfilter-queue1"
# What the guests need beside those.
GUEST_PACKAGES="qemu-system-x86 e2fsprogs cpio gcc libc6-dev"
