# shellcheck shell=sh
# shellcheck disable=SC2154 # toa_folder, toa_base...: set by foreign.sh; owner, mode...: set by the call
# How a file or link gets its content, its attributes and last its name. Needs files.sh and foreign.sh.

# Gives $2 the owner, mode, SELinux context, ACL and extended attributes of the existing $1. A cp that knows
# --attributes-only (coreutils 8.6) sets the ACL with the mode; without it extended attributes are not kept.
toa_like() {
	LC_ALL=C cp --attributes-only --preserve=mode,ownership,xattr -- "$1" "$2" 2>/dev/null || {
		# shellcheck disable=SC2046
		set -- "$1" "$2" $(toa_stat "$1" L)
		chown "$5:$6" "$2" 2>/dev/null
		chmod "$4" "$2"
		if command -v getfacl >/dev/null 2>&1 && command -v setfacl >/dev/null 2>&1; then
			getfacl -cp -- "$1" 2>/dev/null | setfacl --set-file=- -- "$2" 2>/dev/null
		fi
	}
	if [ -e /sys/fs/selinux/enforce ] && command -v chcon >/dev/null 2>&1; then chcon --reference="$1" -- "$2" 2>/dev/null; fi
	return 0
}

# The attributes of a file that is new at its path, before it gets that name: what a new file of this user would get, or
# what was asked for, in one step, so that it never is open to more.
toa_dress() {
	if [ -n "${owner-}${group-}${setype-}${seuser-}${serole-}${selevel-}" ]; then
		_keep=${mode-} mode=
		toa_attributes "$1" >/dev/null || {
			mode=$_keep
			return 1
		}
		mode=$_keep
	fi
	[ -z "${toa_made-}" ] || return 0
	case ${mode-} in
	'') chmod '=rw' "$1" ;;
	*[!0-7]*) chmod "=rw,$mode" "$1" || {
		echo "mode must be in octal or symbolic form" >&2
		return 1
	} ;;
	*) chmod "$mode" "$1" ;;
	esac
}

# Moves the finished file $1 (same file system) to $2. An existing $2 gives its attributes, unless $toa_fresh; $3 "unsafe"
# writes through.
toa_replace() {
	toa_forget
	_to=$2 _mine=''
	toa_parts "$2"
	case $1 in /proc/self/fd/9/*) _mine=1 _to=/proc/self/fd/8/$toa_base ;; esac
	if ! toa_plain "$_to" || ! toa_finish "$1" "$_to"; then
		toa_drop "$1"
		return 1
	fi
	if [ "${3-}" = unsafe ] && [ -z "${toa_wild-}" ]; then
		cat "$1" >"$2" && toa_drop "$1"
	elif [ -n "$_mine" ]; then
		[ "$1" = "/proc/self/fd/9/$toa_base" ] || mv -f -- "$1" "/proc/self/fd/9/$toa_base"
		# into a folder: what stands under the name there is replaced, never followed
		LC_ALL=C mv -f -- "/proc/self/fd/9/$toa_base" /proc/self/fd/8/ || {
			toa_drop "/proc/self/fd/9/$toa_base"
			return 1
		}
		toa_leave
	else
		LC_ALL=C mv -f -- "$1" "$2" || {
			rm -f "$1"
			return 1
		}
	fi
	[ -z "${_restore-}" ] || [ -n "${toa_wild-}" ] || restorecon -F "$2" 2>/dev/null
	return 0
}

toa_finish() {
	if [ -e "$2" ] && [ -z "${toa_fresh-}" ] && { [ -z "${toa_wild-}" ] || [ ! -h "$2" ]; }; then
		toa_like "$2" "$1"
		[ -z "$_mine" ] || toa_attributes "$1"
	else
		# its mode it has from the start; an owner or context it gets before its name
		[ -n "${toa_made-}" ] && [ -z "$_mine${owner-}${group-}${setype-}${seuser-}${serole-}${selevel-}" ] || toa_dress "$1" || return 1
		[ -e /sys/fs/selinux/enforce ] && command -v restorecon >/dev/null 2>&1 && _restore=1
		return 0
	fi
}

# Copies $1 beside itself as Ansible names backups and says its name.
toa_backup() {
	_stamp=$(date '+%Y-%m-%d@%H:%M:%S')
	_backup=$1.$$.$_stamp~
	_again=0
	while [ -e "$_backup" ]; do
		# a second edit within the same second
		_again=$((_again + 1))
		_backup=$1.$$$_again.$_stamp~
	done
	if [ -n "${toa_wild-}" ]; then
		toa_parts "$1"
		_kept=${_backup##*/}
		cp -pP -- "/proc/self/fd/8/$toa_base" "/proc/self/fd/9/$_kept" && mv -f -- "/proc/self/fd/9/$_kept" /proc/self/fd/8/ || return 1
	else
		cp -p -- "$1" "$_backup" || return 1
	fi
	printf 'backup_file=%s\n' "$_backup"
}

