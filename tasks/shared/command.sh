# shellcheck shell=sh
# shellcheck disable=SC2154 # chdir, creates, removes, check, executable: set by the call
# Remote half of command, shell and script. Standard output is one line that says what was done, then the command's own
# output. Programs are started with exec, in the place of the subshell that each call has, so that no builtin or function
# of this shell answers in their place.

# Expands a leading ~ and exported variables, as Python's expanduser and expandvars do; sets toa_path. What is not set
# stays as it is. Costs a process only where there is a variable or another user's home to look up.
toa_command_path() {
	toa_path=
	_rest=$1
	while :; do
		case $_rest in
		*'$'*) ;;
		*) break ;;
		esac
		toa_path=$toa_path${_rest%%'$'*}
		_rest=${_rest#*'$'}
		case $_rest in
		'{'*'}'*)
			_name=${_rest#'{'}
			_name=${_name%%'}'*}
			_after=${_rest#*'}'}
			_word="{$_name}"
			;;
		*)
			_name=${_rest%%[!A-Za-z0-9_]*}
			_after=${_rest#"$_name"}
			_word=$_name
			;;
		esac
		if [ -n "$_name" ] && _value=$(printenv "$_name" 2>/dev/null); then
			toa_path=$toa_path$_value
		else
			toa_path="$toa_path\$$_word"
		fi
		_rest=$_after
	done
	toa_path=$toa_path$_rest
	# shellcheck disable=SC2088 # a literal tilde is looked for
	case $toa_path in
	'~' | '~/'*) toa_path=$HOME${toa_path#'~'} ;;
	'~'*)
		_name=${toa_path#'~'}
		_name=${_name%%/*}
		_home=$({ getent passwd "$_name" 2>/dev/null || grep "^$_name:" /etc/passwd; } | cut -d: -f6)
		[ -z "$_home" ] || toa_path=$_home${toa_path#"~$_name"}
		;;
	esac
}

# Whether a path or pattern names something.
toa_command_exists() {
	toa_command_path "$1"
	_ifs=$IFS
	IFS=
	# shellcheck disable=SC2086 # a pattern is wanted, split is off
	set -- $toa_path
	IFS=$_ifs
	[ -e "$1" ] || [ -h "$1" ]
}

# Says which program would be started: sets toa_found to found, missing or denied.
toa_command_find() {
	toa_found=missing
	case $1 in
	*/*)
		[ -e "$1" ] || return 0
		if [ -x "$1" ] && [ ! -d "$1" ]; then toa_found=found; else toa_found=denied; fi
		;;
	*)
		_ifs=$IFS
		IFS=:
		for _dir in $PATH; do
			[ -x "$_dir/$1" ] && [ ! -d "$_dir/$1" ] && toa_found=found && break
		done
		IFS=$_ifs
		;;
	esac
}

# Goes to chdir, asks creates and removes; prints the first line and answers 1 when the command is not to be run.
toa_command_begin() {
	if [ -n "$chdir" ]; then
		toa_command_path "$chdir"
		if ! _why=$(CDPATH='' cd -- "$toa_path" 2>&1); then
			echo "chdir $_why"
			exit 1
		fi
		CDPATH='' cd -- "$toa_path" || return 1
	fi
	if [ -n "$creates" ] && toa_command_exists "$creates"; then
		echo creates
		return 1
	fi
	if [ -n "$removes" ] && ! toa_command_exists "$removes"; then
		echo removes
		return 1
	fi
	if [ -n "$check" ]; then
		echo check
		return 1
	fi
}

# toa_command_words PROGRAM ARG...
toa_command_words() {
	toa_command_begin || exit 0
	_left=$#
	while [ "$_left" -gt 0 ]; do
		toa_command_path "$1"
		shift
		set -- "$@" "$toa_path"
		_left=$((_left - 1))
	done
	toa_command_find "$1"
	if [ "$toa_found" != found ]; then
		echo "$toa_found"
		exit 1
	fi
	echo ran
	exec "$@"
}

# toa_command_shell TEXT
toa_command_shell() {
	toa_command_begin || exit 0
	toa_command_find "${executable:-/bin/sh}"
	if [ "$toa_found" != found ]; then
		echo "$toa_found"
		exit 1
	fi
	echo ran
	toa_command_start "$1"
}

# toa_command_raw TEXT: nothing but the command itself.
toa_command_raw() {
	toa_command_start "$1"
}

toa_command_start() {
	if toa_command_leaves "$1"; then toa_command_apart "$1"; else exec "${executable:-/bin/sh}" -c "$1"; fi
}

# Whether the text starts something in the background: an & that is none of && >& <& &>.
toa_command_leaves() {
	_text=$1
	for _other in '&&' '>&' '<&' '&>'; do
		while :; do
			case $_text in
			*"$_other"*) _text=${_text%%"$_other"*}${_text#*"$_other"} ;;
			*) break ;;
			esac
		done
	done
	case $_text in *'&'*) return 0 ;; esac
	return 1
}

# Runs TEXT with outputs of its own. What it leaves in the background may write for one more second, as with Ansible;
# then its pipes are closed, since it would write into the answers of later tasks.
toa_command_apart() {
	_pipes=$(mktemp -d 2>/dev/null)
	if ! mkfifo "$_pipes/out" "$_pipes/err" 2>/dev/null; then exec "${executable:-/bin/sh}" -c "$1"; fi
	cat "$_pipes/out" &
	_out=$!
	cat "$_pipes/err" >&2 &
	_err=$!
	"${executable:-/bin/sh}" -c "$1" >"$_pipes/out" 2>"$_pipes/err"
	_rc=$?
	rm -rf "$_pipes"
	# PIPE is the signal that shells do not tell of
	(
		sleep 1
		kill -PIPE "$_out" "$_err"
	) >/dev/null 2>&1 &
	_guard=$!
	wait "$_out" "$_err"
	kill "$_guard" 2>/dev/null
	return "$_rc"
}
