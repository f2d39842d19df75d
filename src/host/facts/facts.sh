# shellcheck shell=sh
# shellcheck disable=SC2154 # release_files: set by the call
# Raw facts of a host, as sections "== NAME" of plain text; src/host/facts/*.ts reads them. Few processes, since each
# costs a millisecond of CPU: one awk prints all files (as "path:line") and the date, and what the shell can do itself it
# does. The full set takes three processes.

# Sets toa_files: the files to print for the sections $1, as patterns. None twice.
facts_files() {
	toa_files=
	for _section in $1; do
		case $_section in
		files)
			toa_files="$toa_files /etc/os-release /usr/lib/os-release $release_files
				/etc/debian_version /etc/coreos/update.conf /etc/lsb-release
				/etc/alpine-release /etc/machine-id /var/lib/dbus/machine-id /etc/resolv.conf
				/proc/cmdline /proc/loadavg /proc/uptime /proc/1/comm /proc/sys/kernel/random/boot_id
				/proc/sys/crypto/fips_enabled /etc/selinux/config /sys/fs/selinux/enforce /sys/fs/selinux/policyvers
				/sys/module/apparmor/parameters/enabled /proc/self/status /etc/ssh/ssh_host_*_key.pub"
			;;
		hardware)
			toa_files="$toa_files /proc/meminfo /proc/cpuinfo /proc/mounts /sys/class/dmi/id/bios_date
				/sys/class/dmi/id/bios_version /sys/class/dmi/id/board_* /sys/class/dmi/id/chassis_*
				/sys/class/dmi/id/product_serial /sys/class/dmi/id/product_uuid /sys/class/dmi/id/product_version"
			facts_disks
			;;
		network)
			toa_files="$toa_files /proc/net/route"
			facts_cards
			;;
		virtual)
			toa_files="$toa_files /sys/class/dmi/id/product_family /sys/hypervisor/type /proc/xen/capabilities
				/proc/1/cgroup /proc/modules /run/systemd/container"
			;;
		esac
	done
	case " $1 " in *' hardware '* | *' virtual '*)
		toa_files="$toa_files /sys/class/dmi/id/product_name /sys/class/dmi/id/sys_vendor /sys/class/dmi/id/bios_vendor"
		;;
	esac
	case " $1 " in
	*' hardware '*) ;;
	*' virtual '*) toa_files="$toa_files /proc/cpuinfo" ;;
	esac
}

# Files of disks and partitions. A pattern for each kind of file would read the folders again and again.
facts_disks() {
	for _disk in /sys/block/*; do
		toa_files="$toa_files $_disk/size $_disk/removable $_disk/ro $_disk/device/model $_disk/device/vendor
			$_disk/queue/rotational $_disk/queue/logical_block_size"
		for _part in "$_disk/${_disk##*/}"*/partition; do
			[ -e "$_part" ] && toa_files="$toa_files $_part ${_part%partition}size ${_part%partition}start"
		done
	done
}

