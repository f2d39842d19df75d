# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154 # read by files.sh and its callers; owner...: set by the call
# Folders in which somebody else may change names. There a path says nothing: between two programs that take it, it may
# have become a link to root's file. Such a folder is opened once and named by its descriptor (/proc/self/fd/8), what is
# written is made and dressed in a folder of our own inside it (/proc/self/fd/9), which nobody else can enter, and moved
# into place by a rename, which follows no link. Needs files.sh.

# Sets toa_uid: the effective user.
toa_who() {
	[ -z "${toa_uid-}" ] || return 0
	while read -r _uid_word _uid_real toa_uid _uid_rest; do [ "$_uid_word" != Uid: ] || break; done 2>/dev/null </proc/self/status
	case $toa_uid in '' | *[!0-9]*) toa_uid=$(id -u) ;; esac
}

# The folder that was found to be root's or ours alone, which only root or we can change: it is asked for once in a row of
# calls, since that costs a process. The session forgets it with all that may give a folder away, and after a second
# (KEPT in src/host/session/in-place.ts); what a call gives away it gives away last.
toa_kept_sure=

# Sets toa_foreign for the folder $1: empty when only root and this user can change names in it and above it, else the
# uid of who can, or "many". toa_stable is what no one else can change of the path, toa_rest what comes behind it.
toa_owned() {
	if [ "$toa_kept_sure" = "$1" ] && [ -n "$1" ]; then
		toa_foreign=
		return 0
	fi
	toa_owned_look "$1"
	case $toa_foreign:$1 in :/*) toa_kept_sure=$1 ;; esac
}

# toa_look for the path $1, with what toa_owned would ask of its folder in the same process. Fails where it cannot tell.
# What toa_owned said of another folder stays as it is: whoever looks may be in the middle of that.
toa_look_along() {
	_along=${1%/*}
	case $1/$_format in *//* | */./* | */../* | [!/]* | *'%U'*) return 1 ;; esac
	[ -n "$_along" ] && [ "$toa_kept_sure" != "$_along" ] || return 1
	_along_dirs=/ _along_left=1 _along_down='' _along_rest=${_along#/}
	while [ -n "$_along_rest" ]; do
		_along_down=$_along_down/${_along_rest%%/*} _along_left=$((_along_left + 1))
		_along_dirs="$_along_dirs $_along_down"
		case $_along_rest in */*) _along_rest=${_along_rest#*/} ;; *) _along_rest='' ;; esac
	done
	# shellcheck disable=SC2046,SC2086 # paths without blanks; five words of each that is there
	set -- $(LC_ALL=C stat -c "$_format" -- $_along_dirs "$1" 2>/dev/null)
	case $# in $((_along_left * 5)) | $((_along_left * 5 + 5))) ;; *) return 1 ;; esac
	_along_was=${toa_foreign-}:${_links-} _along_stable=${toa_stable-} _along_rest=${toa_rest-}
	toa_foreign='' _links='' toa_stable='' toa_rest=$_along
	while [ "$_along_left" -gt 0 ]; do
		[ -n "$toa_foreign" ] || toa_owned_step "$3" "$4" "$1" "$((_along_left * 3))"
		shift 5
		_along_left=$((_along_left - 1))
	done
	toa_line=$*
	[ -n "$toa_foreign$_links" ] || toa_kept_sure=$_along
	toa_foreign=${_along_was%%:*} _links=${_along_was#*:} toa_stable=$_along_stable toa_rest=$_along_rest
}

toa_owned_look() {
	case $1 in /*) toa_logical=$1 ;; *) toa_logical=$PWD/$1 ;; esac
	toa_owned_walk
	# a link of root's or ours leads elsewhere: that place counts as well
	if [ -z "$toa_foreign" ] && [ -n "$_links" ]; then
		toa_logical=$(CDPATH='' cd -P -- "$toa_logical" 2>/dev/null && pwd -P) || return 0
		toa_owned_walk
	fi
}

toa_owned_walk() {
	_done='' _rest=$toa_logical toa_foreign='' _links=''
	set -- /
	while [ -n "$_rest" ]; do
		_part=${_rest%%/*}
		case $_rest in */*) _rest=${_rest#*/} ;; *) _rest='' ;; esac
		case $_part in '' | .) continue ;; esac
		_done=$_done/$_part
		set -- "$@" "$_done"
	done
	toa_logical=${_done:-/}
	# those that are not there are the last ones
	_lines=$(LC_ALL=C stat -c '%u %g %f' -- "$@" 2>/dev/null)
	[ -n "$_lines" ] || _lines=$(for _part in "$@"; do toa_stat "$_part" | while read -r _f _a _u _g _left; do echo "$_u $_g $_f"; done; done)
	toa_stable='' toa_rest=$toa_logical
	# shellcheck disable=SC2086 # its words
	set -- $_lines
	while [ $# -ge 3 ]; do
		toa_owned_step "$1" "$2" "$3" $#
		[ -z "$toa_foreign" ] || return 0
		shift 3
	done
}

# One component: uid, gid, raw mode in hex, words left
toa_owned_step() {
	case $3 in a???) _links=1 ;; esac
	if [ "$1" != 0 ]; then
		toa_who
		[ "$1" = "$toa_uid" ] || toa_foreign=$1
	fi
	case $3 in
	a???) ;;
	*)
		# others may write (2), or a group (10) that is not root's; with the sticky bit (200) what is ours below is safe
		if [ $((0x$3 & 0x2)) != 0 ] || { [ $((0x$3 & 0x10)) != 0 ] && [ "$2" != 0 ]; }; then
			[ $((0x$3 & 0x200)) != 0 ] && [ "$4" -gt 3 ] || toa_foreign=${toa_foreign:-many}
		fi
		;;
	esac
	[ -z "$toa_foreign" ] || return 0
	_part=${toa_rest#/}
	[ -n "$toa_stable" ] || {
		toa_stable=/
		return 0
	}
	toa_stable=${toa_stable%/}/${_part%%/*}
	case $_part in */*) toa_rest=/${_part#*/} ;; *) toa_rest='' ;; esac
}

# Sets toa_folder and toa_base: the two parts of the path $1.
toa_parts() {
	toa_base=${1##*/}
	case $1 in */*) toa_folder=${1%/*} ;; *) toa_folder=. ;; esac
	[ -n "$toa_folder" ] || toa_folder=/
}

toa_refuse() {
	echo "refused: $1, which others may change in between (user $toa_foreign may write there)" >&2
	return 1
}

# Sets toa_fd: where the descriptor $1 is, also where its name ends in line breaks, which $(...) takes off.
toa_fd_at() {
	toa_fd=$(LC_ALL=C readlink "/proc/self/fd/$1" && echo .) && toa_fd=${toa_fd%?.}
}

# Opens the foreign folder $1 (after toa_owned) as descriptor 8; toa_real is where it is. A link on the way has to lead to
# a folder of the one who may change it.
toa_open_folder() {
	if [ ! -d "$1" ] || [ ! -r "$1/." ]; then
		echo "cannot open the folder $1" >&2
		return 1
	fi
	# command: else a failure would end the shell
	command exec 8<"$1/." || return 1
	toa_fd_at 8 || {
		echo "/proc is needed to write safely to $1" >&2
		return 1
	}
	toa_real=$toa_fd
	# nobody else can change names on the way
	[ -n "$toa_foreign" ] || return 0
	_there=$(CDPATH='' cd -P -- "${toa_stable:-/}" && pwd -P)
	[ "${_there%/}$toa_rest" != "$toa_real" ] || return 0
	[ "$(LC_ALL=C stat -L -c %u /proc/self/fd/8)" = "$toa_foreign" ] && [ "$toa_foreign" != 0 ] && return 0
	toa_close
	toa_refuse "$1 leads through a link to a folder of somebody else"
}

toa_close() { exec 7<&- 8<&- 9<&-; }

# A folder of ours beside $1, open as descriptor 9 (its parent as 8), entered by nobody else whatever it is renamed to.
toa_room() {
	toa_parts "$1"
	toa_open_folder "$toa_folder" || return 1
	_room=$(
		umask 077
		LC_ALL=C mktemp -d "/proc/self/fd/8/.toa-room.$$.$TOA_HERE.XXXXXX"
	) || {
		echo "cannot write beside $1" >&2
		toa_close
		return 1
	}
	_room=${_room##*/}
	toa_who
	if command exec 9<"/proc/self/fd/8/$_room/." && toa_fd_at 9 && [ "$toa_fd" = "${toa_real%/}/$_room" ]; then
		# mktemp's mode; a folder with the setgid bit gives it on
		case $(LC_ALL=C stat -L -c '%u %f' /proc/self/fd/9) in "$toa_uid 41c0" | "$toa_uid 45c0") return 0 ;; esac
	fi
	toa_close
	toa_refuse "a folder of ours in $toa_folder was exchanged"
}

