# shellcheck shell=sh
# shellcheck disable=SC2154 # name, selection: set by the call
# Remote half of dpkg_selections; needs files.sh.

dpkg_selections_main() {
	command -v dpkg >/dev/null 2>&1 || {
		echo 'Failed to find required executable "dpkg" in paths' >&2
		return 1
	}
	_now=$(dpkg --get-selections "$name" 2>/dev/null | awk '{ print $2; exit }')
	printf 'before=%s\n' "${_now:-not present}"
	[ "$_now" = "$selection" ] && return 0
	if [ -z "$_now" ]; then
		echo "Failed to find package $name to perform selection $selection." >&2
		return 1
	fi
	echo changed=1
	[ -n "$check" ] || printf '%s %s\n' "$name" "$selection" | dpkg --set-selections
}
