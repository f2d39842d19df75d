# shellcheck shell=sh
# shellcheck disable=SC2154 # path, follow...: set by the call
# Remote half of the verb stat; needs tasks/shared/files/files.sh.

stat_main() {
	case $path in \~* | *'$'*) path=$(toa_expand "$path") ;; esac
	toa_said=
	if [ -z "$by_process" ]; then
		stat_type || {
			stat_missing
			return
		}
		stat_access
		toa_tell path "$path"
		printf %s "$toa_said"
		return
	fi
	_follow=
	[ -n "$follow" ] && _follow=-L
	# one process; the second line is missing where the first had to come from ls
	# shellcheck disable=SC2086 # -L or nothing
	toa_said=$(LC_ALL=C stat $_follow -c 'stat=%f %a %u %g %s %U %G %Y %i %h
more=%X %Z %b %o %d %t %T' "$path" 2>/dev/null) || {
		_line=$(toa_stat "$path" "${_follow#-}") || {
			stat_missing
			return
		}
		toa_said=stat=$_line
	}
	toa_said="$toa_said
exists=1
"
	toa_tell path "$path"
	stat_more
	# all at one go, as one packet
	printf %s "$toa_said"
}

# What the shell itself can tell.
stat_type() {
	if [ -z "$follow" ] && [ -h "$path" ]; then
		stat_say type='link'
	elif [ -d "$path" ]; then
		stat_say type=directory
	elif [ -f "$path" ]; then
		stat_say type='file'
	elif [ -b "$path" ]; then
		stat_say type=block
	elif [ -c "$path" ]; then
		stat_say type=char
	elif [ -p "$path" ]; then
		stat_say type=fifo
	elif [ -S "$path" ]; then
		stat_say type=socket
	else return 1; fi
}

stat_access() {
	[ -r "$path" ] && stat_say readable=1
	[ -w "$path" ] && stat_say writeable=1
	[ -x "$path" ] && stat_say executable=1
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
	[ -d "$_above" ] || {
		echo 'Not a directory' >&2
		return 1
	}
	[ -x "$_above" ] || {
		echo 'Permission denied' >&2
		return 1
	}
	echo exists=0
}

stat_more() {
	stat_access
	if [ -h "$path" ]; then
		toa_tell target "$(readlink "$path")"
		toa_tell source "$(readlink -f "$path" 2>/dev/null)"
		[ -n "$follow" ] || return 0
	fi
	[ -f "$path" ] || [ -d "$path" ] || return 0
	if [ -n "$get_attributes" ] && command -v lsattr >/dev/null 2>&1; then
		_attributes=$(LC_ALL=C lsattr -vd "$path" 2>/dev/null)
		stat_say "attr=${_attributes%" $path"}"
	fi
	[ -f "$path" ] || return 0
	if [ -n "$algorithm" ] && [ -r "$path" ]; then
		_sum=$("${algorithm}sum" <"$path" 2>/dev/null) || _sum=$(toa_checksum "$path" "$algorithm")
		stat_say "checksum=$_sum"
	fi
	if [ -n "$get_mime" ] && command -v file >/dev/null 2>&1; then
		stat_say "mime=$(file --mime-type --mime-encoding -b "$path" 2>/dev/null)"
	fi
}

# Appends a line to what is said.
stat_say() {
	toa_said="$toa_said$1
"
}