# Sets toa_new: a name beside $1, on the same file system, that nothing has. It is hidden; in a folder of our own where
# others may change names ($toa_wild), and where the file is to be open to fewer than the one that it replaces.
toa_hidden() {
	toa_sweep "$1"
	toa_parts "$1"
	toa_new=
	toa_owned "$toa_folder"
	toa_wild=$toa_foreign
	if [ -n "$toa_foreign" ] || toa_differs "$1"; then
		toa_room "$1" || return 1
		toa_new=/proc/self/fd/9/$toa_base
		return 0
	fi
	# a name has 255 bytes
	if [ ${#toa_base} -gt 50 ]; then toa_base=long; fi
	toa_new=${toa_folder%/}/.toa-$toa_base.$$.$TOA_HERE
	# without the process that mktemp is
	if [ -e "$toa_new" ] || [ -h "$toa_new" ]; then toa_new=$(mktemp -u "$toa_new.XXXXXX"); fi
}

# Whether the existing file $1 has other attributes than are asked for.
toa_differs() {
	[ -n "${mode-}${owner-}${group-}" ] && [ -f "$1" ] || return 1
	toa_look "$1"
	# shellcheck disable=SC2086 # its words
	set -- $toa_line
	if [ -n "${owner-}" ] && [ "$owner" != "$3" ] && [ "$owner" != "${6-}" ]; then return 0; fi
	if [ -n "${group-}" ] && [ "$group" != "$4" ] && [ "$group" != "${7-}" ]; then return 0; fi
	case ${mode-} in
	'') return 1 ;;
	*[!0-7]*) return 0 ;;
	esac
	toa_octal "$2"
	_have=$toa_mode
	toa_octal "$mode"
	[ "$_have" != "$toa_mode" ]
}

# A hidden, empty, private file beside $1: $toa_new. toa_replace puts it into place, toa_drop removes it.
toa_create() {
	toa_made='' toa_fresh=''
	toa_hidden "$1" && (
		umask 077
		set -C
		: >"$toa_new"
	)
}

# The same in a folder where nobody else changes names, by a mv that knows -T (not into a folder that a link leads to).
toa_link_here() {
	toa_new=${toa_folder%/}/.toa-link.$$
	if [ -e "$toa_new" ] || [ -h "$toa_new" ]; then rm -f -- "$toa_new"; fi
	ln -s -- "$1" "$toa_new" || return 1
	LC_ALL=C mv -fT -- "$toa_new" "$2" 2>/dev/null && return 0
	rm -f -- "$toa_new"
	return 1
}

# Makes $2 a link to $1 in one step, whatever file or link stands there.
toa_link() {
	toa_forget
	toa_sweep "$2"
	toa_parts "$2"
	toa_owned "$toa_folder"
	if [ -z "$toa_foreign" ] && toa_link_here "$1" "$2"; then return 0; fi
	toa_room "$2" || return 1
	ln -s -- "$1" "/proc/self/fd/9/$toa_base" && LC_ALL=C mv -f -- "/proc/self/fd/9/$toa_base" /proc/self/fd/8/
	_rc=$?
	toa_drop "/proc/self/fd/9/$toa_base"
	return $_rc
}
