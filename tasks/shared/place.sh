# shellcheck shell=sh
# shellcheck disable=SC2154 # dest, name, sum...: set by the call
# Puts content at a path: compare, back up, validate, rename. Needs files.sh. Variables:
#   dest, name (taken when dest is a folder), sum (sha1 of the content), source (uploaded file; empty: stdin holds the
#   content), have (empty: only compare), force, backup, validate (command with %s), directory_mode, want_diff, check,
#   unsafe, in_tree (part of a tree of folders), and the attributes of toa_attributes.

place_parents() {
	_parent=${dest%/*}
	[ "$_parent" = "$dest" ] && return 0
	# folders of a tree are not made under --check
	[ -z "$_parent" ] || [ -d "$_parent" ] || [ "${in_tree-}$check" = 11 ]
}

# A dest that ends in / is a folder, made where it is missing
place_folder() {
	case $dest in */) ;; *) [ -d "$dest" ] || return 0 ;; esac
	if [ ! -d "$dest" ] && [ -z "$check" ]; then
		mkdir -p "$dest" || return 1
		[ -z "$directory_mode" ] || chmod "$directory_mode" "$dest"
		echo changed=1
	fi
	dest=${dest%/}/$name
}

place_before() {
	[ -n "$want_diff" ] || return 0
	if [ -f "$dest" ] && [ "$(wc -c <"$dest")" -le 1048576 ]; then
		echo '--before--'
		cat "$dest"
	fi
}

# The content in a hidden file beside dest: $_new
place_fetch() {
	_new=$(toa_beside "$dest") || { echo "cannot write beside $dest" >&2; return 1; }
	if [ -n "$source" ]; then
		mv -f -- "$source" "$_new" 2>/dev/null || { cat "$source" >"$_new" && rm -f "$source"; } || { rm -f "$_new"; return 1; }
	else
		cat >"$_new" || { rm -f "$_new"; return 1; }
	fi
}

place_validate() {
	[ -n "$validate" ] || return 0
	_command=${validate%%%s*}$_new${validate#*%s}
	_said=$(sh -c "$_command" 2>&1 </dev/null) || {
		echo "failed to validate: rc:$? error:$_said" >&2
		return 1
	}
}

# $1: where the text to compare lies is known by its sum only
place_main() {
	case $dest in \~*) dest=$(toa_expand "$dest") ;; esac
	case $dest in */) [ -n "$name" ] || { echo "can not use content with a dir as dest" >&2; return 1; } ;; esac
	[ -n "$name" ] || [ ! -d "$dest" ] || { echo "can not use content with a dir as dest" >&2; return 1; }
	place_folder || return 1
	if [ -h "$dest" ] && [ -n "$follow" ] && [ -e "$dest" ]; then dest=$(readlink -f "$dest"); fi
	toa_said="dest=$dest
"
	place_parents || { echo "Destination directory ${dest%/*} does not exist" >&2; return 1; }
	if [ -d "$dest" ]; then echo "Destination $dest is a directory" >&2; return 1; fi
	if [ -e "$dest" ] && { [ -z "$force" ] || { toa_sum_of "$dest" && [ "$toa_sum" = "$sum" ]; }; }; then
		[ -n "$source" ] && rm -f "$source"
		[ -z "$force" ] && { toa_report "$dest"; return 0; }
		toa_attributes "$dest" || return 1
		toa_said="${toa_said}same=1
"
		toa_report "$dest"
		return 0
	fi
	[ -n "$have" ] || { printf '%sneed=1\n' "$toa_said"; return 0; }
	echo changed=1
	if [ -z "$check" ]; then
		place_write || return 1
	else
		[ -n "$source" ] && rm -f "$source"
	fi
	toa_report "$dest"
	place_kept
}

place_write() {
	if [ -n "$want_diff" ] && [ -f "$dest" ]; then _old=$(toa_beside "$dest") && cat "$dest" >"$_old"; fi
	place_fetch || { rm -f "${_old:-/nonexistent}"; return 1; }
	if [ -n "$mode" ] && [ "${mode#*[!0-7]}" = "$mode" ]; then chmod "$mode" "$_new"; fi
	place_validate || { rm -f "$_new" "${_old:-/nonexistent}"; return 1; }
	if [ -n "$backup" ] && [ -e "$dest" ]; then toa_backup "$dest" || { rm -f "$_new"; return 1; }; fi
	if [ -h "$dest" ] && [ -z "$follow" ]; then rm -f "$dest"; fi
	toa_replace "$_new" "$dest" "$unsafe" || return 1
	toa_attributes "$dest"
}

# The old text comes last: everything behind the mark is content
place_kept() {
	if [ -n "${_old-}" ]; then
		echo '--before--'
		cat "$_old"
		rm -f "$_old"
	elif [ -n "$check" ]; then
		place_before
	fi
	return 0
}

# Compares a tree: stdin has lines "sum path" (files) and "d path" (folders) below dest; says which are missing or differ
place_tree() {
	dest=$(toa_expand "$dest")
	printf 'dest=%s\n' "$dest"
	while IFS= read -r _line; do
		_want=${_line%% *}
		_name=${_line#* }
		if [ "$_want" = d ]; then
			if [ ! -d "$dest/$_name" ]; then
				echo changed=1
				[ -n "$check" ] && continue
				mkdir -p "$dest/$_name" || return 1
				[ -z "$directory_mode" ] || chmod "$directory_mode" "$dest/$_name" || return 1
			fi
		elif [ -e "$dest/$_name" ]; then
			if [ -n "$force" ] && [ "$(toa_sha1 "$dest/$_name")" != "$_want" ]; then
				printf 'need=%s\n' "$_name"
			elif [ -n "$force" ]; then
				toa_attributes "$dest/$_name" || return 1
			fi
		else
			printf 'need=%s\n' "$_name"
		fi
	done
}
