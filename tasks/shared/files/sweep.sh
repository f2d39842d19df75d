# shellcheck shell=sh
# shellcheck disable=SC2154,SC2034 # toa_folder, toa_foreign...: set by foreign.sh; what read puts behind the first word
# What killed sessions have left beside the files that they wrote: removed by the next session that comes to the folder.
# The hidden names end in .PID.HERE, or in that and mktemp's letters. Needs files.sh and foreign.sh.

# Sets TOA_HERE: which boot and which PID namespace (by the start of its first process) the number of a process is of.
# Upper case, since it outlives a call.
toa_here() {
	TOA_HERE='' TOA_SWEPT=''
	read -r TOA_HERE </proc/sys/kernel/random/boot_id
	read -r TOA_REST </proc/1/stat
	# shellcheck disable=SC2086 # fields, behind the name, which may hold blanks and parentheses
	set -- ${TOA_REST##*) }
	TOA_HERE=${TOA_HERE%%-*}-${20-}
} 2>/dev/null
toa_here

# What the names end in that this session gives.
toa_mark() { printf '%s.%s\n' $$ "$TOA_HERE"; }

# Removes what is nobody's any more from the folder of path $1, once a session. The marks of a folder are looked for
# without a process.
toa_sweep() {
	[ -z "${check-}" ] || return 0
	toa_parts "$1"
	case $TOA_SWEPT in *":$toa_folder:"*) return 0 ;; esac
	# a tree of folders is no reason to keep them all
	[ ${#TOA_SWEPT} -lt 4000 ] || TOA_SWEPT=
	TOA_SWEPT=$TOA_SWEPT:$toa_folder:
	for _left in "${toa_folder%/}"/.toa-*.*-*; do
		if { [ -e "$_left" ] || [ -h "$_left" ]; } && toa_orphan "$_left"; then toa_sweep_one "$_left"; fi
	done
	return 0
}

# Whether the mark of $1 names a process that is gone. Of another boot, container or host (folders may be shared) nothing
# is known but the age: an hour in which nothing was written.
toa_orphan() {
	_mark=${1##*/}
	case ${_mark##*.} in *-*) ;; *) _mark=${_mark%.*} ;; esac
	_there=${_mark##*.}
	_mark=${_mark%.*}
	_pid=${_mark##*.}
	case $_pid in '' | *[!0-9]*) return 1 ;; esac
	case $_there in *[!0-9a-f-]* | *-*-* | -* | *-) return 1 ;; esac
	if [ "$_there" = "$TOA_HERE" ]; then
		[ ! -d "/proc/$_pid" ]
	else
		[ -n "$(find "$1" -prune -mmin +60 2>/dev/null)" ]
	fi
}

# In a folder in which others may change names only folders of ours are ours, and only by descriptor: see toa_room.
toa_sweep_one() {
	toa_owned "$toa_folder"
	if [ -z "$toa_foreign" ]; then
		rm -rf -- "$1"
		return
	fi
	if [ -h "$1" ] || [ ! -d "$1" ]; then return; fi
	toa_open_folder "$toa_folder" 2>/dev/null || return
	_room=${1##*/}
	toa_who
	if command exec 9<"/proc/self/fd/8/$_room/." && [ "$(LC_ALL=C readlink /proc/self/fd/9)" = "${toa_real%/}/$_room" ]; then
		case $(LC_ALL=C stat -L -c '%u %f' /proc/self/fd/9) in
		"$toa_uid 41c0" | "$toa_uid 45c0") rm -f -- /proc/self/fd/9/* /proc/self/fd/9/.[!.]* ;;
		esac
	fi
	toa_leave
}
