# shellcheck shell=sh
# shellcheck disable=SC2154 # path, create...: set by the call
# First half of editing a file: its text, for the controller to edit. Needs files.sh.
# A verb may name functions of its own: $prepare runs before the text is read, $after behind the write (or alone, when
# the text stays).

edit_read() {
	case $path in \~* | *'$'*) path=$(toa_expand "$path") ;; esac
	[ -z "${prepare-}" ] || "$prepare" || return 1
	toa_plain "$path" || return 1
	if [ -d "$path" ]; then
		echo "Path $path is a directory !" >&2
		return 1
	fi
	if [ ! -e "$path" ]; then
		printf 'path=%s\nexists=0\n' "$path"
		return 0
	fi
	[ -r "$path" ] || {
		echo "cannot read $path: Permission denied" >&2
		return 1
	}
	printf 'path=%s\nexists=1\n--before--\n' "$path"
	toa_read "$path"
}

# Only the attributes, for a text that needed no change. $old: what it has to be still, or nothing.
edit_attributes() {
	case $path in \~* | *'$'*) path=$(toa_expand "$path") ;; esac
	[ -z "$old" ] || edit_unchanged || return 75
	toa_sweep "$path"
	[ ! -e "$path" ] || toa_attributes "$path" || return 1
	[ -z "${after-}" ] || "$after" || return 1
}

# Whether the file still is what the controller read: $old_text of $old_length bytes where it is short, else by $old, its
# SHA-1. A host that cannot compute sums has nothing to compare: just read ($fresh), it is taken for unchanged.
edit_unchanged() {
	if [ -n "$old_length" ] && toa_holds "$path" "$old_text" "$old_length"; then return 0; fi
	[ -e "$path" ] || return 1
	toa_sum_of "$path"
	if [ -z "$toa_sum" ]; then [ -n "$fresh" ]; else [ "$toa_sum" = "$old" ]; fi
}

# Second half: the new text (see toa_fill) goes in only when the file still is what the controller read.
edit_write() {
	case $path in \~* | *'$'*) path=$(toa_expand "$path") ;; esac
	case $old in
	none) [ ! -e "$path" ] || {
		echo "$path appeared while it was being edited" >&2
		return 75
	} ;;
	*) edit_unchanged || {
		echo "$path was changed by someone else while it was being edited" >&2
		return 75
	} ;;
	esac
	dest=$path
	if [ -h "$path" ]; then {
		toa_follow "$path" || return 1
		dest=$toa_real
	}; fi
	_dir=${dest%/*}
	if [ "$_dir" != "$dest" ] && [ -n "$_dir" ] && [ ! -d "$_dir" ]; then mkdir -p "$_dir" || return 1; fi
	toa_fill "$dest" || return 1
	if [ -n "$validate" ]; then
		toa_validate "$toa_new" || {
			toa_drop "$toa_new"
			return 1
		}
	fi
	if [ -n "$backup" ] && [ -e "$dest" ]; then toa_backup "$dest" || {
		toa_drop "$toa_new"
		return 1
	}; fi
	toa_replace "$toa_new" "$dest" "$unsafe" || return 1
	toa_attributes "$path" || return 1
	[ -z "${after-}" ] || "$after" || return 1
}
