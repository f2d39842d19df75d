# shellcheck shell=bash
# shellcheck disable=SC2034 # the tables are read by the other parts
# Who is in the fleet, on which root, at which address.
#
#   hub 10.99.0.1 ---- br0 10.99.0.0/24 ---- hosts, controls, bastion
#   (the controller)        |                            |
#   client 10.98.0.2 -- balancer 10.98.0.1    bastion -- br1 10.99.1.0/24 -- debian-jumped
#   client 10.98.1.2 -- balancer-plain 10.98.1.1 (sends no option)
#
# All of it lives in namespaces of this fleet, so that every fleet can use the same addresses.

HOSTS=(debian-root debian-systemd debian-sudo debian-oldssh rpm-yum rpm-dnf-busybox debian-jumped)
CONTROLS=(control-no-receiver control-no-option)
# other package managers and inits: for the verbs only, behind no balancer
OTHERS=(rpm-zypper debian-openrc)
EVERY_HOST=("${HOSTS[@]}" "${CONTROLS[@]}" "${OTHERS[@]}" bastion)

declare -A ROOT=(
  ['debian-root']=debian ['debian-systemd']=debian-systemd ['debian-sudo']=debian ['debian-oldssh']=debian
  ['rpm-yum']=debian-with-rpm ['rpm-dnf-busybox']=debian-with-rpm ['debian-jumped']=debian
  ['control-no-receiver']=debian ['control-no-option']=debian [bastion]=debian
  ['rpm-zypper']=debian-with-zypper ['debian-openrc']=debian-openrc
)
declare -A ADDRESS=(
  ['debian-root']=10.99.0.11 ['debian-systemd']=10.99.0.12 ['debian-sudo']=10.99.0.13 ['debian-oldssh']=10.99.0.14
  ['rpm-yum']=10.99.0.15 ['rpm-dnf-busybox']=10.99.0.16 ['debian-jumped']=10.99.1.17
  ['control-no-receiver']=10.99.0.18 ['control-no-option']=10.99.0.19 [bastion]=10.99.0.30
  ['rpm-zypper']=10.99.0.20 ['debian-openrc']=10.99.0.21
)
# Where the host's web server is reached on the balancer's client side.
declare -A BALANCED_PORT=(
  ['debian-root']=8001 ['debian-systemd']=8002 ['debian-sudo']=8003 ['debian-oldssh']=8004
  ['rpm-yum']=8005 ['rpm-dnf-busybox']=8006 ['debian-jumped']=8007
  ['control-no-receiver']=8008 ['control-no-option']=8009
)
declare -A SSH_PORT=(['debian-sudo']=2222)
# Hosts that are set up by another file than setup/HOST.sh.
# shellcheck disable=SC2034 # setup/all.sh
declare -A SETUP=()
declare -A LOGIN=(['debian-sudo']=deploy [bastion]=jump)

# balancer_of HOST: which balancer stands before the host.
balancer_of() { if [ "$1" = control-no-option ]; then echo balancer-plain; else echo balancer; fi; }
# balancer_address HOST: the address of that balancer on its client side.
balancer_address() { if [ "$1" = control-no-option ]; then echo 10.98.1.1; else echo 10.98.0.1; fi; }
# bridge_of HOST
bridge_of() { case ${ADDRESS[$1]} in 10.99.1.*) echo br1 ;; *) echo br0 ;; esac }
known_host() { [ -n "${ADDRESS[$1]:-}" ] || die "no such host: $1 (there are: ${EVERY_HOST[*]})"; }
