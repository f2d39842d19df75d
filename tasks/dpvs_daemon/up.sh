# shellcheck shell=sh
# What a host needs before DPVS starts: huge pages, modules, NICs with DPDK's driver. Goes to the host as the head of
# /etc/toa/dpvs.up, which the unit runs at each start; `sh /etc/toa/dpvs.up check` says what it would do, and does nothing.

dpvs_sys=${dpvs_sys-/sys}
dpvs_proc=${dpvs_proc-/proc}
dpvs_only_say=${1-}

dpvs_fail() {
	printf 'dpvs: %s\n' "$1" >&2
	exit 1
}

# Says what is to be done ($1); true where it is to be done now
dpvs_now() {
	printf 'would=%s\n' "$1"
	[ "$dpvs_only_say" != check ]
}

# At least $2 huge pages of $3 kB on node $1; pages that are there stay
dpvs_pages() {
	_file=$dpvs_sys/devices/system/node/node$1/hugepages/hugepages-${3}kB/nr_hugepages
	[ -r "$_file" ] || dpvs_fail "this kernel has no huge pages of $3 kB on node $1"
	read -r _have <"$_file"
	[ "$_have" -lt "$2" ] || return 0
	dpvs_now "$2 huge pages of $3 kB on node $1, not $_have" || return 0
	echo "$2" >"$_file"
	read -r _have <"$_file"
	[ "$_have" -ge "$2" ] || dpvs_fail "node $1 has memory for $_have huge pages of $3 kB only, not $2"
}

# hugetlbfs at $1 with pages of $2 kB: EAL says "Cannot get hugepage information" where only the pages are there
dpvs_mounted() {
	while read -r _what _where _type _rest; do
		[ "$_where" != "$1" ] || [ "$_type" != hugetlbfs ] || return 0
	done <"$dpvs_proc/mounts"
	dpvs_now "hugetlbfs at $1" || return 0
	mkdir -p "$1"
	mount -t hugetlbfs -o "pagesize=${2}K" nodev "$1" || dpvs_fail "hugetlbfs cannot be mounted at $1"
}

# Module $1 with parameters $3, from folder $2 where that has it
dpvs_module() {
	_module=$(printf '%s' "$1" | tr - _)
	! grep -q "^$_module " "$dpvs_proc/modules" 2>/dev/null || return 0
	[ ! -d "$dpvs_sys/module/$_module" ] || return 0
	dpvs_now "module $1" || return 0
	if [ -n "$2" ] && [ -f "$2/$1.ko" ]; then
		[ "$1" != igb_uio ] || modprobe uio || dpvs_fail "module uio cannot be loaded"
		# shellcheck disable=SC2086 # parameters are words
		insmod "$2/$1.ko" $3 || dpvs_fail "$2/$1.ko cannot be loaded"
	else
		# shellcheck disable=SC2086 # parameters are words
		modprobe "$1" $3 || dpvs_fail "module $1 cannot be loaded${2:+, and $2 has no $1.ko}"
	fi
}

# PCI device $1 gets driver $2
dpvs_bind() {
	_device=$dpvs_sys/bus/pci/devices/$1
	[ -e "$_device" ] || dpvs_fail "there is no PCI device $1"
	_is=$(readlink "$_device/driver" 2>/dev/null) || _is=
	[ "${_is##*/}" != "$2" ] || return 0
	dpvs_now "$1 with driver $2, not ${_is##*/}" || return 0
	for _net in "$_device"/net/*; do
		[ ! -e "$_net" ] || ip link set dev "${_net##*/}" down 2>/dev/null
	done
	if [ -e "$_device/driver_override" ]; then
		echo "$2" >"$_device/driver_override"
	else
		printf '%s %s\n' "$(cat "$_device/vendor")" "$(cat "$_device/device")" >"$dpvs_sys/bus/pci/drivers/$2/new_id"
	fi
	[ -z "$_is" ] || echo "$1" >"$_device/driver/unbind"
	echo "$1" >"$dpvs_sys/bus/pci/drivers/$2/bind" 2>/dev/null || :
	_is=$(readlink "$_device/driver" 2>/dev/null) || _is=
	[ "${_is##*/}" = "$2" ] || dpvs_fail "$1 did not take the driver $2 (dmesg says why)"
}
