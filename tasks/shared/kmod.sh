# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154 # set by the call, used by the verbs
# What the verbs of the kernel module share. Needs files.sh. Answers are key=value lines.

KMOD_HOME=${KMOD_HOME-/var/lib/toa}

# Writes stdin to $1 (mode $2) when it differs; says so. Nothing is written under --check ($check).
kmod_write() {
	_text=$(cat)
	if [ -f "$1" ] && [ "$(cat "$1")" = "$_text" ]; then return 0; fi
	echo changed=1
	echo "wrote=$1"
	[ -n "$check" ] && return 0
	mkdir -p "${1%/*}" || return 1
	_new=$(toa_beside "$1") || return 1
	if printf '%s\n' "$_text" >"$_new" && chmod "$2" "$_new" && mv -f -- "$_new" "$1"; then return 0; fi
	rm -f "$_new"
	return 1
}

kmod_remove() {
	[ -e "$1" ] || [ -h "$1" ] || return 0
	echo changed=1
	echo "removed=$1"
	[ -n "$check" ] || rm -f -- "$1"
}

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
	if [ -e /sys/module/toa ] || [ -e /proc/net/toa ]; then
		if [ -e /proc/net/toa_kinds ]; then echo ours; else echo other; fi
	elif grep -Eq '^(hw_toa|toa_[a-z0-9]+|vtoa|uoa) ' /proc/modules 2>/dev/null; then echo other
	else echo none; fi
}
