# shellcheck shell=sh
# shellcheck disable=SC2154 # name, state, gid...: set by the call
# Remote half of group; needs files.sh.

group_line() { getent group "$name" 2>/dev/null || awk -F: -v n="$name" '$1 == n' /etc/group; }

# Only /etc/group counts with `local`
group_find() { if [ -n "$local" ]; then awk -F: -v n="$name" '$1 == n' /etc/group; else group_line; fi | head -n 1; }

group_do() {
	echo changed=1
	[ -n "$check" ] && return 0
	_program=${local:+l}$1
	shift
	command -v "$_program" >/dev/null 2>&1 || {
		echo "Failed to find required executable \"$_program\" in paths" >&2
		return 1
	}
	"$_program" "$@"
}

group_main() {
	_line=$(group_find)
	if [ "$state" = absent ]; then
		[ -n "$_line" ] || return 0
		group_do groupdel ${force:+-f} "$name"
		return
	fi
	if [ -z "$_line" ]; then
		if ! command -v groupadd >/dev/null 2>&1 && command -v addgroup >/dev/null 2>&1; then
			echo changed=1
			[ -n "$check" ] || addgroup ${gid:+-g "$gid"} ${system:+-S} "$name" || return 1
		else
			group_do groupadd ${gid:+-g "$gid"} ${non_unique:+-o} ${system:+-r} "$name" || return 1
		fi
	else
		_gid=$(printf '%s' "$_line" | cut -d: -f3)
		if [ -n "$gid" ] && [ "$gid" != "$_gid" ]; then
			group_do groupmod -g "$gid" ${non_unique:+-o} "$name" || return 1
		fi
	fi
	printf 'gid=%s\n' "$(group_find | cut -d: -f3)"
}
