# shellcheck shell=sh
# shellcheck disable=SC2154,SC2086 # names, state...: set by the call; words are meant to split where unquoted
# Remote half of pip; needs files.sh.

pip_find() {
	if [ -n "$executable" ]; then
		printf '%s\n' "$executable"
	elif [ -n "$virtualenv" ]; then
		for _program in "$virtualenv"/bin/pip "$virtualenv"/bin/pip3; do [ -x "$_program" ] && {
			printf '%s\n' "$_program"
			return 0
		}; done
		return 1
	else
		for _program in pip3 pip pip2; do command -v $_program 2>/dev/null && return 0; done
		echo 'Unable to find any of pip3, pip, pip2 to use.  pip needs to be installed.' >&2
		return 1
	fi
}

pip_environment() {
	[ -n "$virtualenv" ] || return 0
	virtualenv=$(toa_expand "$virtualenv")
	[ -x "$virtualenv/bin/python" ] && return 0
	echo changed=1
	[ -n "$check" ] && return 0
	_site=
	[ -z "$site_packages" ] || _site=--system-site-packages
	if [ -n "$virtualenv_command" ]; then
		$virtualenv_command ${virtualenv_python:+-p "$virtualenv_python"} $_site "$virtualenv"
	elif command -v virtualenv >/dev/null 2>&1; then
		virtualenv ${virtualenv_python:+-p "$virtualenv_python"} $_site "$virtualenv"
	else "${virtualenv_python:-python3}" -m venv $_site "$virtualenv"; fi >/dev/null 2>"$_log" </dev/null || {
		echo "Failed to create the virtual environment: $(tail -n 1 "$_log")" >&2
		return 1
	}
}

pip_freeze() { "$_pip" list --format=freeze 2>/dev/null </dev/null | sort || "$_pip" freeze 2>/dev/null </dev/null | sort; }

# Name of a requirement as pip lists it: [-_.] are one, case does not count
pip_name() { printf '%s' "$1" | sed 's/[][<>=!~; @].*//; s/[-_.][-_.]*/-/g' | tr '[:upper:]' '[:lower:]'; }

pip_version() { printf '%s\n' "$_before" | awk -F== -v n="$(pip_name "$1")" '{ k = tolower($1); gsub(/[-_.]+/, "-", k) } k == n { print $2; exit }'; }

pip_have() {
	_v=$(pip_version "$1")
	[ -n "$_v" ] || return 1
	case $1 in
	*==*) [ "${1##*==}" = "$_v" ] ;;
	*[\<\>=!~@]* | *://* | *\[*) return 1 ;;
	esac
}

pip_work() {
	pip_environment || return 1
	if ! _pip=$(pip_find); then
		[ -n "$check" ] && [ -n "$virtualenv" ] && {
			echo changed=1
			return 0
		}
		[ -z "$virtualenv" ] || echo "no pip in $virtualenv" >&2
		return 1
	fi
	[ -z "$chdir" ] || cd "$(toa_expand "$chdir")" || return 1
	[ -z "$umask" ] || umask "$umask" || return 1
	_before=$(pip_freeze)
	_ifs=$IFS
	IFS='
'
	set -f
	_todo=
	set --
	for _name in $names; do
		_has=
		pip_have "$_name" && _has=1
		case $state:$_has in
		present: | latest:* | forcereinstall:*) set -- "$@" "$_name" ;;
		absent:*) [ -z "$(pip_version "$_name")" ] || set -- "$@" "$(pip_name "$_name")" ;;
		esac
	done
	set +f
	IFS=$_ifs
	if [ $# -eq 0 ] && [ -z "$requirements" ]; then return 0; fi
	if [ -n "$check" ]; then
		echo changed=1
		return 0
	fi
	[ $# -eq 0 ] || set -- -- "$@"
	[ -z "$requirements" ] || set -- -r "$requirements" "$@"
	[ -z "$editable" ] || {
		[ "${1-}" = -- ] && shift
		set -- -e "$@"
	}
	case $state in
	absent)
		[ "${1-}" != -- ] || shift
		"$_pip" uninstall -y "$@"
		;;
	latest) "$_pip" install -U $extra_args "$@" ;;
	forcereinstall) "$_pip" install -U --force-reinstall $extra_args "$@" ;;
	*) "$_pip" install $extra_args "$@" ;;
	esac >"$_log" 2>&1 </dev/null
	_rc=$?
	if [ $_rc -ne 0 ]; then
		grep -v '^$' "$_log" | tail -n 3 | tr '\n' ' ' >&2
		return $_rc
	fi
	if [ "$state" = forcereinstall ] || [ "$_before" != "$(pip_freeze)" ]; then echo changed=1; fi
	echo --output--
	cat "$_log"
}

pip_main() {
	_log=$(mktemp "${TMPDIR:-/tmp}/.toa-pip.XXXXXX") || return 1
	pip_work
	_rc=$?
	rm -f "$_log"
	return $_rc
}
