# shellcheck shell=sh
# shellcheck disable=SC2154,SC2086 # src, dest...: set by the call; $extra_words is split at newlines on purpose
# Remote half of unarchive; needs files.sh, and http.sh for a URL. Lists (extra_opts, include, exclude) hold one per line.

unarchive_before() {
	[ -z "$creates" ] || {
		creates=$(toa_expand "$creates")
		[ ! -e "$creates" ] || {
			echo skip=1
			return 0
		}
	}
	dest=$(toa_expand "$dest")
	[ -d "$dest" ] || {
		echo "dest '$dest' must be an existing dir" >&2
		return 1
	}
}

# gz, bz2, xz, zst, zip or tar, by the first bytes
unarchive_kind() {
	case $(od -An -tx1 -N6 "$1" 2>/dev/null | tr -d ' \n') in
	1f8b*) echo gz ;;
	425a68*) echo bz2 ;;
	fd377a585a00) echo xz ;;
	28b52ffd*) echo zst ;;
	504b0304* | 504b0506*) echo zip ;;
	*) echo tar ;;
	esac
}

unarchive_try() {
	for _program in "$@"; do
		if command -v "$_program" >/dev/null 2>&1; then
			"$_program" -dc <"$src"
			return
		fi
	done
	busybox "$1" -dc <"$src" 2>/dev/null || {
		echo "Failed to find handler for \"$src\". Make sure the required command to extract the file is installed: $1" >&2
		return 1
	}
}

unarchive_plain() {
	case $_kind in
	gz) unarchive_try gzip pigz ;;
	bz2) unarchive_try bzip2 pbzip2 ;;
	xz) unarchive_try xz ;;
	zst) unarchive_try zstd ;;
	*) cat "$src" ;;
	esac
}

# Runs tar with $1... and the user's options; members named by include come last
unarchive_tar() {
	_ifs=$IFS
	IFS='
'
	set -f
	for _o in $extra_opts; do set -- "$@" "$_o"; done
	for _o in $exclude; do set -- "$@" "--exclude=$_o"; done
	[ -z "$keep_newer" ] || set -- "$@" --keep-newer-files
	[ -z "$owner$group" ] || [ -z "$_gnu" ] || set -- "$@" ${owner:+"--owner=$owner"} ${group:+"--group=$group"}
	# behind --, since a member may have the name of an option
	[ -z "$include" ] || {
		set -- "$@" --
		for _o in $include; do set -- "$@" "$_o"; done
	}
	set +f
	IFS=$_ifs
	unarchive_plain | tar "$@"
}

# unzip takes patterns, and options anywhere: a name that begins with a dash becomes a pattern of it
unarchive_pattern() { case $_o in -*) _o="[-]${_o#-}" ;; esac }

unarchive_unzip() {
	_into=$1
	_ifs=$IFS
	IFS='
'
	set -f
	set -- -o -q
	[ -z "$keep_newer" ] || set -- "$@" -u
	for _o in $extra_opts; do set -- "$@" "$_o"; done
	set -- "$@" "$src"
	for _o in $include; do
		unarchive_pattern
		set -- "$@" "$_o"
	done
	[ -z "$exclude" ] || {
		set -- "$@" -x
		for _o in $exclude; do
			unarchive_pattern
			set -- "$@" "$_o"
		done
	}
	set +f
	IFS=$_ifs
	if command -v unzip >/dev/null 2>&1; then
		unzip "$@" -d "$_into" </dev/null
	elif command -v busybox >/dev/null 2>&1; then
		busybox unzip "$@" -d "$_into" </dev/null
	else
		echo "Failed to find handler for \"$src\". Make sure the required command to extract the file is installed: unzip" >&2
		return 1
	fi
}

unarchive_into() {
	if [ "$_kind" = zip ]; then unarchive_unzip "$1" >/dev/null; else unarchive_tar -x -f - -C "$1"; fi
}

# rc 0 when everything in the archive is in dest already. GNU tar compares by itself
unarchive_same_gnu() {
	_diff=$(unarchive_tar -d --show-transformed-names -f - -C "$dest" 2>&1)
	_root=$(id -u)
	! printf '%s\n' "$_diff" | awk -v root="$_root" -v owner="$owner" -v group="$group" -v mode="$mode" '
		# what --strip-components leaves no name
		/: : Warning: Cannot stat/ { next }
		/: Uid differs$/ { if (root == 0 && owner == "") n++; next }
		/: Gid differs$/ { if (root == 0 && group == "") n++; next }
		/: Mode differs$/ { if (mode == "") n++; next }
		/: (Mod time|Size|Contents|Symlink|File type) differs$/ { n++ }
		/: Warning: Cannot stat: No such file/ { n++ }
		/: Not linked to / { n++ }
		/: Invalid (owner|group)/ { n++ }
		END { exit !n }'
}

