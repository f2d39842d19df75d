# shellcheck shell=sh
# shellcheck disable=SC2154 # mode, owner, group...: set by the call
# What every verb that makes files shares. Answers are lines "key=value"; toa_tell writes values that may hold newlines.
# LC_ALL=C where a verb always runs a program: with C.UTF-8 it opens a dozen files, a fifth of what a process costs.

# One line about a file: type mode uid gid size owner group mtime inode nlink. $1 path, $2 "L" to follow links.
# GNU and busybox stat know -c; where there is none, ls -ldn serves (no inode, mtime 0).
toa_stat() {
	_follow=
	[ "${2-}" = L ] && _follow=-L
	# shellcheck disable=SC2086 # -L or nothing
	if stat $_follow -c '%f %a %u %g %s %U %G %Y %i %h' "$1" 2>/dev/null; then return 0; fi
	[ -e "$1" ] || [ -h "$1" ] || return 1
	# shellcheck disable=SC2012 # one file, numeric ids
	ls -ldn $_follow "$1" 2>/dev/null | awk '{
		t = substr($1, 1, 1); m = 0
		split("r w x r w x r w x", want, " ")
		for (i = 1; i <= 9; i++) {
			c = substr($1, i + 1, 1)
			if (c != "-" && c != "S" && c != "T") m += 2 ^ (9 - i)
			if ((c == "s" || c == "S")) m += (i == 3) ? 2048 : 1024
			if ((c == "t" || c == "T")) m += 512
		}
		k = (t == "d") ? "4000" : (t == "l") ? "a000" : (t == "p") ? "1000" : (t == "s") ? "c000" : "8000"
		printf "%s %o %s %s %s %s %s 0 0 %s\n", k, m, $3, $4, $5, $3, $4, $2
	}'
}

# Sets toa_line to the line of toa_stat for $1, and asks only once: a process costs a millisecond, and comparing,
# changing and reporting all want it. What changes $1 calls toa_forget. Without what only a result shows ($untold), names
# of users are not looked up.
toa_look() {
	if [ "${toa_seen-}" != "$1" ]; then
		toa_seen=$1
		_format='%f %a %u %g %s %U %G %Y %i %h'
		if [ -n "${untold-}" ] && [ -z "${owner-}${group-}" ]; then _format='%f %a %u %g %s'; fi
		case $1 in
		*[!A-Za-z0-9_./+:@%,-]*) false ;;
		*) if [ -h "$1" ]; then toa_look_link "$1"; else toa_look_along "$1"; fi ;;
		esac || toa_line=$(LC_ALL=C stat -c "$_format" "$1" 2>/dev/null) || toa_line=$(toa_stat "$1")
	fi
	[ -n "$toa_line" ]
}

# toa_look for a link: sets toa_target too where stat says it ('NAME' -> 'TARGET') without quoting anything.
toa_look_link() {
	toa_line=$(LC_ALL=C stat -c "$_format %N" "$1" 2>/dev/null) || return 1
	_leads=${toa_line#*" '$1' -> '"}
	_leads=${_leads%"'"}
	case $_leads in
	'' | *[!A-Za-z0-9_./+:@%,-]*) ;;
	*) toa_seen_link=$1 toa_target=$_leads ;;
	esac
	toa_line=${toa_line%% "'"*}
}

toa_forget() {
	toa_seen=''
	toa_seen_link=''
}

