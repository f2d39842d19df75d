# shellcheck shell=sh
# Raw facts of a host, as sections "== NAME" of plain text; src/host/facts/*.ts reads them. Few processes: each costs
# a millisecond or more. grep -H prints "path:line" for many files at once.

facts_files() {
	printf '== files\n'
	# One process for all small files; missing ones say nothing.
	grep -H '' /etc/os-release /usr/lib/os-release /etc/redhat-release /etc/centos-release /etc/SuSE-release \
		/etc/debian_version /etc/lsb-release /etc/coreos/update.conf /etc/lsb-release /etc/oracle-release \
		/etc/system-release /etc/alpine-release /etc/machine-id /var/lib/dbus/machine-id /etc/resolv.conf \
		/proc/cmdline /proc/loadavg /proc/uptime /proc/1/comm /proc/sys/kernel/random/boot_id \
		/proc/sys/crypto/fips_enabled /etc/selinux/config /sys/fs/selinux/enforce /sys/fs/selinux/policyvers \
		/sys/module/apparmor/parameters/enabled /proc/self/status /etc/ssh/ssh_host_*_key.pub 2>/dev/null
}

facts_platform() {
	printf '== uname\n'
	uname -s
	uname -n
	uname -r
	uname -m
	uname -v
	printf '== fqdn\n'
	# hostname -f asks DNS and may wait long: only /etc/hosts is asked.
	_name=$(uname -n)
	awk -v n="$_name" '!/^[[:space:]]*#/ { for (i = 2; i <= NF; i++) if ($i == n || index($i, n ".") == 1) { print $2; exit } }' \
		/etc/hosts 2>/dev/null
	printf '== date\n'
	date '+%Y %m %d %H %M %S %s %A %w %Z %z %W'
	printf '== id\n'
	id -u
	id -g
	id -ru
	id -rg
	id -un
	_uid=$(id -u)
	{ getent passwd "$_uid" 2>/dev/null || awk -F: -v u="$_uid" '$3 == u { print; exit }' /etc/passwd; } | head -n 1
	printf '== env\n'
	env
	printf '== tools\n'
	for _tool in apt-get dpkg yum dnf dnf5 microdnf zypper rpm apk pacman systemctl initctl rpm-ostree transactional-update \
		flatcar-update service chkconfig update-rc.d python3 python gcc make modprobe; do
		_path=$(command -v "$_tool" 2>/dev/null) && printf '%s %s\n' "$_tool" "$_path"
	done
	printf '== paths\n'
	for _path in /run/systemd/system /etc/init/rc.conf /etc/inittab /run/ostree-booted /.dockerenv /run/.containerenv \
		/proc/vz /proc/bc /proc/xen /dev/kvm /sys/kernel/security/apparmor /sys/fs/selinux /proc/1/root /etc/coreos; do
		[ -e "$_path" ] && printf '%s\n' "$_path"
	done
	printf '== root\n'
	stat -c '%i %d' / 2>/dev/null
	stat -Lc '%i %d' /proc/1/root/. 2>/dev/null
	printf '== lsb\n'
	if command -v lsb_release >/dev/null 2>&1; then lsb_release -a 2>/dev/null; fi
}

