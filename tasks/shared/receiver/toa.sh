# shellcheck shell=sh
# shellcheck disable=SC2154 # set by the call
# Where our programs live on a host, and how they get there. Needs files.sh.

TOA_PLACES='/var/lib/toa/bin /opt/toa/bin /usr/local/lib/toa/bin /root/.toa/bin'

# The folder of our programs: the one in use, else the first where a program may run (/var may be noexec).
toa_bin() {
	for _place in $TOA_PLACES; do
		if [ -x "$_place/toa-bpf" ] || [ -x "$_place/toa-probe" ]; then
			printf '%s\n' "$_place"
			return 0
		fi
	done
	[ "${1-}" = make ] || return 1
	for _place in $TOA_PLACES; do
		mkdir -p "$_place" 2>/dev/null || continue
		_try=$_place/.try.$$
		printf '#!/bin/sh\nexit 0\n' >"$_try" 2>/dev/null && chmod 0755 "$_try" && "$_try" 2>/dev/null
		_rc=$?
		rm -f "$_try"
		if [ $_rc = 0 ]; then printf '%s\n' "$_place"; return 0; fi
		rmdir "$_place" 2>/dev/null
	done
	echo "no folder on this host lets a program run: tried $TOA_PLACES" >&2
	return 1
}

# An uploaded program ($1) as $2, ready to run
toa_put() {
	{ mv -f -- "$1" "$2" 2>/dev/null || { cat "$1" >"$2" && rm -f "$1"; }; } || { rm -f "$2"; return 1; }
	chmod 0755 "$2" && chown 0:0 "$2" 2>/dev/null
	[ -e /sys/fs/selinux/enforce ] && command -v chcon >/dev/null 2>&1 && chcon -t bin_t "$2" 2>/dev/null
	return 0
}

# Puts an uploaded program ($1) at its name ($2): whole or not at all. Says where.
toa_install() {
	_bin=$(toa_bin make) || return 1
	_new=$_bin/.$2.$$
	toa_put "$1" "$_new" || return 1
	mv -f -- "$_new" "$_bin/$2" || { rm -f "$_new"; return 1; }
	printf 'program=%s\n' "$_bin/$2"
}

# Which init brings things up at boot: systemd, openrc, sysconfig (CentOS 6), rc.local, none
toa_init() {
	if [ -d /run/systemd/system ]; then echo systemd
	elif [ -d /etc/local.d ] && command -v rc-update >/dev/null 2>&1; then echo openrc
	elif [ -d /etc/sysconfig/modules ]; then echo sysconfig
	elif [ -e /etc/rc.d/rc.local ] || [ -e /etc/rc.local ] || [ -e /etc/init.d/boot.local ]; then echo rc.local
	else echo none; fi
}