# Removes what was not put into place: $1, a name that toa_hidden gave.
toa_drop() {
	rm -f -- "$1"
	case $1 in /proc/self/fd/9/*) toa_leave ;; esac
	return 0
}

toa_leave() {
	[ -z "${_room-}" ] || rmdir "/proc/self/fd/8/$_room" 2>/dev/null
	_room=
	toa_close
}

# Sets toa_at: a name of $1 that stays what it is while attributes are set; toa_unpin ends that.
toa_pin() {
	toa_at=$1 _pinned=''
	case $1 in . | / | /proc/self/fd/9/* | "${toa_new-.}") return 0 ;; esac
	toa_parts "$1"
	toa_owned "$toa_folder"
	[ -n "$toa_foreign" ] || return 0
	_pinned=1
	if [ -d "$1" ] && [ ! -h "$1" ]; then
		toa_open_folder "$toa_folder" || return 1
		command exec 7<"/proc/self/fd/8/$toa_base/." || return 1
		toa_at=/proc/self/fd/7/.
		toa_fd_at 7 && [ "$toa_fd" = "${toa_real%/}/$toa_base" ] && return 0
	else
		toa_room "$1" || return 1
		toa_at=/proc/self/fd/9/$toa_base
		# a second name of the same file, where no one can exchange it
		if ln -- "/proc/self/fd/8/$toa_base" "$toa_at"; then
			# more names than these two: it may be a file of somebody else that was linked here
			case $(LC_ALL=C stat -c '%h %u' "$toa_at") in "2 "* | *" $toa_foreign") return 0 ;; esac
		fi
	fi
	toa_unpin
	toa_refuse "$1"
}

toa_unpin() {
	[ -n "$_pinned" ] || return 0
	case $toa_at in
	/proc/self/fd/9/*) toa_drop "$toa_at" ;;
	/proc/self/fd/7/*) toa_close ;;
	esac
}

# Sets toa_real to where the link $1 leads. A link that somebody else may set leads to files of theirs only.
toa_follow() {
	_leads=$(LC_ALL=C readlink -f -- "$1") || return 1
	toa_parts "$1"
	toa_owned "$toa_folder"
	if [ -n "$toa_foreign" ]; then
		_there=$_leads
		[ -e "$_there" ] || _there=${_there%/*}/
		if [ "$(LC_ALL=C stat -c %u "$_there")" != "$toa_foreign" ] || [ "$toa_foreign" = 0 ]; then
			toa_refuse "the link $1 leads to a file of somebody else"
			return 1
		fi
	fi
	toa_real=$_leads
}

# Prints the file $1 as it is, in a foreign folder only a file that lies there or is of the one who may change it.
toa_read() {
	toa_parts "$1"
	toa_owned "$toa_folder"
	if [ -z "$toa_foreign" ]; then
		LC_ALL=C cat "$1"
		return
	fi
	toa_open_folder "$toa_folder" || return 1
	if [ -f "$1" ] && command exec 7<"$1"; then
		if { toa_fd_at 7 && [ "$toa_fd" = "${toa_real%/}/$toa_base" ]; } || [ "$(LC_ALL=C stat -L -c %u /proc/self/fd/7)" = "$toa_foreign" ]; then
			LC_ALL=C cat <&7
			toa_close
			return 0
		fi
	fi
	toa_close
	toa_refuse "$1 leads to a file of somebody else"
}

# What is neither file nor link nor folder (a device, a pipe, a socket) is never replaced.
toa_plain() {
	if [ ! -e "$1" ] || [ -f "$1" ] || [ -d "$1" ] || [ -h "$1" ]; then return 0; fi
	echo "$1 is a device, a pipe or a socket: it is not replaced by a file" >&2
	return 1
}

# The command $validate on the file $1: words as a shell would split them, made by the controller (one a
# line behind a colon), each %s the path. No shell reads them.
toa_validate() {
	[ -n "$validate" ] || return 0
	_file=$1
	case $_file in /proc/self/fd/9/*) _file=${toa_real%/}/$_room/${_file##*/} ;; esac
	_ifs=$IFS
	IFS='
'
	set -f
	# shellcheck disable=SC2086 # one word a line
	set -- $validate
	set +f
	IFS=$_ifs
	for _word in "$@"; do
		shift
		_word=${_word#:}
		_made=
		while :; do
			case $_word in
			*%s*) _made=$_made${_word%%%s*}$_file _word=${_word#*%s} ;;
			*) break ;;
			esac
		done
		set -- "$@" "$_made$_word"
	done
	_said=$("$@" 2>&1 </dev/null) || {
		echo "failed to validate: rc:$? error:$_said" >&2
		return 1
	}
}
