# shellcheck shell=sh
# shellcheck disable=SC2154,SC2086 # set by the call; module parameters are words
# Remote half of kmod_load; needs tasks/shared/{files,toa,kmod}.sh.
# Variables: path, kinds, allow (a prefix a line), replace, upgrade, params, after_crash, check, release

# The reason in the kernel's log, without the time stamp
kmod_load_log() { dmesg 2>/dev/null | sed -n 's/^.*\(toa: .*\)$/\1/p' | tail -n "${1:-3}"; }

kmod_load_refuse() {
	echo "failed=$1"
	shift
	[ $# = 0 ] || echo "reason=$*"
}

# A writer's answer comes at its close: ask the state. $1 file, text on stdin
kmod_load_put() {
	cat >"/proc/net/$1" && ! grep -q "^refused $1 " /proc/net/toa
}

# Kinds and list into the module that is loaded, both or neither: what it refuses is in force nowhere
kmod_load_apply() {
	_kinds=$(cat /proc/net/toa_kinds)
	_allow=$(cat /proc/net/toa_allow)
	if ! printf '%s\n' "$kinds" | kmod_load_put toa_kinds; then
		kmod_load_refuse settings "$(kmod_load_log 1)"
		return 1
	fi
	if ! kmod_load_list | kmod_load_put toa_allow; then
		kmod_load_refuse settings "$(kmod_load_log 1)"
		printf '%s\n' "$_kinds" | kmod_load_put toa_kinds
		return 1
	fi
	[ "$(cat /proc/net/toa_kinds)" = "$_kinds" ] || {
		echo changed=1
		echo set=toa_kinds
	}
	[ "$(cat /proc/net/toa_allow)" = "$_allow" ] || {
		echo changed=1
		echo set=toa_allow
	}
}

kmod_load_list() { if [ -n "$allow" ]; then printf '%s\n' "$allow"; else echo any; fi; }

# /etc/toa: what the boot script reads. Only what the kernel has taken gets there.
kmod_load_settings() {
	printf '%s\n' "$kinds" | kmod_write /etc/toa/kinds 0644 || return 1
	if [ -n "$allow" ]; then printf '%s\n' "$allow" | kmod_write /etc/toa/allow 0644; else toa_remove /etc/toa/allow; fi
}

# Loads with nobody allowed, then gives the list: there is no moment in which everybody may.
kmod_load_insert() {
	_first=any
	[ -n "$allow" ] && _first=none
	if ! _said=$(insmod "$path" kinds="$kinds" allow=$_first $params 2>&1); then
		case $_said in
		*'Required key not available'* | *'Key was rejected'* | *'Operation not permitted'*) kmod_load_refuse unsigned "$_said" ;;
		*'Invalid module format'*) kmod_load_refuse format "$(dmesg 2>/dev/null | tail -n 1)" ;;
		*'Unknown symbol'*) kmod_load_refuse symbols "$(dmesg 2>/dev/null | grep 'Unknown symbol' | tail -n 1)" ;;
		*'not supported'*) kmod_load_refuse unsupported "$(kmod_load_log 1)" ;;
		*) kmod_load_refuse insmod "$_said $(kmod_load_log 1)" ;;
		esac
		return 1
	fi
	[ -e /proc/net/toa_kinds ] || {
		kmod_load_refuse silent "insmod succeeded, but /proc/net/toa_kinds is missing"
		return 1
	}
	if ! kmod_load_apply >/dev/null; then
		kmod_load_refuse settings "$(kmod_load_log 1)"
		rmmod toa
		return 1
	fi
	echo changed=1
	echo loaded=1
}

# What is in force, for when the next module cannot be loaded
kmod_load_remember() {
	_old_kinds=$(cat /proc/net/toa_kinds)
	_old_allow=$(cat /proc/net/toa_allow)
	_old_params=
	for _file in /sys/module/toa/parameters/*; do
		case ${_file##*/} in
		kinds | allow | '*') ;;
		*) _old_params="$_old_params ${_file##*/}=$(cat "$_file")" ;;
		esac
	done
}

# The module and the settings of a moment ago. kmod_build keeps the file that it replaced.
kmod_load_restore() {
	_before=$KMOD_HOME/modules/$(uname -r)/toa.ko.before
	[ -f "$_before" ] || return 0
	insmod "$_before" kinds="$_old_kinds" allow=none $_old_params 2>/dev/null || return 0
	printf '%s\n' "$_old_allow" | kmod_load_put toa_allow
	# and at the next boot
	if [ "$path" = "${_before%.before}" ]; then
		mv -f -- "$_before" "$path"
		rm -f "${path%/*}/key"
	fi
	echo restored=1
}

