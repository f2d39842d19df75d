# shellcheck shell=sh
# shellcheck disable=SC2154 # src, dest, name...: set by the call
# Remote half of copy with remote_src; needs tasks/shared/files/files.sh.

copy_file() {
	if [ -e "$2" ]; then
		[ -n "$force" ] || return 0
		if cmp -s "$1" "$2" 2>/dev/null || { [ -f "$2" ] && [ "$(toa_sha1 "$1")" = "$(toa_sha1 "$2")" ]; }; then
			toa_attributes "$2"
			return
		fi
	fi
	echo changed=1
	[ -n "$check" ] && return 0
	_new=$(toa_beside "$2") || return 1
	# cp leaves holes where there are some
	cp -- "$1" "$_new" || { rm -f "$_new"; return 1; }
	if [ -n "$validate" ]; then
		_said=$(sh -c "${validate%%%s*}$_new${validate#*%s}" 2>&1 </dev/null) || {
			echo "failed to validate: rc:$? error:$_said" >&2
			rm -f "$_new"
			return 1
		}
	fi
	if [ -n "$backup" ] && [ -e "$2" ]; then toa_backup "$2" || return 1; fi
	toa_replace "$_new" "$2" || return 1
	if [ -n "$preserve" ]; then chmod "$(toa_mode "$1")" "$2" || return 1; fi
	toa_attributes "$2"
}

copy_tree() {
	(cd "$1" && find . -print) | while IFS= read -r _entry; do
		_entry=${_entry#./}
		_to=$2
		[ "$_entry" = . ] || _to=$2/$_entry
		if [ -d "$1/$_entry" ] && [ ! -h "$1/$_entry" ]; then
			[ -d "$_to" ] && continue
			echo changed=1
			[ -n "$check" ] && continue
			mkdir -p "$_to" || exit 1
			[ -z "$directory_mode" ] || chmod "$directory_mode" "$_to"
		elif [ -h "$1/$_entry" ]; then
			[ "$(readlink "$1/$_entry")" = "$(readlink "$_to" 2>/dev/null)" ] && continue
			echo changed=1
			[ -n "$check" ] || ln -sfn "$(readlink "$1/$_entry")" "$_to" || exit 1
		else
			copy_file "$1/$_entry" "$_to" || exit 1
		fi
	done
}

copy_remote() {
	src=$(toa_expand "$src")
	dest=$(toa_expand "$dest")
	[ -e "$src" ] || { echo "Source $src not found" >&2; return 1; }
	if [ -d "$src" ]; then
		printf 'dest=%s\n' "$dest"
		case $src in */) ;; *) dest=${dest%/}/$name ;; esac
		copy_tree "${src%/}" "${dest%/}" || return 1
		toa_report "$dest"
		return 0
	fi
	case $dest in
	*/)
		[ -d "$dest" ] || { echo changed=1; [ -n "$check" ] || mkdir -p "$dest" || return 1; }
		dest=$dest$name
		;;
	*) [ -d "$dest" ] && dest=$dest/$name ;;
	esac
	printf 'dest=%s\n' "$dest"
	[ -d "${dest%/*}" ] || [ "${dest%/*}" = "$dest" ] || [ -z "${dest%/*}" ] ||
		{ echo "Destination directory ${dest%/*} does not exist" >&2; return 1; }
	copy_file "$src" "$dest" || return 1
	printf 'sum=%s\n' "$(toa_sha1 "$src")"
	toa_report "$dest"
}
