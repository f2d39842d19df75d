# shellcheck shell=bash
# The balancer's half: the sender on both interfaces towards the hosts. balancer-plain gets none.

# In a bpf file system of its own, and by clsact, which holds the programs by itself: nothing is left when the namespace goes.
start_sender() { # ID
  local program
  program=$PROJECT_DIR/kmod/build/$(uname -m)/toa-bpf
  [ -x "$program" ] || die "no sender at $program; npm run build makes it"
  # shellcheck disable=SC2016 # the inner shell expands
  printf '10.99.0.0/24:80\n10.99.1.0/24:80\n' |
    in_netns "$1" balancer unshare -m sh -c 'mount -t bpf bpf /sys/fs/bpf && exec "$@"' sh "$program" sender attach \
      --clsact --devices hosts,behind --services - >&2 || die "the sender was not attached to the balancer"
}
