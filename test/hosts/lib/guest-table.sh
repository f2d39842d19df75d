# shellcheck shell=bash
# shellcheck disable=SC2034 # the tables are read by the other parts
# Who the guests are: two virtual machines, in the network of the fleet (table.sh) instead of its hosts.

HOSTS=(guest-a guest-b)
CONTROLS=()
EVERY_HOST=("${HOSTS[@]}")

declare -A ADDRESS=(["guest-a"]=10.99.0.41 ["guest-b"]=10.99.0.42)
declare -A BALANCED_PORT=(["guest-a"]=8041 ["guest-b"]=8042)
declare -A SSH_PORT=() LOGIN=() SETUP=()

balancer_of() { echo balancer; }
balancer_address() { echo 10.98.0.1; }
tap_of() { printf 'tap-%s' "$1"; }
known_host() { [ -n "${ADDRESS[${1:-none}]:-}" ] || die "no such guest: ${1:-} (there are: ${HOSTS[*]})"; }
