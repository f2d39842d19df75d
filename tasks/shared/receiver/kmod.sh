# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154 # set by the call, used by the verbs
# What the verbs of the kernel module share. Needs files.sh and toa.sh. Answers are key=value lines.

KMOD_HOME=${KMOD_HOME-/var/lib/toa}

# Writes stdin to $1 (mode $2) when it differs; says so.
kmod_write() { { toa_stage "$1" "$2" "$(cat)" && toa_commit; } || {
	toa_unstage
	return 1
}; }

# The release in a module's vermagic; without modinfo it is read from the file itself. $1 module
kmod_release_of() {
	_magic=$(modinfo -F vermagic "$1" 2>/dev/null)
	[ -n "$_magic" ] || _magic=$(tr '\0' '\n' <"$1" | sed -n 's/^.*vermagic=//p' | head -n 1)
	printf '%s\n' "${_magic%% *}"
}

kmod_srcversion_of() {
	_found=$(modinfo -F srcversion "$1" 2>/dev/null)
	[ -n "$_found" ] || _found=$(tr '\0' '\n' <"$1" | sed -n 's/^.*srcversion=//p' | head -n 1)
	printf '%s\n' "$_found"
}

# ours, other, none: what is loaded under the name toa (or another vendor's name for it)
kmod_loaded() {
	if [ -e /proc/net/toa_kinds ]; then
		echo ours
	elif [ -e /sys/module/toa ] || [ -e /proc/net/toa ] || [ -n "$(kmod_vendor_name)" ]; then
		echo other
	else echo none; fi
}

# The name under which a receiver of another vendor is loaded (uoa is for UDP, and changes no TCP socket)
kmod_vendor_name() { awk '$1 ~ /^(toa|hw_toa|toa_[a-z0-9]+|vtoa|ttm|tcp_toa|tgw_toa)$/ { print $1; exit }' /proc/modules 2>/dev/null; }

# Files that load a module of that name at boot, ours left out: they name /etc/toa/load. $1 name
kmod_vendor_boot() {
	# shellcheck disable=SC2086 # a list of paths
	grep -lsE "(^|[[:space:]/])$1([.]ko)?([[:space:]]|\$)" /etc/modules /etc/modules-load.d/*.conf /etc/sysconfig/modules/*.modules \
		$TOA_RC_FILES
}

# Names a parameter ($params) that a module lacks: the kernel would pass it over, or refuse it at the next boot only. $1 module
kmod_unknown_parameter() {
	for _param in $params; do
		tr '\0' '\n' <"$1" | grep -q "parm=${_param%%=*}:" || {
			echo "${_param%%=*}"
			return 0
		}
	done
	return 1
}

# Whether the boot script keeps the module out (see kmod_boot), in this boot
kmod_crashed() { grep -qs "^boot=$(cat /proc/sys/kernel/random/boot_id 2>/dev/null)\$" "$KMOD_HOME/out"; }