facts_local() {
	printf '== local\n'
	for _fact in "${1:-/etc/ansible/facts.d}"/*.fact; do
		[ -e "$_fact" ] || continue
		printf -- '-- %s\n' "$_fact"
		if [ -x "$_fact" ]; then "$_fact" 2>/dev/null </dev/null; else cat "$_fact"; fi
		printf '\n'
	done
}

facts_hardware() {
	printf '== meminfo\n'
	cat /proc/meminfo
	printf '== cpuinfo\n'
	cat /proc/cpuinfo
	printf '== nproc\n'
	nproc 2>/dev/null || getconf _NPROCESSORS_ONLN 2>/dev/null
	printf '== dmi\n'
	grep -H '' /sys/class/dmi/id/bios_date /sys/class/dmi/id/bios_vendor /sys/class/dmi/id/bios_version \
		/sys/class/dmi/id/board_* /sys/class/dmi/id/chassis_* /sys/class/dmi/id/product_name \
		/sys/class/dmi/id/product_serial /sys/class/dmi/id/product_uuid /sys/class/dmi/id/product_version \
		/sys/class/dmi/id/sys_vendor 2>/dev/null
	printf '== mounts\n'
	cat /proc/mounts
	printf '== df\n'
	df -P -k 2>/dev/null
	printf '== dfi\n'
	df -P -i 2>/dev/null
	printf '== statfs\n'
	awk '$1 ~ /^\// || $1 ~ /:/ { print $2 }' /proc/mounts | while IFS= read -r _mount; do
		stat -f -c '%S %b %f %a %c %d %n' "$_mount" 2>/dev/null
	done
	printf '== block\n'
	grep -H '' /sys/block/*/size /sys/block/*/removable /sys/block/*/ro /sys/block/*/device/model \
		/sys/block/*/device/vendor /sys/block/*/queue/rotational /sys/block/*/queue/logical_block_size \
		/sys/block/*/*/partition /sys/block/*/*/size /sys/block/*/*/start 2>/dev/null
	printf '== uuids\n'
	for _link in /dev/disk/by-uuid/* /dev/disk/by-label/* /dev/disk/by-id/*; do
		[ -L "$_link" ] && printf '%s %s\n' "$_link" "$(readlink "$_link")"
	done
}

facts_network() {
	printf '== ip4route\n'
	ip -4 route get 8.8.8.8 2>/dev/null
	printf '== ip6route\n'
	ip -6 route get 2404:6800:400a:800::1012 2>/dev/null
	printf '== ipaddr\n'
	ip addr show 2>/dev/null
	printf '== procroute\n'
	cat /proc/net/route 2>/dev/null
	printf '== ifconfig\n'
	command -v ip >/dev/null 2>&1 || ifconfig -a 2>/dev/null || busybox ifconfig -a 2>/dev/null
	printf '== sysnet\n'
	for _net in /sys/class/net/*; do [ -e "$_net" ] && printf '%s\n' "${_net##*/}"; done
	grep -H '' /sys/class/net/*/address /sys/class/net/*/mtu /sys/class/net/*/operstate /sys/class/net/*/type \
		/sys/class/net/*/flags /sys/class/net/*/bridge/bridge_id /sys/class/net/*/bonding/mode 2>/dev/null
	for _net in /sys/class/net/*/speed; do
		# speed cannot be read (EINVAL) while the link is down
		_speed=$(cat "$_net" 2>/dev/null) && printf '%s:%s\n' "$_net" "$_speed"
	done
	for _net in /sys/class/net/*/device/driver/module; do
		[ -e "$_net" ] && printf '%s:%s\n' "$_net" "$(readlink "$_net")"
	done
}

facts_virtual() {
	printf '== virtual\n'
	grep -H '' /sys/class/dmi/id/product_name /sys/class/dmi/id/sys_vendor /sys/class/dmi/id/bios_vendor \
		/sys/class/dmi/id/product_family /sys/hypervisor/type /proc/xen/capabilities /proc/1/cgroup \
		/proc/modules /run/systemd/container 2>/dev/null
	printf '== cpuflags\n'
	grep -m 1 -E '^(flags|Features)' /proc/cpuinfo
	grep -m 1 '^model name' /proc/cpuinfo
	printf '== init_environ\n'
	{ tr '\000' '\n' </proc/1/environ | grep '^container='; } 2>/dev/null
}

# $1: words of sections wanted (files platform local hardware network virtual); $2: folder of local facts
facts_gather() {
	for _section in $1; do
		case $_section in
		files) facts_files ;;
		platform) facts_platform ;;
		local) facts_local "$2" ;;
		hardware) facts_hardware ;;
		network) facts_network ;;
		virtual) facts_virtual ;;
		esac
	done
	return 0
}
