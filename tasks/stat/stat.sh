# shellcheck shell=sh
# shellcheck disable=SC2154 # path, follow...: set by the call
# Remote half of the verb stat; needs tasks/shared/files.sh.

stat_main() {
	path=$(toa_expand "$path")
	_follow=
	[ -n "$follow" ] && _follow=L
	_line=$(toa_stat "$path" "$_follow") || { echo exists=0; return 0; }
	echo exists=1
	printf 'path=%s\nstat=%s\n' "$path" "$_line"
	_more=-c
	[ -n "$follow" ] && _more="-L -c"
	# shellcheck disable=SC2086 # two words
	printf 'more=%s\n' "$(stat $_more '%X %Z %b %o %d %t %T' "$path" 2>/dev/null)"
	[ -r "$path" ] && echo readable=1
	[ -w "$path" ] && echo writeable=1
	[ -x "$path" ] && echo executable=1
	if [ -h "$path" ]; then
		printf 'target=%s\n' "$(readlink "$path")"
		printf 'source=%s\n' "$(readlink -f "$path" 2>/dev/null)"
		[ -n "$follow" ] || return 0
	fi
	[ -f "$path" ] || return 0
	if [ -n "$algorithm" ] && [ -r "$path" ]; then printf 'checksum=%s\n' "$(toa_checksum "$path" "$algorithm")"; fi
	if [ -n "$get_mime" ] && command -v file >/dev/null 2>&1; then
		printf 'mime=%s\n' "$(file --mime-type --mime-encoding -b "$path" 2>/dev/null)"
	fi
	if [ -n "$get_attributes" ] && command -v lsattr >/dev/null 2>&1; then
		printf 'attr=%s\n' "$(lsattr -vd "$path" 2>/dev/null | awk '{ print $1, $2 }')"
	fi
	return 0
}