# Without it: unpacked beside, and compared file by file
unarchive_same_plain() {
	_beside=$(mktemp -d "$dest/.toa-unarchive.XXXXXX" 2>/dev/null) || _beside=$(mktemp -d "${TMPDIR:-/tmp}/.toa-unarchive.XXXXXX") || return 1
	_keep=$keep_newer
	keep_newer=
	unarchive_into "$_beside" >/dev/null 2>&1 || {
		rm -rf "$_beside"
		return 1
	}
	keep_newer=$_keep
	# names from patterns, since they may hold newlines
	_differ=$(cd "$_beside" && unarchive_differs .)
	rm -rf "$_beside"
	[ -z "$_differ" ]
}

# Says 1 when something below the folder $1 is not so in dest
unarchive_differs() {
	for _entry in "$1"/* "$1"/.[!.]* "$1"/..?*; do
		_there=$dest/$_entry
		if [ -h "$_entry" ]; then
			[ "$(readlink "$_entry")" = "$(readlink "$_there" 2>/dev/null)" ] && continue
		elif [ ! -e "$_entry" ]; then
			continue
		elif [ -d "$_entry" ]; then
			if [ -d "$_there" ] && { [ -n "$mode" ] || [ "$(toa_mode "$_entry")" = "$(toa_mode "$_there")" ]; }; then
				[ -n "$(unarchive_differs "$_entry")" ] || continue
			fi
		elif [ -n "$keep_newer" ] && [ -e "$_there" ] && [ -n "$(find "$_there" -newer "$_entry" 2>/dev/null)" ]; then
			continue
		elif cmp -s "$_entry" "$_there" && { [ -n "$mode" ] || [ "$(toa_mode "$_entry")" = "$(toa_mode "$_there")" ]; }; then continue; fi
		echo 1
		return
	done
}

# Members by the names that they get in dest, where tar can tell (--strip-components, --transform). One a line: those with
# a line break are told from others by how they are escaped, or by unpacking; unarchive_work refuses them.
unarchive_list() {
	if [ "$_kind" = zip ]; then
		# Info-ZIP's; what others list is made for people
		unzip -Z1 "$src" 2>/dev/null || unarchive_unpacked
	elif [ -n "$_gnu" ]; then
		LC_ALL=C unarchive_tar -t --show-transformed-names --quoting-style=escape -f - 2>/dev/null | unarchive_unescape
	else
		unarchive_unpacked
	fi
}

# Names as tar escapes them, as they are; one with a line break becomes a line that no name gives: a backslash and an n.
unarchive_unescape() {
	# pairs of backslashes are line breaks meanwhile, of which a line has no other
	LC_ALL=C
	sed -e 's/\\\\/\
/g' -e 's/.*\\n.*/\\n/' -e 's/\\\([0-3][0-7][0-7]\)/\\0\1/g' -e 's/\n/\\\\/g' | while IFS= read -r _entry; do
		case $_entry in
		'\n') printf '%s\n' "$_entry" ;;
		*\\*) printf '%b\n' "$_entry" ;;
		*) printf '%s\n' "$_entry" ;;
		esac
	done
}

# The names for which a tar has no words: unpacked beside, where patterns tell a line break in a name
unarchive_unpacked() {
	_beside=$(mktemp -d "${TMPDIR:-/tmp}/.toa-unarchive.XXXXXX") || return 1
	unarchive_into "$_beside" >/dev/null 2>&1 && (cd "$_beside" && unarchive_below)
	rm -rf "$_beside"
}

