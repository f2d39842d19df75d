# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154,SC2015,SC2012 # variables are set by the call; A && B || C is meant; ls -di is portable
# Remote half of the verb file; needs tasks/shared/files/files.sh.

file_say() {
	echo "$*" >&2
	return 1
}

file_do() {
	toa_forget
	[ -n "$check" ] || "$@"
}

# Sets toa_is: what is at $path, link, directory, file or absent.
file_state() {
	if [ -h "$path" ]; then
		toa_is='link'
	elif [ -d "$path" ]; then
		toa_is=directory
	elif [ -e "$path" ]; then
		toa_is='file'
	else toa_is=absent; fi
}

# One folder with what is missing above it; new ones get the attributes that were asked for.
file_directory() {
	file_state
	case $toa_is in
	directory) ;;
	absent)
		echo changed=1
		[ -n "$check" ] && return 0
		_done='' _made=''
		set --
		_rest=$path
		case $path in /*) _done=/ _rest=${path#/} ;; esac
		while [ -n "$_rest" ]; do
			_part=${_rest%%/*}
			case $_rest in */*) _rest=${_rest#*/} ;; *) _rest= ;; esac
			[ -n "$_part" ] || continue
			_done=$_done$_part
			if [ ! -d "$_done" ]; then
				toa_forget
				mkdir -- "$_done" || { [ -d "$_done" ] || return 1; }
				[ -n "$_rest" ] && _made=1
			fi
			[ -z "$_made" ] || [ -z "$_rest" ] || set -- "$_done" "$@"
			_done=$_done/
		done
		# the lowest first: what is given away is not entered again
		toa_attributes "${path%/}" || return 1
		for _above in "$@"; do toa_attributes "$_above" >/dev/null || return 1; done
		;;
	link)
		if [ -n "$follow" ] && [ -d "$path" ]; then toa_follow "$path" && path=$toa_real || return 1; else
			file_say "$path already exists as a link"
			return 1
		fi
		;;
	*)
		file_say "$path already exists as a file"
		return 1
		;;
	esac
	[ -z "$recurse" ] || file_below || return 1
	toa_attributes "${path%/}" || return 1
}

# All that lies in $path. What is below comes first: once per folder is somebody else's, its names may be exchanged.
file_below() {
	[ -z "$check" ] || [ -d "$path" ] || return 0
	# who owns a folder that cannot be entered may want just this changed
	[ -x "$path" ] || toa_attributes "${path%/}" || return 1
	_said=$(CDPATH='' cd -P -- "$path" && file_entries 2>&1) || {
		printf '%s\n' "$_said" | grep -v '^[a-z_]*=' >&2
		return 1
	}
	case $_said in *changed=1*) echo changed=1 ;; esac
	toa_forget
}

# The entries of the folder that this shell is in. Patterns, since names may hold newlines
file_entries() {
	_here=${PWD%/}
	for _entry in * .[!.]* ..?*; do
		if [ -h "./$_entry" ] || [ ! -d "./$_entry" ]; then
			[ -e "./$_entry" ] || [ -h "./$_entry" ] || continue
			toa_attributes "./$_entry" || return 1
			continue
		fi
		[ -x "./$_entry" ] || toa_attributes "./$_entry" || return 1
		(
			CDPATH='' cd -P -- "./$_entry" || exit 1
			# else it became a link meanwhile
			[ "$PWD" = "$_here/$_entry" ] || {
				echo "refused: $_here/$_entry was exchanged" >&2
				exit 1
			}
			toa_kept_sure=
			file_entries && toa_attributes .
		) || return 1
	done
}

file_file() {
	file_state
	case $toa_is in
	file) ;;
	link)
		if [ -n "$follow" ] && [ -e "$path" ]; then
			toa_follow "$path" && toa_attributes "$toa_real"
		else
			toa_attributes "$path"
		fi
		return
		;;
	absent)
		file_say "file ($path) is absent, cannot continue"
		return 1
		;;
	*)
		file_say "file ($path) is directory, cannot continue"
		return 1
		;;
	esac
	toa_attributes "$path"
}

file_absent() {
	file_state
	[ "$toa_is" = absent ] && return 0
	echo changed=1
	file_do rm -rf -- "$path"
}

# $1: "a" or "m", $2: wanted time (now, preserve, or [[CC]YY]MMDDhhmm[.SS])
file_time() {
	case $2 in
	preserve) return 0 ;;
	now)
		echo changed=1
		_path=$path
		file_do toa_set touch "-$1" -c --
		;;
	*)
		_before=$(toa_stat "$path" L | cut -d' ' -f8)
		_keep=$(mktemp "${TMPDIR:-/tmp}/.toa-time.XXXXXX") || return 1
		touch -t "$2" "$_keep" || {
			rm -f "$_keep"
			return 1
		}
		_after=$(toa_stat "$_keep" | cut -d' ' -f8)
		rm -f "$_keep"
		[ "$1" = m ] && [ "$_before" = "$_after" ] && return 0
		echo changed=1
		_path=$path
		file_do toa_set touch "-$1" -c -t "$2" --
		;;
	esac
}

