# shellcheck shell=bash
# shellcheck disable=SC2034 # the tables are read by the other parts
# Directors and the servers behind them, for scripts/demo --balancers.
#
#   hub 10.99.0.1 ---- br0 10.99.0.0/24, fd99::/64 ---- servers, directors (eth0)
#   (the controller)
#   client 10.98.N.2, fd98:N::2 -- 10.98.N.1, fd98:N::1 (wan) director N; VIP 10.98.N.100, fd98:N::100
#
# The director by IPVS is a virtual machine, whose kernel has IPVS; its client's side is a second network on br0.

SERVERS=(server-nginx server-go server-node)
DIRECTORS=(director-nat director-nginx director-haproxy)
GUESTS=()
[ -z "${WITH_GUEST:-}" ] || GUESTS=(director-ipvs)
HOSTS=("${SERVERS[@]}" "${DIRECTORS[@]}")
DIRECTORS+=("${GUESTS[@]}")
EVERY_HOST=("${HOSTS[@]}" "${GUESTS[@]}")

declare -A ROOT ADDRESS SSH_PORT=() LOGIN=() SETUP
for host in "${HOSTS[@]}"; do ROOT[$host]=debian-balancers; done
for host in "${SERVERS[@]}"; do SETUP[$host]=balanced-server; done
for host in "${DIRECTORS[@]}"; do SETUP[$host]=director; done
SETUP['director-ipvs']=director-guest
# the last number of a host's address, in both families
declare -A NUMBER=(
  ['server-nginx']=51 ['server-go']=52 ['server-node']=53
  ['director-nat']=61 ['director-nginx']=62 ['director-haproxy']=63 ['director-ipvs']=64
)
for host in "${EVERY_HOST[@]}"; do ADDRESS[$host]=10.99.0.${NUMBER[$host]}; done
# N of a director's client's side
declare -A SIDE=(['director-nat']=1 ['director-nginx']=2 ['director-haproxy']=3 ['director-ipvs']=4)

address6() { printf 'fd99::%s' "${NUMBER[$1]}"; }
# vips DIRECTOR: where its services are, IPv4 and IPv6; a proxy listens on the director's own addresses
vips() {
  local last=100
  case $1 in director-nginx | director-haproxy) last=1 ;; esac
  printf '10.98.%s.%s fd98:%s::%s\n' "${SIDE[$1]}" $last "${SIDE[$1]}" $last
}
tap_of() { printf 'tap-%s' "${1#director-}"; }
known_host() { [ -n "${ADDRESS[${1:-none}]:-}" ] || die "no such host: ${1:-} (there are: ${EVERY_HOST[*]})"; }
