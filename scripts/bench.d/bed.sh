# shellcheck shell=sh
# The bed of the benchmark: one sshd that answers on thousands of loopback addresses. To be sourced, inside namespaces
# of its own (bed_enter), so that neither this machine's network nor root's profiles have a part in what is measured.

BED_PORT=2222

# Starts this script again with a network and mounts of its own. root's home is empty there: a long .bashrc would be
# measured with each session.
bed_enter() {
  if [ "${TOA_BENCH_INSIDE:-}" = 1 ]; then return 0; fi
  exec env TOA_BENCH_INSIDE=1 TOA_BENCH_HOME="$(mktemp -d)" unshare --net --mount --propagation private "$@"
}

# $1: folder for keys and configuration, $2: hosts
bed_up() {
  ip link set lo up
  mount -t tmpfs -o size=16m,mode=0700 tmpfs /root
  HOME=/root && export HOME
  cd "$1" || return
  ssh-keygen -q -t ed25519 -N '' -C bench -f host_key
  ssh-keygen -q -t ed25519 -N '' -C bench -f client_key
  cp client_key.pub authorized_keys
  bed_hosts "$2" >addresses
  awk -v port="$BED_PORT" -v key="$(cut -d' ' -f1,2 host_key.pub)" '{ print "[" $1 "]:" port " " key }' addresses >known_hosts
  bed_config >sshd_config
  mkdir -p /run/sshd fleet
  # One folder for each host, as the playbook wants it.
  awk -v base="$1/fleet" '{ print base "/h" NR }' addresses | xargs mkdir -p
  bed_groups "$1"
  sh -c 'echo $$ >"$1/groups/hosts/cgroup.procs" && exec /usr/sbin/sshd -f "$1/sshd_config" -E "$1/sshd.log"' sshd "$1"
  bed_wait
}

# Two control groups, hosts and controller, that count the CPU of all that runs in them, also of what nobody waits for.
bed_groups() {
  mkdir cgroup groups
  mount -t cgroup2 cgroup2 cgroup
  for bed_group in hosts controller; do
    mkdir "cgroup/toa-bench-$$-$bed_group"
    ln -s "$1/cgroup/toa-bench-$$-$bed_group" "groups/$bed_group"
  done
}

# Addresses, one per line: 200 to a third of 127.0.x.0.
bed_hosts() {
  awk -v n="$1" 'BEGIN { for (i = 0; i < n; i++) print "127.0." 1 + int(i / 200) "." 1 + i % 200 }'
}

bed_config() {
  cat <<END
ListenAddress 0.0.0.0:$BED_PORT
HostKey $PWD/host_key
AuthorizedKeysFile $PWD/authorized_keys
PidFile $PWD/sshd.pid
PermitRootLogin yes
StrictModes no
UsePAM no
UseDNS no
MaxStartups 1000:30:2000
LogLevel ERROR
END
}

bed_wait() {
  bed_left=50
  while [ "$bed_left" -gt 0 ]; do
    if ssh-keyscan -p "$BED_PORT" -t ed25519 127.0.1.1 2>/dev/null | grep -q .; then return 0; fi
    sleep 0.1
    bed_left=$((bed_left - 1))
  done
  echo 'the sshd of the benchmark does not answer:' >&2
  cat sshd.log >&2
  return 1
}

# Ends the sshd and its sessions. $1: as for bed_up
bed_down() {
  if [ -s "$1/sshd.pid" ]; then
    bed_pid=$(cat "$1/sshd.pid")
    # shellcheck disable=SC2046 # a list of numbers
    kill "$bed_pid" $(cat "/proc/$bed_pid/task/$bed_pid/children" 2>/dev/null) 2>/dev/null
  fi
  cd /
  for bed_group in "$1"/groups/*; do
    if [ -h "$bed_group" ]; then bed_remove "$(readlink "$bed_group")"; fi
  done
  umount "$1/cgroup" 2>/dev/null
  # The machine's control groups are not ours to remove, should they be mounted still.
  rm -rf --one-file-system "$1"
}

# A group that its processes have left; they may be ending still. $1: its folder
bed_remove() {
  bed_left=50
  while ! rmdir "$1" 2>/dev/null && [ "$bed_left" -gt 0 ]; do
    sleep 0.1
    bed_left=$((bed_left - 1))
  done
}