# Sets toa_mode to $1, an octal mode, in four digits or more if it has them.
toa_octal() {
	toa_mode=$1
	while [ ${#toa_mode} -gt 4 ]; do
		case $toa_mode in 0*) toa_mode=${toa_mode#0} ;; *) break ;; esac
	done
	while [ ${#toa_mode} -lt 4 ]; do toa_mode=0$toa_mode; done
}

# Four digits of octal mode. $1 path, follows links
toa_mode() {
	_m=$(stat -L -c '%a' "$1" 2>/dev/null) || _m=$(toa_stat "$1" L | cut -d' ' -f2)
	toa_octal "$_m"
	echo "$toa_mode"
}

# The mode that "chmod $2" would give to the existing $1, without touching it: chmod itself decides, on a stand-in.
toa_mode_after() {
	case $2 in
	*[!0-7]*)
		_stand=$(mktemp -d "${TMPDIR:-/tmp}/.toa.XXXXXX") || return 1
		if [ -d "$1" ]; then mkdir "$_stand/x"; else true >"$_stand/x"; fi
		chmod "$(toa_mode "$1")" "$_stand/x" && chmod -- "$2" "$_stand/x" 2>/dev/null && toa_mode "$_stand/x"
		_rc=$?
		rm -rf "$_stand"
		return $_rc
		;;
	*)
		toa_octal "$2"
		echo "$toa_mode"
		;;
	esac
}

# Whether $group is a number or the name of a group.
toa_group_known() {
	case $group in *[!0-9]*) getent group "$group" >/dev/null 2>&1 || grep -q "^$group:" /etc/group ;; esac
}

# Brings owner, group, mode and SELinux type of $1 to $owner $group $mode $setype; says "changed=1" when it differs.
# With $check it only says so. Links themselves get an owner only.
toa_attributes() {
	_path=$1
	if [ -n "${owner-}" ] || [ -n "${group-}" ]; then
		toa_look "$_path"
		# shellcheck disable=SC2086 # its words
		set -- $toa_line
		[ $# -ge 7 ] || {
			echo "cannot read the attributes of $_path" >&2
			return 1
		}
		_who=
		if [ -n "${owner-}" ] && [ "$owner" != "$6" ] && [ "$owner" != "$3" ]; then
			id "$owner" >/dev/null 2>&1 || case $owner in *[!0-9]*)
				echo "chown failed: failed to look up user $owner" >&2
				return 1
				;;
			esac
			_who=$owner
		fi
		if [ -n "${group-}" ] && [ "$group" != "$7" ] && [ "$group" != "$4" ]; then
			toa_group_known || {
				echo "chgrp failed: failed to look up group $group" >&2
				return 1
			}
			_who=$_who:$group
		fi
		if [ -n "$_who" ]; then
			echo changed=1
			toa_forget
			[ -n "${check-}" ] || toa_set chown -h -- "$_who" || return 1
		fi
	fi
	if [ -n "${mode-}" ] && [ ! -h "$_path" ]; then
		toa_look "$_path"
		# shellcheck disable=SC2086 # its words
		set -- $toa_line
		toa_octal "${2-}"
		_now=$toa_mode
		case $mode in
		*[!0-7]*) _want=$(toa_mode_after "$_path" "$mode") ;;
		*)
			toa_octal "$mode"
			_want=$toa_mode
			;;
		esac || {
			echo "mode must be in octal or symbolic form" >&2
			return 1
		}
		if [ "$_now" != "$_want" ]; then
			echo changed=1
			echo "before_mode=$_now"
			echo "after_mode=$_want"
			toa_forget
			[ -n "${check-}" ] || toa_set chmod -- "$_want" || return 1
		fi
	fi
	if [ -n "${setype-}${seuser-}${serole-}${selevel-}" ] && command -v chcon >/dev/null 2>&1 && [ -e /sys/fs/selinux/enforce ]; then
		_context=$(ls -dZ "$_path" 2>/dev/null)
		case $_context in *:"${setype:-}":*) ;; *)
			echo changed=1
			toa_forget
			[ -n "${check-}" ] || toa_set chcon -h ${seuser:+-u "$seuser"} ${serole:+-r "$serole"} ${setype:+-t "$setype"} ${selevel:+-l "$selevel"} -- || return 1
			;;
		esac
	fi
	return 0
}

# Runs $@ with $_path behind it, by a name of it that nobody can make another file's meanwhile.
toa_set() {
	toa_pin "$_path" || return 1
	# shellcheck disable=SC2034 # read by toa_owned
	toa_kept_sure=
	case $1:$_pinned in
	chown:* | chcon:* | *:) _set=0 ;;
	# these follow a link; what is pinned cannot become one any more
	*)
		[ ! -h "$toa_at" ] || toa_refuse "$_path"
		_set=$?
		;;
	esac
	[ $_set != 0 ] || {
		"$@" "$toa_at"
		_set=$?
	}
	toa_unpin
	return $_set
}