# Files of network interfaces, and _speeds: speed cannot be read (EINVAL) while a link is down, and awks may end there.
facts_cards() {
	for _net in /sys/class/net/*; do
		{ read -r _speed <"$_net/speed" && _speeds="$_speeds$_net/speed:$_speed
"; } 2>/dev/null
		toa_files="$toa_files $_net/address $_net/mtu $_net/operstate $_net/type $_net/flags"
		[ -e "$_net/bridge" ] && toa_files="$toa_files $_net/bridge/bridge_id"
		[ -e "$_net/bonding" ] && toa_files="$toa_files $_net/bonding/mode"
	done
}

facts_platform() {
	printf '== uname\n'
	facts_uname
	printf '== fqdn\n'
	facts_name
	printf '== id\n'
	facts_id
	printf '== env\n'
	# Words of shell; bash has a way of its own to quote them.
	if [ -n "${BASH_VERSION-}" ]; then env; else export -p; fi
	printf '== tools\n'
	for _tool in apt-get dpkg yum dnf dnf5 microdnf zypper rpm apk pacman systemctl initctl rpm-ostree transactional-update \
		flatcar-update service chkconfig update-rc.d python3 python gcc make modprobe; do
		command -v "$_tool"
	done 2>/dev/null
	printf '== paths\n'
	for _path in /run/systemd/system /etc/init/rc.conf /sbin/openrc /etc/inittab /run/ostree-booted /.dockerenv /run/.containerenv \
		/proc/vz /proc/bc /proc/xen /dev/kvm /sys/kernel/security/apparmor /sys/fs/selinux /proc/1/root /etc/coreos; do
		[ -e "$_path" ] && printf '%s\n' "$_path"
	done
	printf '== lsb\n'
	facts_lsb
}

facts_python() {
	printf '== python\n'
	# -V is answered before Python starts; old ones say it on standard error
	# where distributions put it first: what a login's PATH names may be a version that nobody else has
	for _tool in /usr/bin/python3 python3 python python2; do
		command -v "$_tool" || continue
		"$_tool" -V 2>&1 </dev/null
		break
	done 2>/dev/null
}

# What `uname -snrvm` says: from the kernel's files where it has one for the machine (6.1) and no personality (setarch)
# says something else.
facts_uname() {
	_machine=
	{ read -r _one </proc/self/personality && [ "$_one" = 00000000 ] && read -r _machine </proc/sys/kernel/arch; } 2>/dev/null
	if [ -z "$_machine" ]; then
		uname -snrvm
		return
	fi
	for _name in ostype hostname osrelease version; do
		read -r _one <"/proc/sys/kernel/$_name"
		printf '%s ' "$_one"
	done
	printf '%s\n' "$_machine"
}

# Debian's small lsb_release is a script of 15 processes that only repeats os-release: it is known by its author's line.
facts_lsb() {
	command -v lsb_release >/dev/null 2>&1 || return 0
	_third=
	[ -r /usr/bin/lsb_release ] && { read -r _third && read -r _third && read -r _third; } 2>/dev/null </usr/bin/lsb_release
	case $_third in
	'# SPDX-FileCopyrightText:'*'Gioele Barabucci'*) echo os-release ;;
	*) lsb_release -a 2>/dev/null ;;
	esac
}

# The host's name with its domain, from /etc/hosts: `hostname -f` asks DNS and may wait long. Long files are left to awk,
# because a shell reads byte by byte.
facts_name() {
	_name=
	[ -r /proc/sys/kernel/hostname ] && read -r _name </proc/sys/kernel/hostname
	[ -n "$_name" ] || _name=$(uname -n)
	_left=100
	while read -r _address _names; do
		_left=$((_left - 1))
		[ "$_left" -gt 0 ] || break
		case $_address in \#*) continue ;; esac
		for _one in $_names; do
			case $_one in
			"$_name" | "$_name".*)
				printf '%s\n' "${_names%%[ 	]*}"
				return 0
				;;
			esac
		done
	done </etc/hosts
	[ "$_left" -gt 0 ] || awk -v n="$_name" '!/^[[:space:]]*#/ {
		for (i = 2; i <= NF; i++) if ($i == n || index($i, n ".") == 1) { print $2; exit } }' /etc/hosts 2>/dev/null
	return 0
}

# Effective and real ids, the user's name and line of passwd, one per line.
facts_id() {
	_uids=
	while read -r _key _real _effective _rest; do
		case $_key in
		Uid:) _uids="$_real $_effective" ;;
		Gid:)
			# shellcheck disable=SC2086 # two words
			set -- $_uids "$_real" "$_effective"
			break
			;;
		esac
	done </proc/self/status
	[ $# -eq 4 ] || set -- "$(id -ru)" "$(id -u)" "$(id -rg)" "$(id -g)"
	printf '%s\n' "$2" "$4" "$1" "$3"
	_left=50
	while IFS= read -r _line && [ "$_left" -gt 0 ]; do
		_left=$((_left - 1))
		_rest=${_line#*:*:}
		if [ "${_rest%%:*}" = "$2" ]; then
			printf '%s\n' "${_line%%:*}" "$_line"
			return 0
		fi
	done </etc/passwd
	id -un
	{ getent passwd "$2" 2>/dev/null || awk -F: -v u="$2" '$3 == u { print; exit }' /etc/passwd; } | head -n 1
}

facts_local() {
	printf '== local\n'
	for _fact in "${1:-/etc/ansible/facts.d}"/*.fact; do
		[ -e "$_fact" ] || continue
		printf -- '-- %s\n' "$_fact"
		if [ -x "$_fact" ]; then
			{
				_said=$("$_fact" 2>&1 >&3 3>&- </dev/null)
				_rc=$?
			} 3>&1
			[ $_rc = 0 ] || printf '\n-! %s %s' $_rc "$(printf '%s' "$_said" | tr '\n' ' ')"
		else
			cat "$_fact"
		fi
		printf '\n'
	done
}

facts_hardware() {
	printf '== statfs\n'
	if [ -n "$_points" ]; then
		set -f
		# shellcheck disable=SC2086 # paths
		set -- $_points
		set +f
	else
		set --
		while read -r _device _mount _rest; do
			case $_device in /* | *:*) set -- "$@" "$_mount" ;; esac
		done </proc/mounts
	fi
	[ $# -eq 0 ] || LC_ALL=C stat -f -c '%S %b %f %a %c %d %n' "$@" 2>/dev/null
	facts_links uuids /dev/disk/by-uuid/* /dev/disk/by-label/* /dev/disk/by-id/*
}

# Section $1: links and where they lead, as `ls -l` shows them.
facts_links() {
	printf '== %s\n' "$1"
	shift
	_there=
	for _link in "$@"; do [ -h "$_link" ] && _there=1; done
	# shellcheck disable=SC2012 # names that udev and the kernel made
	[ -z "$_there" ] || ls -ld "$@" 2>/dev/null
}

facts_network() {
	printf '== ip\n'
	_ip=
	if command -v ip >/dev/null 2>&1; then
		# One process; busybox's ip has no -batch. What has no route fails, the others are still answered.
		_ip=$(
			LC_ALL=C ip -force -batch - 2>/dev/null <<-END
				route get 8.8.8.8
				route get 2404:6800:400a:800::1012
				addr show
			END
		)
		case $_ip in
		*inet*) printf '%s\n' "$_ip" ;;
		*)
			ip -4 route get 8.8.8.8 2>/dev/null
			ip -6 route get 2404:6800:400a:800::1012 2>/dev/null
			ip addr show 2>/dev/null
			;;
		esac
	fi
	printf '== ifconfig\n'
	command -v ip >/dev/null 2>&1 || ifconfig -a 2>/dev/null || busybox ifconfig -a 2>/dev/null
	printf '== sysnet\n'
	for _net in /sys/class/net/*; do [ -e "$_net" ] && printf '%s\n' "${_net##*/}"; done
	facts_links drivers /sys/class/net/*/device/driver/module
}

facts_virtual() {
	printf '== init_environ\n'
	# Of init's environment only the one word: the rest may be secret. Shells leave out the NULs that end each variable.
	if [ -r /proc/1/environ ]; then
		_line=
		{ IFS= read -r _line || :; } 2>/dev/null </proc/1/environ
		for _kind in lxc-libvirt lxc docker podman systemd-nspawn oci crio wsl proot; do
			case $_line in *"container=$_kind"*)
				printf 'container=%s\n' "$_kind"
				break
				;;
			esac
		done
	fi
}

# Prints $toa_files, and the date in the format $1. Sets _points: where disks and network file systems are mounted, or
# nothing. An awk without strftime (mawk before 2012) fails.
facts_print() {
	# shellcheck disable=SC2086 # patterns
	_text=$(LC_ALL=C awk -v "format=$1" 'BEGIN {
		while ((getline line <"/proc/mounts") > 0) {
			split(line, words, " ")
			if (words[1] ~ /^\// || words[1] ~ /:/) points = points " " words[2]
		}
		close("/proc/mounts")
		print points
		for (i = 1; i < ARGC; i++) {
			while ((getline line <ARGV[i]) > 0) print ARGV[i] ":" line
			close(ARGV[i])
		}
		print "== date"
		print strftime(format)
	}' $toa_files 2>/dev/null) && _points=${_text%%"
"*} && printf '== files\n%s%s\n' "$_speeds" "${_text#*"
"}" && return
	_points=
	printf '== files\n%s' "$_speeds"
	# shellcheck disable=SC2086
	[ -z "$toa_files" ] || LC_ALL=C grep -sH '' $toa_files 2>/dev/null
	printf '== date\n'
	LC_ALL=C date "+$1"
}

facts_sections() {
	for _section in $1; do
		case $_section in
		platform) facts_platform ;;
		python) facts_python ;;
		local) facts_local "$2" ;;
		hardware) facts_hardware ;;
		network) facts_network ;;
		virtual) facts_virtual ;;
		esac
	done
	return 0
}

# $1: words of sections wanted (files platform python local hardware network virtual); $2: folder of local facts. The sections are
# printed at one go: sshd would make a packet of each little piece.
facts_gather() {
	_speeds=
	facts_files "$1"
	facts_print '%Y %m %d %H %M %S %s %A %w %Z %z %W'
	_facts=$(facts_sections "$1" "$2")
	printf '%s\n' "$_facts"
}
