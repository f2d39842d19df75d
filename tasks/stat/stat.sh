# shellcheck shell=sh
# shellcheck disable=SC2154 # path, follow...: set by the call
# Remote half of the verb stat; needs tasks/shared/files.sh.

stat_main() {
	case $path in \~*) path=$(toa_expand "$path") ;; esac
	_follow=
	[ -n "$follow" ] && _follow=-L
	# All goes out at one go, as one packet; catching the answer of each program would take a process more for each.
	if _say=$(stat_all); then printf '%s\n' "$_say"; else stat_missing; fi
}

stat_all() {
	# one process; the second line is missing where the first had to come from ls
	# shellcheck disable=SC2086 # -L or nothing
	stat $_follow -c 'stat=%f %a %u %g %s %U %G %Y %i %h
more=%X %Z %b %o %d %t %T' "$path" 2>/dev/null || {
		_line=$(toa_stat "$path" "${_follow#-}") || return 1
		printf 'stat=%s\n' "$_line"
	}
	toa_said=
	toa_tell path "$path"
	printf 'exists=1\n%s' "$toa_said"
	stat_more
	return 0
}

# What is not there does not exist; what cannot be looked at is an error. The nearest thing above that is there tells.
stat_missing() {
	_above=$path
	while :; do
		case $_above in
		*/*) _above=${_above%/*} ;;
		*) _above=. ;;
		esac
		[ -n "$_above" ] || _above=/
		[ ! -e "$_above" ] || break
	done
	[ -d "$_above" ] || { echo 'Not a directory' >&2; return 1; }
	[ -x "$_above" ] || { echo 'Permission denied' >&2; return 1; }
	echo exists=0
}

stat_more() {
	[ -r "$path" ] && echo readable=1
	[ -w "$path" ] && echo writeable=1
	[ -x "$path" ] && echo executable=1
	if [ -h "$path" ]; then
		toa_said=
		toa_tell target "$(readlink "$path")"
		toa_tell source "$(readlink -f "$path" 2>/dev/null)"
		printf %s "$toa_said"
		[ -n "$follow" ] || return 0
	fi
	[ -f "$path" ] || [ -d "$path" ] || return 0
	if [ -n "$get_attributes" ] && command -v lsattr >/dev/null 2>&1; then
		printf attr=
		lsattr -vd "$path" 2>/dev/null || echo
	fi
	[ -f "$path" ] || return 0
	if [ -n "$algorithm" ] && [ -r "$path" ]; then
		printf checksum=
		"${algorithm}sum" <"$path" 2>/dev/null || toa_checksum "$path" "$algorithm"
	fi
	if [ -n "$get_mime" ] && command -v file >/dev/null 2>&1; then
		printf mime=
		file --mime-type --mime-encoding -b "$path" 2>/dev/null || echo
	fi
}
