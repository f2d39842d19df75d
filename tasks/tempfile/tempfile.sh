# shellcheck shell=sh
# shellcheck disable=SC2154 # folder, name, state: set by the call
# Remote half of tempfile: the name is random already, and an existing one is never taken. Needs files.sh.

tempfile_main() {
	_path=$(toa_expand "${folder:-${TMPDIR:-/tmp}}")/$name
	if [ "$state" = directory ]; then
		mkdir -m 0700 "$_path" || return 1
	else
		(
			umask 077
			set -C
			: >"$_path"
		) || return 1
	fi
	printf 'path=%s\n' "$_path"
	toa_report "$_path"
}
