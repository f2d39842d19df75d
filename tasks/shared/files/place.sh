# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154 # dest, name, sum...: set by the call
# Puts content at a path: compare, back up, validate, rename. Needs files.sh. Variables:
#   dest, name (taken when dest is a folder), sum (sha1 of the content), length (its bytes), source (uploaded file; empty:
#   the content is in $content where $inline says so, else on stdin), have (empty: only compare), force, backup, validate
#   (command with %s), directory_mode, want_diff, check, unsafe, in_tree (part of a tree of folders), and the attributes
#   of toa_attributes.

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

# The content in a hidden file beside dest: $toa_new
place_fetch() {
	if [ -z "$source" ]; then
		toa_fill "$dest" || return 1
	else
		toa_create "$dest" || {
			echo "cannot write beside $dest" >&2
			return 1
		}
		mv -f -- "$source" "$toa_new" 2>/dev/null || { cat "$source" >"$toa_new" && rm -f "$source"; } || {
			toa_drop "$toa_new"
			return 1
		}
	fi
}

# Whether dest has the content already. Its size tells it mostly; files of the kernel have none (0).
place_same() {
	[ -n "$sum" ] || return 1
	if [ -n "${untold-}" ] && [ -z "$mode$owner$group" ]; then
		place_compare
		case $? in 0 | 1) return ;; esac
	fi
	if [ ! -h "$dest" ] && [ -n "${length-}" ] && toa_look "$dest"; then
		# shellcheck disable=SC2086 # its words
		set -- $toa_line
		[ "$5" = "$length" ] || [ "$5" = 0 ] || return 1
		if [ -n "${inline-}" ] && toa_holds "$dest" "$content" "$length"; then return 0; fi
	fi
	toa_sum_of "$dest" && [ "$toa_sum" = "$sum" ]
}

# Compares dest with text that ends a line: 0 the same, 1 not, else it is not known. Cheaper than stat, where nothing else
# wants that; a text of another size is no reason to read on. Beyond 4 KB a here-document would take a process.
place_compare() {
	[ -n "${inline-}" ] && [ -f "$dest" ] && [ "$length" -le 4096 ] || return 2
	case $content in
	*'
') ;;
	*) return 2 ;;
	esac
	# bash before 5.1 keeps here-documents in /tmp: one that cannot be made is no difference
	_compared=2
	{
		LC_ALL=C cmp -s - "$dest" 2>/dev/null
		_compared=$?
	} <<-END
		${content%?}
	END
	return $_compared
}

# $1: where the text to compare lies is known by its sum only
place_main() {
	case $dest in \~* | *'$'*) dest=$(toa_expand "$dest") ;; esac
	case $dest in */) [ -n "$name" ] || {
		echo "can not use content with a dir as dest" >&2
		return 1
	} ;; esac
	[ -n "$name" ] || [ ! -d "$dest" ] || {
		echo "can not use content with a dir as dest" >&2
		return 1
	}
	place_folder || return 1
	if [ -h "$dest" ] && [ -n "$follow" ] && [ -e "$dest" ]; then {
		toa_follow "$dest" || return 1
		dest=$toa_real
	}; fi
	toa_said=
	toa_tell dest "$dest"
	place_parents || {
		echo "Destination directory ${dest%/*} does not exist" >&2
		return 1
	}
	toa_plain "$dest" || return 1
	toa_sweep "$dest"
	if [ -d "$dest" ]; then
		echo "Destination $dest is a directory" >&2
		return 1
	fi
	if [ -e "$dest" ] && { [ -z "$force" ] || place_same; }; then
		[ -n "$source" ] && rm -f "$source"
		[ -z "$force" ] && {
			toa_report "$dest"
			return 0
		}
		toa_attributes "$dest" || return 1
		toa_said="${toa_said}same=1
"
		toa_report "$dest"
		return 0
	fi
	[ -n "$have" ] || {
		place_need
		return 0
	}
	toa_said="${toa_said}changed=1
"
	if [ -z "$check" ]; then
		place_write || return 1
	else
		[ -n "$source" ] && rm -f "$source"
	fi
	toa_report "$dest"
	place_kept
}

# Large content is sent beside dest, unless others could exchange it there
place_need() {
	toa_parts "$dest"
	toa_owned "$toa_folder"
	[ -z "$toa_foreign" ] || toa_said="${toa_said}foreign=1
"
	printf '%smark=%s\nneed=1\n' "$toa_said" "$(toa_mark)"
}

place_write() {
	_old=
	if [ -n "$want_diff" ] && [ -f "$dest" ]; then _old=$(mktemp "${TMPDIR:-/tmp}/.toa-old.XXXXXX") && cat "$dest" >"$_old"; fi
	place_fetch || {
		rm -f "${_old:-/nonexistent}"
		return 1
	}
	toa_validate "$toa_new" || {
		toa_drop "$toa_new"
		rm -f "${_old:-/nonexistent}"
		return 1
	}
	if [ -n "$backup" ] && [ -e "$dest" ]; then toa_backup "$dest" || {
		toa_drop "$toa_new"
		return 1
	}; fi
	toa_fresh=
	if [ -h "$dest" ] && [ -z "$follow" ]; then
		toa_fresh=1
		[ -z "$unsafe" ] || [ -n "$toa_wild" ] || rm -f "$dest"
	fi
	toa_replace "$toa_new" "$dest" "$unsafe" || return 1
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

# Compares a tree: stdin has for each entry below dest "sum breaks path", a file's SHA-1 or "d" for a folder, and how many
# line breaks the path has. Says by number, from 0, which files are missing or differ.
place_tree() {
	dest=$(toa_expand "$dest")
	printf 'dest=%s\n' "$dest"
	_at=-1
	while IFS= read -r _line; do
		_at=$((_at + 1)) _want=${_line%% *} _name=${_line#* }
		_breaks=${_name%% *} _name=${_name#* }
		while [ "$_breaks" -gt 0 ]; do
			IFS= read -r _line || return 1
			_name="$_name
$_line" _breaks=$((_breaks - 1))
		done
		place_entry || return 1
	done
}

place_entry() {
	if [ "$_want" = d ]; then
		[ ! -d "$dest/$_name" ] || return 0
		echo changed=1
		[ -z "$check" ] || return 0
		mkdir -p "$dest/$_name" || return 1
		[ -z "$directory_mode" ] || { _path=$dest/$_name && toa_set chmod -- "$directory_mode"; }
	elif [ -e "$dest/$_name" ]; then
		[ -n "$force" ] || return 0
		if [ "$(toa_sha1 "$dest/$_name")" = "$_want" ]; then toa_attributes "$dest/$_name"; else echo "need=$_at"; fi
	else
		echo "need=$_at"
	fi
}