# An empty file with its attributes, which then gets its name; wrong attributes make none.
file_new() {
	toa_create "$path" || return 1
	[ "$modification_time" = now ] || [ "$modification_time" = preserve ] || touch -m -t "$modification_time" "$toa_new"
	[ "$access_time" = now ] || [ "$access_time" = preserve ] || touch -a -t "$access_time" "$toa_new"
	toa_replace "$toa_new" "$path"
}

file_touch() {
	if [ ! -e "$path" ] && [ ! -h "$path" ]; then
		echo changed=1
		[ -n "$check" ] && return 0
		toa_forget
		_parent=${path%/*}
		[ "$_parent" = "$path" ] || [ -d "${_parent:-/}" ] || {
			file_say "Error, could not touch target: [Errno 2] No such file or directory: b'$path'"
			return 1
		}
		file_new || return 1
	else
		file_time m "$modification_time" || return 1
		file_time a "$access_time" || return 1
	fi
	toa_attributes "$path"
}

file_link() {
	file_state
	_state=$toa_is
	_target=$src
	if [ -z "$_target" ]; then
		[ "$_state" = link ] || {
			file_say "src is required for creating new symlinks"
			return 1
		}
		_target=$(readlink "$path")
	fi
	_link=$path
	# a link into an existing folder takes the name of its source, as ln does
	case $_target in /*) _real=$_target ;; *)
		_real=${path%/*}/$_target
		[ "${path%/*}" = "$path" ] && _real=$_target
		;;
	esac
	if [ ! -e "$_real" ] && [ -z "$force" ]; then
		file_say "src file does not exist, use \"force=yes\" if you really want to create the link: $_real"
		return 1
	fi
	case $_state in
	link)
		toa_target_of "$path"
		if [ "$toa_target" = "$_target" ]; then
			toa_attributes "$path"
			return
		fi
		echo "before_src=$toa_target"
		;;
	directory)
		[ -n "$force" ] || {
			file_say "refusing to convert from directory to symlink for $path"
			return 1
		}
		[ -z "$(ls -A "$path")" ] || {
			file_say "the directory $path is not empty, refusing to convert it"
			return 1
		}
		file_do rmdir "$path" || return 1
		;;
	file) [ -n "$force" ] || {
		file_say "refusing to convert from file to symlink for $path"
		return 1
	} ;;
	esac
	echo changed=1
	[ -n "$check" ] && return 0
	toa_forget
	toa_link "$_target" "$_link" || return 1
	toa_attributes "$path"
}

file_hard() {
	[ -n "$src" ] || {
		file_say "src is required for creating new hardlinks"
		return 1
	}
	[ -e "$src" ] || {
		file_say "src does not exist"
		return 1
	}
	if [ -e "$path" ] && [ "$(ls -di "$src" | awk '{print $1}')" = "$(ls -di "$path" | awk '{print $1}')" ]; then
		toa_attributes "$path"
		return
	fi
	if [ -e "$path" ] || [ -h "$path" ]; then
		[ -n "$force" ] || {
			file_say "Cannot link, different hard link exists at destination: $path"
			return 1
		}
	fi
	echo changed=1
	[ -n "$check" ] && return 0
	toa_forget
	toa_parts "$path"
	toa_owned "$toa_folder"
	toa_room "$path" || return 1
	ln -- "$src" "/proc/self/fd/9/$toa_base" && LC_ALL=C mv -f -- "/proc/self/fd/9/$toa_base" /proc/self/fd/8/
	_rc=$?
	toa_drop "/proc/self/fd/9/$toa_base"
	[ $_rc = 0 ] || return 1
	toa_attributes "$path"
}

# It may give folders away, make and replace them: what was found out about folders does not last across it.
# $state may be empty: file, or directory where $recurse or what stands there says so
file_main() {
	toa_kept_sure=
	file_do_main
	_rc=$?
	toa_kept_sure=
	return $_rc
}

file_do_main() {
	case $path in \~* | *'$'*) path=$(toa_expand "$path") ;; esac
	case $src in \~* | *'$'*) src=$(toa_expand "$src") ;; esac
	case $state in
	'')
		file_state
		case $toa_is in
		directory) state='directory' ;;
		absent) if [ -n "$recurse" ]; then state='directory'; else state='file'; fi ;;
		*) state='file' ;;
		esac
		;;
	esac
	toa_said=
	# shellcheck disable=SC2034 # told by toa_report
	if [ -z "$untold" ]; then
		toa_look "$path"
		toa_said="before_stat=$toa_line
"
	fi
	toa_sweep "$path"
	case $state in
	directory) file_directory ;;
	file) file_file ;;
	absent) file_absent ;;
	touch) file_touch ;;
	link) file_link ;;
	hard) file_hard ;;
	esac || return 1
	toa_tell path "$path"
	toa_report "$path"
}
