# shellcheck shell=sh
# SPDX-License-Identifier: GPL-2.0
# Which kernel a built module is for; sourced.

# The release in a module's vermagic; nothing: it has none.
release_of() { # FILE.ko
	readelf -p .modinfo "$1" 2>/dev/null | sed -n 's/^ *\[ *[0-9a-f]*\]  *vermagic=\([^ ]*\).*/\1/p' | head -n 1
}

older_than_4_16() { # RELEASE
	case $1 in [0-9]*.[0-9]*) ;; *) return 1 ;; esac
	_major=${1%%.*}
	_rest=${1#*.}
	_minor=${_rest%%[!0-9]*}
	[ "$_major" -lt 4 ] || { [ "$_major" -eq 4 ] && [ "${_minor:-0}" -lt 16 ]; }
}
