# shellcheck shell=sh
# shellcheck disable=SC2154 # set by the call
# What the receiver's verbs share: where our programs live on a host and how they get there, and what is kept there for
# the next boot. Needs files.sh. Answers are key=value lines; nothing is written under --check ($check).

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
		if [ $_rc = 0 ]; then
			printf '%s\n' "$_place"
			return 0
		fi
		rmdir "$_place" 2>/dev/null
	done
	echo "no folder on this host lets a program run: tried $TOA_PLACES" >&2
	return 1
}

# An uploaded program ($1) as $2, ready to run
toa_put() {
	{ mv -f -- "$1" "$2" 2>/dev/null || { cat "$1" >"$2" && rm -f "$1"; }; } || {
		rm -f "$2"
		return 1
	}
	chmod 0755 "$2" && chown 0:0 "$2" 2>/dev/null
	[ -e /sys/fs/selinux/enforce ] && command -v chcon >/dev/null 2>&1 && chcon -t bin_t "$2" 2>/dev/null
	return 0
}

# Puts an uploaded program ($1) at its name ($2): whole or not at all. Says where.
toa_install() {
	_bin=$(toa_bin make) || return 1
	_new=$_bin/.$2.$$
	toa_put "$1" "$_new" || return 1
	mv -f -- "$_new" "$_bin/$2" || {
		rm -f "$_new"
		return 1
	}
	printf 'program=%s\n' "$_bin/$2"
}

# Which init brings things up at boot: systemd, openrc, sysconfig (CentOS 6), rc.local, none
toa_init() {
	if [ -d /run/systemd/system ]; then
		echo systemd
	elif [ -d /etc/local.d ] && command -v rc-update >/dev/null 2>&1; then
		echo openrc
	elif [ -d /etc/sysconfig/modules ]; then
		echo sysconfig
	elif toa_rc_file >/dev/null; then
		echo rc.local
	else echo none; fi
}

# Files are written beside their place first (toa_stage), and get their names when all went well (toa_commit): a value that
# is refused must not be what the next boot finds. toa_staged: lines "NEW NAME"
toa_staged=
toa_newline='
'

# Stages a file when it differs; says so. $1 file, $2 mode, $3 text
toa_stage() {
	if [ -f "$1" ] && [ "$(cat "$1")" = "$3" ]; then return 0; fi
	echo changed=1
	echo "wrote=$1"
	[ -n "$check" ] && return 0
	mkdir -p "${1%/*}" || return 1
	toa_create "$1" && _new=$toa_new || return 1
	toa_staged="$toa_staged$_new $1$toa_newline"
	printf '%s\n' "$3" >"$_new" && chmod "$2" "$_new"
}

# Gives what is staged its names, in order
toa_commit() {
	_rest=$toa_staged
	while [ -n "$_rest" ]; do
		_line=${_rest%%"$toa_newline"*}
		_rest=${_rest#*"$toa_newline"}
		mv -f -- "${_line% *}" "${_line#* }" || return 1
	done
	toa_staged=
}

# As if nothing had been staged
toa_unstage() {
	_rest=$toa_staged
	while [ -n "$_rest" ]; do
		_line=${_rest%%"$toa_newline"*}
		_rest=${_rest#*"$toa_newline"}
		rm -f -- "${_line% *}"
	done
	toa_staged=
}

# Takes a file or a link away; says so
toa_remove() {
	[ -e "$1" ] || [ -h "$1" ] || return 0
	echo changed=1
	echo "removed=$1"
	[ -n "$check" ] || rm -f -- "$1"
}

# Writes a file at once when it differs; says so. $1 file, $2 mode, $3 text
toa_write() {
	toa_stage "$@" && toa_commit && return 0
	toa_unstage
	return 1
}

# The text of a unit that runs once the network is up, and again until it succeeds: what was configured may come later.
# $1 the end of its first line, $2 its description, $3 lines ExecStart=, $4 more lines of [Unit]
toa_network_unit() {
	cat <<-EOT
		# Made by toa-play$1
		[Unit]
		Description=$2
		Wants=network-online.target
		After=network-online.target nftables.service${4:+$toa_newline$4}
		StartLimitIntervalSec=0

		[Service]
		Type=oneshot
		RemainAfterExit=yes
		$3
		Restart=on-failure
		RestartSec=5

		[Install]
		WantedBy=multi-user.target
	EOT
}

# A systemd unit by name $1 with text $2, enabled. Nothing where another init runs
toa_boot_unit() {
	[ "$(toa_init)" = systemd ] || return 0
	toa_write "/etc/systemd/system/$1.service" 0644 "$2" || return 1
	[ ! -h "/etc/systemd/system/multi-user.target.wants/$1.service" ] || return 0
	echo changed=1
	[ -n "$check" ] || { systemctl enable "$1.service" >/dev/null 2>&1 && systemctl daemon-reload; }
}

# Takes that unit away
toa_boot_unit_drop() {
	[ -e "/etc/systemd/system/$1.service" ] || return 0
	[ -n "$check" ] || systemctl disable "$1.service" >/dev/null 2>&1
	toa_remove "/etc/systemd/system/$1.service"
	[ -n "$check" ] || [ ! -d /run/systemd/system ] || systemctl daemon-reload
}

TOA_RC_FILES=${TOA_RC_FILES-'/etc/rc.d/rc.local /etc/rc.local /etc/init.d/boot.local'}

# The file whose commands run at boot: the one that is there, else where the distribution looks for it
toa_rc_file() {
	for _rc in $TOA_RC_FILES; do
		[ -e "$_rc" ] && {
			printf '%s\n' "$_rc"
			return 0
		}
	done
	[ -n "${distro_rc_local-}" ] && printf '%s\n' "$distro_rc_local"
}

# Stages one command ($1) in that file, before its "exit 0"
toa_rc_add() {
	_rc=$(toa_rc_file) || {
		echo "this host has no file whose commands run at boot: looked for $TOA_RC_FILES" >&2
		return 1
	}
	if [ ! -e "$_rc" ]; then
		toa_stage "$_rc" 0755 "#!/bin/sh$toa_newline$1"
		return
	fi
	grep -qxF "$1" "$_rc" && return 0
	echo changed=1
	echo "wrote=$_rc"
	[ -n "$check" ] && return 0
	toa_create "$_rc" && _new=$toa_new || return 1
	toa_staged="$toa_staged$_new $_rc$toa_newline"
	awk -v line="$1" '/^exit 0/ && !done { print line; done = 1 } { print } END { if (!done) print line }' "$_rc" >"$_new" || return 1
	toa_like "$_rc" "$_new"
	chmod +x "$_new"
}

# Takes that command out again
toa_rc_drop() {
	_rc=$(toa_rc_file) && grep -qsxF "$1" "$_rc" || return 0
	echo changed=1
	[ -n "$check" ] && return 0
	toa_create "$_rc" && _new=$toa_new || return 1
	grep -vxF "$1" "$_rc" >"$_new"
	toa_like "$_rc" "$_new"
	mv -f -- "$_new" "$_rc"
}
