# shellcheck shell=sh
# shellcheck disable=SC2154 # path, entry, state, default, recursive, follow, mask: set by the call
# Remote half of acl; needs files.sh, foreign.sh, program.sh.

# The access control list of $toa_at without its name; with $recursive those of the whole tree.
acl_show() {
	set --
	[ -z "$default" ] || set -- "$@" -d
	[ -z "$recursive" ] || set -- "$@" -R
	[ -n "$follow" ] || set -- "$@" -P
	LC_ALL=C getfacl --omit-header --absolute-names "$@" -- "$toa_at" </dev/null
}

# setfacl with what is to be done. What is pinned by toa_set is a name of the file itself.
acl_set() {
	# the links of a tree are not followed
	[ -z "$recursive" ] || set -- "$@" -R -P
	[ -n "$follow" ] || set -- "$@" -P
	[ -z "$mask" ] || set -- "$@" "--$mask"
	[ -z "$default" ] || set -- "$@" -d
	if [ "$state" = absent ]; then set -- "$@" -x "$entry"; else set -- "$@" -m "$entry"; fi
	LC_ALL=C setfacl "$@" -- "$toa_at" </dev/null
}

# setfacl --test prints for each file what it would have, and stars where that is what it has. A name may hold line breaks.
acl_change() {
	_would=$(acl_set --test) || return 1
	printf '%s\n' "$_would" | grep ': [^ ]*,[^ ]*$' | grep -qv ': \*,\*$' || return 0
	echo changed=1
	[ -z "$check" ] || return 0
	toa_pin "$path" || return 1
	# setfacl follows a link; what is pinned cannot become one any more
	if [ -n "$_pinned" ] && [ -h "$toa_at" ]; then toa_refuse "$path"; else acl_set; fi
	_set=$?
	toa_unpin
	toa_at=$path
	return $_set
}

acl_main() {
	toa_need getfacl && toa_need setfacl || return 1
	case $path in \~* | *'$'*) path=$(toa_expand "$path") ;; esac
	if [ ! -e "$path" ]; then
		echo "Path not found or not accessible." >&2
		return 1
	fi
	if [ -n "$follow" ] && [ -h "$path" ]; then
		toa_follow "$path" || return 1
		path=$toa_real
	fi
	toa_at=$path
	echo ran=1
	[ "$state" = query ] || acl_change || return
	echo --output--
	acl_show
}
