# shellcheck shell=sh
# shellcheck disable=SC2154 # page_kb: set by the call
# Remote half of dpvs_plan: tells what the host is, changes nothing. `-` stands for what is not there.

# Where the kernel tells of itself; tests have trees of their own
dpvs_sys=${dpvs_sys-/sys}
dpvs_proc=${dpvs_proc-/proc}
dpvs_etc=${dpvs_etc-/etc}

# First line of a file, or $2
dpvs_line() {
	_line=
	[ ! -r "$1" ] || read -r _line <"$1" || :
	printf '%s' "${_line:-$2}"
}

# What a link of sysfs leads to, by its last name
dpvs_link() {
	_to=$(readlink "$1" 2>/dev/null) || _to=-
	printf '%s' "${_to##*/}"
}

# A node that the kernel does not know (-1) is the first
dpvs_node_of() {
	_node=$(dpvs_line "$1/numa_node" 0)
	case $_node in -*) _node=0 ;; esac
	printf '%s' "$_node"
}

# The interface over which this session's client is reached; nothing where it is not an SSH session
dpvs_session_way() {
	[ -n "${SSH_CONNECTION-}" ] || return 0
	ip -o route get "${SSH_CONNECTION%% *}" 2>/dev/null | sed -n 's/.* dev \([^ ]*\).*/\1/p' | head -n 1
}

dpvs_default_ways() {
	ip -o route show default 2>/dev/null
	ip -o -6 route show default 2>/dev/null
}

# What makes interface $1 one that must not be taken
dpvs_used() {
	if [ "$1" = "$dpvs_session" ]; then
		printf 'the way of this session'
	elif printf '%s\n' "$dpvs_defaults" | grep -q " dev $1 "; then
		printf 'the default route'
	fi
}

dpvs_nics() {
	dpvs_session=$(dpvs_session_way)
	dpvs_defaults=$(dpvs_default_ways)
	for _path in "$dpvs_sys"/class/net/*; do
		[ -e "$_path" ] || continue
		_name=${_path##*/}
		[ "$_name" != lo ] || continue
		_pci=- _driver=- _queues=0
		if [ -e "$_path/device" ]; then
			case $(dpvs_link "$_path/device") in ????:??:??.?) _pci=$(dpvs_link "$_path/device") ;; esac
			_driver=$(dpvs_link "$_path/device/driver")
		fi
		for _queue in "$_path"/queues/rx-*; do [ ! -e "$_queue" ] || _queues=$((_queues + 1)); done
		printf 'nic=%s %s %s %s %s %s %s %s\n' "$_name" "$(dpvs_line "$_path/address" -)" "$_pci" "$_driver" "$_driver" \
			"$(dpvs_node_of "$_path/device")" "$_queues" "$(dpvs_used "$_name")"
	done
	# network devices that no interface belongs to: DPDK's, or nobody's
	for _path in "$dpvs_sys"/bus/pci/devices/*; do
		case $(dpvs_line "$_path/class" -) in 0x02*) ;; *) continue ;; esac
		for _net in "$_path"/net/* "$_path"/virtio*/net/*; do [ ! -e "$_net" ] || continue 2; done
		_bound=-
		[ ! -h "$_path/driver" ] || _bound=$(dpvs_link "$_path/driver")
		printf 'nic=- - %s - %s %s 0 \n' "${_path##*/}" "$_bound" "$(dpvs_node_of "$_path")"
	done
	[ ! -r "$dpvs_etc/toa/dpvs.nics" ] || sed -n 's/^\([^#]\)/known=\1/p' "$dpvs_etc/toa/dpvs.nics"
}

# Value of field $2 in a node's meminfo, in kB
dpvs_memory() {
	sed -n "s/^Node [0-9]* $2: *\([0-9]*\) kB.*/\1/p" "$1/meminfo" 2>/dev/null | head -n 1
}

dpvs_nodes() {
	for _path in "$dpvs_sys"/devices/system/node/node[0-9]*; do
		[ -e "$_path" ] || continue
		_free=$(dpvs_memory "$_path" MemFree)
		_cache=$(dpvs_memory "$_path" FilePages)
		_huge=$_path/hugepages/hugepages-${page_kb}kB
		printf 'node=%s %s %s %s %s %s\n' "${_path##*/node}" "$(dpvs_line "$_path/cpulist" 0)" "${_free:-0}" "${_cache:-0}" \
			"$(dpvs_line "$_huge/nr_hugepages" 0)" "$(dpvs_line "$_huge/free_hugepages" 0)"
	done
}

dpvs_is_up() {
	_pid=$(dpvs_line /var/run/dpvs.pid -)
	case $_pid in '' | *[!0-9]*) return 1 ;; esac
	[ -d "$dpvs_proc/$_pid" ]
}

dpvs_plan_main() {
	printf 'arch=%s\nkernel=%s\ncpus=%s\n' "$(uname -m)" "$(dpvs_line "$dpvs_proc/sys/kernel/osrelease" 0)" \
		"$(dpvs_line "$dpvs_sys/devices/system/cpu/online" 0)"
	cat "$dpvs_sys"/devices/system/cpu/cpu[0-9]*/topology/thread_siblings_list 2>/dev/null | sed 's/^/siblings=/'
	dpvs_nodes
	dpvs_nics
	if ls "$dpvs_sys"/kernel/iommu_groups/* >/dev/null 2>&1; then echo iommu=1; fi
	if [ -e /dev/vhost-net ] || modinfo vhost_net >/dev/null 2>&1; then echo vhost_net=1; fi
	! dpvs_is_up || echo running=1
	! command -v dpvs >/dev/null 2>&1 || printf 'version=%s\n' "$(dpvs -v 2>&1 | grep '^dpvs version' | head -n 1)"
	return 0
}
