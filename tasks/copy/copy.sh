# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154 # src, dest, name...: set by the call
# Remote half of copy with remote_src; needs tasks/shared/files/files.sh.

# The file $1 to $2. One of a tree ($in_tree) keeps the mode that it has in src.
copy_file() {
	toa_plain "$2" || return 1
	[ -z "$preserve" ] || mode=$(toa_mode "$1")
	if [ -e "$2" ]; then
		[ -n "$force" ] || return 0
		if cmp -s "$1" "$2" 2>/dev/null || { [ -f "$2" ] && [ "$(toa_sha1 "$1")" = "$(toa_sha1 "$2")" ]; }; then
			toa_attributes "$2"
			return
		fi
	fi
	echo changed=1
	[ -n "$check" ] && return 0
	toa_create "$2" && _new=$toa_new || return 1
	# cp leaves holes where there are some
	cp -- "$1" "$_new" || {
		toa_drop "$_new"
		return 1
	}
	toa_validate "$_new" || {
		toa_drop "$_new"
		return 1
	}
	if [ -n "$backup" ] && [ -e "$2" ]; then toa_backup "$2" || {
		toa_drop "$_new"
		return 1
	}; fi
	toa_replace "$_new" "$2" || return 1
	[ -z "$in_tree" ] || mode=$(toa_mode "$1")
	toa_attributes "$2"
}

# The tree $1 to $2. Names come from patterns, since they may hold newlines; a subshell for each folder keeps its place.
copy_tree() {
	_is_new=
	if [ ! -d "$2" ]; then
		echo changed=1
		[ -n "$check" ] || { copy_folder "$2" && _is_new=1; } || return 1
	fi
	for _entry in "$1"/* "$1"/.[!.]* "$1"/..?*; do
		_to=$2/${_entry##*/}
		if [ -h "$_entry" ]; then
			copy_link "$_entry" "$_to" || return 1
		elif [ -d "$_entry" ]; then
			(copy_tree "$_entry" "$_to") || return 1
		elif [ -e "$_entry" ]; then (copy_file "$_entry" "$_to") || return 1; fi
	done
	# last: what is somebody else's is not entered again
	[ -z "$_is_new" ] || copy_dress "$1" "$2"
}

# Makes the folder $1, into which nobody looks before it has its mode
copy_folder() {
	case $1 in */*) mkdir -p -- "${1%/*}/" || return 1 ;; esac
	(umask 077 && mkdir -- "$1")
}

# The folder $2 gets the mode of $1, and the attributes that were asked for
copy_dress() {
	_path=$2
	toa_set chmod -- "$(toa_mode "$1")" || return 1
	toa_attributes "$2"
}

# A link is made where nobody else can change names, and moved over what is there
copy_link() {
	_target=$(readlink "$1")
	[ "$_target" != "$(readlink "$2" 2>/dev/null)" ] || return 0
	echo changed=1
	[ -z "$check" ] || return 0
	if [ -d "$2" ] && [ ! -h "$2" ]; then
		echo "$2 is a directory" >&2
		return 1
	fi
	toa_link "$_target" "$2"
}

# The folder src into or to $1. The mode that was asked for is for $1 alone.
copy_below() {
	_top=$1 _top_mode=$mode in_tree=1 mode=
	[ -z "$preserve" ] || _top_mode=$(toa_mode "$src")
	preserve=
	case $src in
	*/) _tree=$_top ;;
	*)
		_tree=$_top/$name
		[ -d "$_top" ] || {
			echo changed=1
			[ -n "$check" ] || mkdir -p -- "$_top" || return 1
		}
		;;
	esac
	(copy_tree "${src%/}" "$_tree") || return 1
	mode=$_top_mode
	[ ! -d "$_top" ] || toa_attributes "$_top"
}

copy_remote() {
	in_tree=
	src=$(toa_expand "$src")
	dest=$(toa_expand "$dest")
	[ -e "$src" ] || {
		echo "Source $src not found" >&2
		return 1
	}
	if [ -d "$src" ]; then
		printf 'dest=%s\n' "$dest"
		copy_below "${dest%/}" || return 1
		toa_report "$dest"
		return 0
	fi
	case $dest in
	*/)
		[ -d "$dest" ] || {
			echo changed=1
			[ -n "$check" ] || mkdir -p "$dest" || return 1
		}
		dest=$dest$name
		;;
	*) [ -d "$dest" ] && dest=$dest/$name ;;
	esac
	printf 'dest=%s\n' "$dest"
	[ -d "${dest%/*}" ] || [ "${dest%/*}" = "$dest" ] || [ -z "${dest%/*}" ] ||
		{
			echo "Destination directory ${dest%/*} does not exist" >&2
			return 1
		}
	copy_file "$src" "$dest" || return 1
	printf 'sum=%s\n' "$(toa_sha1 "$src")"
	toa_report "$dest"
}