# The names below this folder
unarchive_below() {
	LC_ALL=C
	_broken=$(find . -name '*
*' -print)
	if [ -n "$_broken" ]; then
		printf '%s\n' '\n'
		return
	fi
	# folders end in a slash, as in tar's own list
	find . ! -name . -type d -print | sed 's|^\./||; s|$|/|'
	find . ! -name . ! -type d -print | sed 's|^\./||'
}

# Attributes of members, then of their topmost folders, which need not be members
unarchive_attributes() {
	# names are bytes: bash in UTF-8 takes a line break behind half a character as part of it
	_locale=${LC_ALL-} LC_ALL=C
	{
		printf '%s\n' "$_list"
		printf '%s\n' "$_list" | sed -n 's|^\(\./\)*\([^/][^/]*\)/.*|\2|p' | sort -u
	} | while IFS= read -r _entry; do
		_entry=${_entry%/}
		[ -e "$dest/$_entry" ] || [ -h "$dest/$_entry" ] || continue
		_said=$(unarchive_dress "./$_entry") || exit 1
		case $_said in *changed=1*) echo changed=1 ;; esac
	done
	_rc=$?
	LC_ALL=$_locale
	return $_rc
}

unarchive_fetch() {
	case $src in
	*://*)
		_got=$(mktemp "${TMPDIR:-/tmp}/.toa-unarchive.XXXXXX") || return 1
		http_request "$_got" '' || {
			echo "Failure downloading $src, $http_error" >&2
			rm -f "$_got"
			return 1
		}
		case $http_status in 2??) ;; *)
			echo "Failure downloading $src, HTTP Error $http_status" >&2
			rm -f "$_got"
			return 1
			;;
		esac
		src=$_got
		;;
	*)
		src=$(toa_expand "$src")
		[ -e "$src" ] || {
			echo "Source '$src' does not exist" >&2
			return 1
		}
		[ -r "$src" ] || {
			echo "Source '$src' not readable" >&2
			return 1
		}
		;;
	esac
	[ -s "$src" ] || {
		echo "Invalid archive '$src', the file is 0 bytes" >&2
		return 1
	}
}

unarchive_work() {
	unarchive_fetch || return 1
	_kind=$(unarchive_kind "$src")
	_gnu=
	tar --version 2>/dev/null | grep -q GNU && _gnu=1
	printf 'handler=%s\n' "$_kind"
	if [ -n "$exclude" ] && [ "$_kind" != zip ] && [ -z "$_gnu" ]; then
		echo "exclude needs GNU tar on the host" >&2
		return 1
	fi
	_list=$(unarchive_list)
	[ -n "$_list" ] || {
		echo "Failed to find handler for \"$src\". Make sure the required command to extract the file is installed, and that it is an archive (tar, gz, bz2, xz, zst, zip)" >&2
		return 1
	}
	if [ -n "$list_files$owner$group$mode$setype$seuser$serole$selevel" ] && printf '%s\n' "$_list" | grep -qxF '\n'; then
		echo "refused: a member of $src has a line break in its name, so list_files and attributes could mean other files" >&2
		return 1
	fi
	_same=unarchive_same_plain
	if [ "$_kind" != zip ] && [ -n "$_gnu" ] && [ -z "$keep_newer" ]; then _same=unarchive_same_gnu; fi
	if ! $_same; then
		echo changed=1
		if [ -z "$check" ]; then
			_said=$(unarchive_into "$dest" 2>&1) || {
				echo "failed to unpack $src to $dest: $(printf '%s' "$_said" | tr '\n' ' ')" >&2
				return 1
			}
		fi
	fi
	if [ -n "$owner$group$mode$setype$seuser$serole$selevel" ]; then
		unarchive_attributes || return 1
	fi
	toa_report "$dest"
	[ -z "$list_files" ] || printf -- '--output--\n%s\n' "$_list"
}

# Attributes of the member $1, below dest only: not behind ".." and not behind links
unarchive_dress() {
	case /$1/ in */../*) return 0 ;; esac
	CDPATH='' cd -P -- "$dest" || return 1
	_here=${PWD%/}
	CDPATH='' cd -P -- "${1%/*}" || return 1
	case $PWD/ in
	"$_here"/*)
		# dest itself is dressed by its own name: by "." it would lie in itself, which is another's after the first step
		case ${1##*/} in . | '') toa_attributes "$PWD" ;; *) toa_attributes "./${1##*/}" ;; esac
		;;
	esac
}

# $temporary: src is an uploaded file of ours
unarchive_main() {
	_got=
	_before=$(unarchive_before) || return 1
	[ -z "$_before" ] || {
		printf '%s\n' "$_before"
		[ -z "$temporary" ] || rm -f "$src"
		return 0
	}
	dest=$(toa_expand "$dest")
	unarchive_work
	_rc=$?
	[ -z "$temporary" ] || rm -f "$src"
	[ -z "$_got" ] || rm -f "$_got"
	return $_rc
}
