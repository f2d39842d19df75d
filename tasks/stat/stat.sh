# shellcheck shell=sh
# shellcheck disable=SC2154 # path, follow...: set by the call
# Remote half of the verb stat; needs tasks/shared/files.sh.

stat_main() {
	case $path in \~*) path=$(toa_expand "$path") ;; esac
	_follow=
	[ -n "$follow" ] && _follow=-L
	# one process for all; the second line is missing where the first had to come from ls
	# shellcheck disable=SC2086 # -L or nothing
	_lines=$(stat $_follow -c 'stat=%f %a %u %g %s %U %G %Y %i %h
more=%X %Z %b %o %d %t %T' "$path" 2>/dev/null) ||
		_lines=stat=$(toa_stat "$path" "${_follow#-}") || { echo exists=0; return 0; }
	printf 'exists=1\npath=%s\n%s\n' "$path" "$_lines"
	[ -r "$path" ] && echo readable=1
	[ -w "$path" ] && echo writeable=1
	[ -x "$path" ] && echo executable=1
	if [ -h "$path" ]; then
		printf 'target=%s\n' "$(readlink "$path")"
		printf 'source=%s\n' "$(readlink -f "$path" 2>/dev/null)"
		[ -n "$follow" ] || return 0
	fi
	[ -f "$path" ] || return 0
	if [ -n "$algorithm" ] && [ -r "$path" ]; then
		printf 'checksum='
		toa_checksum "$path" "$algorithm"
	fi
	if [ -n "$get_mime" ] && command -v file >/dev/null 2>&1; then
		printf 'mime=%s\n' "$(file --mime-type --mime-encoding -b "$path" 2>/dev/null)"
	fi
	if [ -n "$get_attributes" ] && command -v lsattr >/dev/null 2>&1; then
		printf 'attr=%s\n' "$(lsattr -vd "$path" 2>/dev/null)"
	fi
	return 0
}
