# shellcheck shell=sh
# shellcheck disable=SC2154 # sum, arguments...: set by the call
# Remote half of toa_verify; needs tasks/shared/{files,toa}.sh.

toa_verify_main() {
	_bin=$(toa_bin) || _bin=
	if [ -z "$_bin" ] || [ "$(toa_checksum "$_bin/toa-probe" sha256)" != "$sum" ]; then
		[ -n "$uploaded" ] || { echo need=1; return 0; }
		toa_install "$uploaded" toa-probe || return 1
		_bin=$(toa_bin) || return 1
	fi
	printf 'report=%s\n' "$("$_bin/toa-probe" "$@" 2>/dev/null)"
}