kmod_load_drop() { # NAME
	_said=$(rmmod "$1" 2>&1) && {
		echo changed=1
		echo "unloaded=$1"
		return 0
	}
	kmod_load_refuse busy "$_said"
	return 1
}

# Someone else's receiver. Two at once would both change the answers.
kmod_load_vendor() {
	_name=$(kmod_vendor_name)
	kmod_vendor_boot "$_name" | sed 's/^/vendor_boot=/'
	if [ "$replace" != replace ]; then
		kmod_load_refuse vendor "the module ${_name:-toa} of another vendor is loaded"
		return 1
	fi
	echo changed=1
	echo "replaced=$_name"
	[ -n "$check" ] || kmod_load_drop "$_name"
}

# True when the loaded one is the file's. Kernels without srcversion compare the version.
kmod_load_same() {
	if [ -e /sys/module/toa/srcversion ]; then
		[ "$(cat /sys/module/toa/srcversion)" = "$(kmod_srcversion_of "$path")" ]
	else
		return 0
	fi
}

# ftrace-based kprobes of 3.10 are not to be trusted with reloads under traffic: there at the next boot
kmod_load_may_swap() {
	case $upgrade in
	now) return 0 ;;
	next-boot) return 1 ;;
	esac
	case $(uname -r) in 2.6.* | 3.10.*) return 1 ;; esac
}

kmod_load_main() {
	echo "running=$(uname -r)"
	[ -n "$path" ] || path=$KMOD_HOME/modules/$(uname -r)/toa.ko
	echo "path=$path"
	if [ ! -f "$path" ]; then
		if [ -n "$check" ]; then echo changed=1; else kmod_load_refuse missing "$path is not there"; fi
		return 0
	fi
	_for=$(kmod_release_of "$path")
	if [ "$_for" != "$(uname -r)" ]; then
		kmod_load_refuse vermagic "$path is for kernel $_for, and $(uname -r) runs"
		return 0
	fi
	if _said=$(kmod_unknown_parameter "$path"); then
		kmod_load_refuse parameter "the module has no parameter $_said"
		return 0
	fi
	_loaded=$(kmod_loaded)
	if [ "$_loaded" = other ]; then
		kmod_load_vendor || return 0
		_loaded=none
	fi
	_swap=
	if [ "$_loaded" = ours ] && ! kmod_load_same; then
		if kmod_load_may_swap; then _swap=1; else echo pending=1; fi
	fi
	if [ -n "$check" ]; then
		[ -z "$_swap" ] || {
			echo changed=1
			echo upgraded=1
		}
		[ "$_loaded" = ours ] || echo changed=1
		kmod_load_settings
		return 0
	fi
	# the module that runs says first whether the settings hold
	if [ "$_loaded" = ours ]; then
		kmod_load_remember
		kmod_load_apply || return 0
	fi
	if [ -n "$_swap" ]; then
		echo changed=1
		echo upgraded=1
		kmod_load_drop toa || return 0
		_loaded=none
	fi
	if [ "$_loaded" = none ]; then
		if kmod_crashed; then
			if [ "$after_crash" != load ]; then
				kmod_load_refuse crashed "$(sed -n 's/^reason=//p' "$KMOD_HOME/out")"
				return 0
			fi
			rm -f "$KMOD_HOME/out" "$KMOD_HOME/deaths"
		fi
		kmod_load_insert || {
			[ -z "$_swap" ] || kmod_load_restore
			return 0
		}
	fi
	kmod_load_settings || return 1
	sed 's/^/state:/' /proc/net/toa
	kmod_load_log 2 | sed 's/^/dmesg:/'
}

kmod_load_absent() {
	case $(kmod_loaded) in
	ours)
		if [ -n "$check" ]; then echo changed=1; else kmod_load_drop toa || return 0; fi
		;;
	esac
	for _file in /etc/toa/kinds /etc/toa/allow; do toa_remove "$_file"; done
	if [ -d "$KMOD_HOME/modules" ] || [ -d "$KMOD_HOME/build" ]; then
		echo changed=1
		echo "removed=$KMOD_HOME/modules"
		[ -n "$check" ] || rm -rf "$KMOD_HOME/modules" "$KMOD_HOME/build"
	fi
	[ -n "$check" ] || rmdir /etc/toa "$KMOD_HOME" 2>/dev/null
	return 0
}
