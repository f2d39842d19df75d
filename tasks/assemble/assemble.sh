# shellcheck shell=sh
# shellcheck disable=SC2154,SC2034 # src, delimiter...: set by the call; sum, source: read by place_main
# Remote half of assemble with remote_src; needs files.sh and place.sh.

assemble_folder() {
	src=$(toa_expand "$src")
	[ -e "$src" ] || {
		echo "Source ($src) does not exist" >&2
		return 1
	}
	[ -d "$src" ] || {
		echo "Source ($src) is not a directory" >&2
		return 1
	}
}

# Names of the files of $src, one per line, in order of bytes
assemble_names() {
	assemble_folder || return 1
	_names=$(assemble_each) || return 1
	[ -z "$_names" ] || printf '%s\n' "$_names" | LC_ALL=C sort
}

assemble_each() {
	for _entry in "$src"/* "$src"/.*; do
		[ -f "$_entry" ] || continue
		_entry=${_entry##*/}
		case $ignore_hidden:$_entry in
		1:.*) continue ;;
		*'
'*)
			echo "a fragment has a line break in its name: $_entry" >&2
			return 1
			;;
		esac
		printf '%s\n' "$_entry"
	done
}

assemble_ends() { [ ! -s "$1" ] || [ -z "$(tail -c 1 "$1")" ]; }

# Joins the files named on stdin; every fragment but the last ends its line
assemble_join() {
	_first=1
	_open=
	while IFS= read -r _name; do
		[ -z "$_open" ] || echo
		if [ -z "$_first" ] && [ -n "$delimiter" ]; then
			printf '%s' "$delimiter"
			[ -z "$delimiter_newline" ] || echo
		fi
		cat "$src/$_name" || return 1
		_open=
		assemble_ends "$src/$_name" || _open=1
		_first=
	done
}

# $names: the chosen ones, or all
assemble_main() {
	# names are bytes
	LC_ALL=C
	assemble_folder || return 1
	_joined=$(mktemp "${TMPDIR:-/tmp}/.toa-assemble.XXXXXX") || return 1
	if [ -z "$chosen" ]; then
		names=$(assemble_names) || {
			rm -f "$_joined"
			return 1
		}
		[ -z "$names" ] || names=$names'
'
	fi
	printf '%s' "$names" | assemble_join >"$_joined" || {
		rm -f "$_joined"
		return 1
	}
	sum=$(toa_sha1 "$_joined")
	printf 'sum=%s\nmd5=%s\n' "$sum" "$(toa_checksum "$_joined" md5)"
	source=$_joined
	place_main
	_rc=$?
	rm -f "$_joined"
	return $_rc
}
