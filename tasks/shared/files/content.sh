# shellcheck shell=sh
# shellcheck disable=SC2154,SC2034 # content, content_length: set by the call; toa_made: read by toa_replace
# The content that a call brings, written beside a path or compared with a file. Needs files.sh.

# Puts the content of the call into a hidden file beside $1 and sets toa_new to its name. The content is $content, or
# stdin where $inline is empty. toa_made tells that the file has the mode already that a new $1 is to have: it gets that
# as it is made, without a process. Else it is private.
toa_fill() {
	toa_made=
	toa_hidden "$1" || return 1
	_umask=077
	if [ ! -e "$1" ]; then
		case ${mode-} in
		'') _umask='' toa_made=1 ;;
		*[!0-7]*) ;;
		*)
			toa_octal "$mode"
			case $toa_mode in 0[0246][0246][0246]) _umask=$((1777 - 1${toa_mode#0})) toa_made=1 ;; esac
			;;
		esac
	fi
	if [ -n "${inline-}" ]; then toa_fill_short || printf %s "$content" | (toa_fill_new exec cat); else (toa_fill_new exec cat); fi && return 0
	[ -e "$toa_new" ] || echo "cannot write beside $1" >&2
	toa_drop "$toa_new"
	return 1
}

# A short $content without a process, and read again: shells do not tell what a full disk or a server says when the file
# is closed. cat does, and tries where it is not there whole.
toa_fill_short() {
	[ "$content_length" -le 1024 ] || return 1
	_key=''
	{ read -r _name && read -r _key _was; } 2>/dev/null </proc/self/status
	if [ "$_key" = Umask: ]; then
		# Linux 4.7: without the process that a subshell is
		toa_fill_new printf %s "$content" 2>/dev/null
		set +C
		umask "$_was"
	else
		(toa_fill_new printf %s "$content") 2>/dev/null
	fi
	toa_holds "$toa_new" "$content" "$content_length" && return 0
	rm -f -- "$toa_new"
	return 1
}

# $@: what writes it. Leaves umask and noclobber set
toa_fill_new() {
	[ -z "$_umask" ] || umask "$_umask"
	set -C
	LC_ALL=C "$@" >"$toa_new"
}

# Whether file $1 holds exactly the text $2 of $3 bytes, without a process. For short texts in files known to be short:
# shells read byte by byte. They drop NULs, so the kernel is asked how far was read. Where it does not say, no is said.
toa_holds() {
	[ "$3" -le 1024 ] && [ -f "$1" ] && [ -r "$1" ] && [ -r /proc/self/fdinfo/0 ] || return 1
	_text='' _read=''
	{
		while IFS= read -r _line && [ ${#_text} -le "$3" ]; do
			_text="$_text$_line
"
		done <&3
		_text=$_text$_line
		read -r _key _read </proc/self/fdinfo/3
	} 3<"$1"
	[ "$_read" = "$3" ] && [ "$_text" = "$2" ]
}