# Sets toa_sum to the SHA-1 of a file in hex, by whatever the host has; empty when nothing can compute it.
toa_sum_of() {
	toa_sum=$(LC_ALL=C sha1sum "$1" 2>/dev/null) || toa_sum=$(openssl sha1 -r "$1" 2>/dev/null) || toa_sum=$(busybox sha1sum "$1" 2>/dev/null)
	# sha1sum marks a name that it had to escape
	toa_sum=${toa_sum#\\}
	toa_sum=${toa_sum%% *}
}

# The same, printed.
toa_sha1() {
	toa_sum_of "$1"
	printf '%s\n' "$toa_sum"
}

# $1 path, $2 algorithm (md5 sha1 sha224 sha256 sha384 sha512)
toa_checksum() {
	_sum=$("${2}sum" "$1" 2>/dev/null) || _sum=$(openssl "$2" -r "$1" 2>/dev/null) || _sum=$(busybox "${2}sum" "$1" 2>/dev/null)
	_sum=${_sum#\\}
	printf '%s\n' "${_sum%% *}"
}

# Appends the line $1=$2 to toa_said. Names of files may hold newlines, which must not look like further lines: such a
# value goes as $1%=, with %0A for each newline.
toa_tell() {
	case $2 in
	*'
'*)
		toa_said="${toa_said-}$1%=$(printf %s "$2" | sed 's/%/%25/g' | awk 'NR > 1 { printf "%%0A" } { printf "%s", $0 }')
"
		;;
	*)
		toa_said="${toa_said-}$1=$2
"
		;;
	esac
}

# What is at a path now, for the result: "stat=..." and for links "target=". Lines that a verb kept in toa_said go with
# it: what is printed at one go is one packet. Where nobody is told ($untold, docs/adr/0007), only those.
toa_report() {
	if [ -n "${untold-}" ]; then
		printf %s "$toa_said"
		toa_said=
		return
	fi
	toa_look "$1" && toa_said="${toa_said-}stat=$toa_line
"
	if [ -h "$1" ]; then
		toa_target_of "$1"
		toa_said="${toa_said-}state=link
"
		toa_tell target "$toa_target"
	elif [ -d "$1" ]; then
		toa_said="${toa_said-}state=directory
"
	elif [ -e "$1" ]; then
		toa_said="${toa_said-}state=file
"
	else
		toa_said="${toa_said-}state=absent
"
	fi
	printf %s "$toa_said"
	toa_said=
	return 0
}

# Sets toa_target: where the link $1 leads. Asks once, like toa_look.
toa_target_of() {
	if [ "${toa_seen_link-}" != "$1" ]; then
		toa_seen_link=$1
		toa_target=$(LC_ALL=C readlink "$1")
	fi
}

# ~ and ~user at the start of a path, as a shell would expand them. $1 path
toa_expand() {
	case $1 in
	*'$'*) toa_expand_home "$(toa_expand_names "$1")" ;;
	*) toa_expand_home "$1" ;;
	esac
}

# $NAME and ${NAME} as Python's expandvars opens them: what the environment does not have stays as it is
toa_expand_names() {
	toa_raw=$1 awk 'BEGIN {
		rest = ENVIRON["toa_raw"]
		while (match(rest, /\$([A-Za-z0-9_]+|\{[^}]*\})/)) {
			word = substr(rest, RSTART + 1, RLENGTH - 1)
			name = word
			gsub(/[{}]/, "", name)
			out = out substr(rest, 1, RSTART - 1) ((name in ENVIRON) ? ENVIRON[name] : "$" word)
			rest = substr(rest, RSTART + RLENGTH)
		}
		printf "%s", out rest
	}'
}

toa_expand_home() {
	case $1 in
	\~ | \~/*) printf '%s%s\n' "$HOME" "${1#\~}" ;;
	\~*)
		_user=${1#\~}
		_user=${_user%%/*}
		_home=$({ getent passwd "$_user" 2>/dev/null || awk -F: -v u="$_user" '$1 == u' /etc/passwd; } | cut -d: -f6)
		printf '%s%s\n' "${_home:-~$_user}" "${1#"~$_user"}"
		;;
	*) printf '%s\n' "$1" ;;
	esac
}
