# shellcheck shell=sh
# shellcheck disable=SC2154,SC2086 # variables are set by the call; lists of words are meant to split
# Services by upstart, OpenRC, System V init, or systemd (systemd.sh). Variables: name, state (started, stopped,
# restarted, reloaded), enabled (yes, no), pattern, sleep, runlevels (words), arguments, check, and systemd's masked,
# daemon_reload, daemon_reexec, scope, no_block, force. manager names the system, or auto.
# Answers: manager=, changed=1, enabled=yes|no, state=, warn=, and behind "--output--" what `systemctl show` says.

service_say() {
	echo "$*" >&2
	return 1
}

service_missing() { service_say "Could not find the requested service $name: host"; }

# An init script of the name; its path on fd 1
service_script() {
	# a name, no way to a program elsewhere
	case $name in */*) return 1 ;; esac
	for _dir in /etc/init.d /etc/rc.d/init.d; do
		if [ -x "$_dir/$name" ] && [ ! -d "$_dir/$name" ]; then
			printf '%s\n' "$_dir/$name"
			return 0
		fi
	done
	return 1
}

service_manager() {
	if [ "$manager" != auto ]; then
		printf '%s\n' "$manager"
	elif [ -d /run/systemd/system ] || { [ -n "${SYSTEMD_OFFLINE-}" ] && command -v systemctl >/dev/null 2>&1; }; then
		echo systemd
	elif command -v rc-service >/dev/null 2>&1; then
		echo openrc
	elif [ -e "/etc/init/$name.conf" ] && initctl version 2>/dev/null | grep -q upstart; then
		echo upstart
	else
		echo sysvinit
	fi
}

# Runs a command that must not hold our output open (daemons inherit it); says its words when it fails.
service_run() {
	_word=$1
	shift
	_out=$(mktemp "${TMPDIR:-/tmp}/.toa-service.XXXXXX") || return 1
	"$@" >"$_out" 2>&1 </dev/null
	_rc=$?
	if [ $_rc -ne 0 ]; then
		printf 'Unable to %s service %s: %s\n' "$_word" "$name" "$(tr '\n' ' ' <"$_out")" >&2
		rm -f "$_out"
		return 1
	fi
	rm -f "$_out"
}

service_do() {
	echo changed=1
	[ -n "$check" ] && return 0
	service_run "$@"
}

# --- System V ---

service_sysv_call() {
	_script=$(service_script) || return 127
	if command -v service >/dev/null 2>&1; then service "$name" "$@" $arguments; else "$_script" "$@" $arguments; fi
}

# rc 0 when the service runs: by a pattern of the process list, else by what its script says and how it ends
service_sysv_running() {
	if [ -n "$pattern" ]; then
		service_processes | grep -F -- "$pattern" >/dev/null
		return
	fi
	_words=$(service_sysv_call status 2>&1 </dev/null)
	_rc=$?
	case $_rc in
	0)
		case $_words in *'not running'* | *'is stopped'* | *'inactive'*) return 1 ;; esac
		return 0
		;;
	3) return 1 ;;
	esac
	# scripts without LSB's codes, or without status: their words, then a process of that name
	case $_words in
	*'not running'* | *stopped* | *'dead but'*) return 1 ;;
	*'is running'* | *'start/running'*) return 0 ;;
	esac
	service_processes | awk -v n="$name" '{ c = $1; sub(".*/", "", c); if (c == n) found = 1 } END { exit !found }'
}

# Command lines of all processes, without this shell's own helpers
service_processes() {
	for _proc in /proc/[0-9]*; do
		[ "$_proc" = "/proc/$$" ] || { tr '\0' ' ' <"$_proc/cmdline" 2>/dev/null && echo; }
	done
}

service_sysv_enabled() {
	if command -v chkconfig >/dev/null 2>&1; then
		chkconfig --list "$name" 2>/dev/null | grep -Eq "[${_levels:-2345}]:on"
		return
	fi
	for _link in /etc/rc[2345].d/S[0-9][0-9]"$name" /etc/rc.d/rc[2345].d/S[0-9][0-9]"$name"; do
		[ -e "$_link" ] || continue
		[ -n "$_levels" ] || return 0
		_level=${_link%.d/*}
		case $_levels in *"${_level##*rc}"*) return 0 ;; esac
	done
	return 1
}

service_sysv_enable() {
	if command -v chkconfig >/dev/null 2>&1; then
		if [ "$enabled" = yes ]; then
			chkconfig --add "$name" && chkconfig ${_levels:+--level "$_levels"} "$name" on
		else
			chkconfig ${_levels:+--level "$_levels"} "$name" off
		fi
	elif command -v update-rc.d >/dev/null 2>&1; then
		if [ "$enabled" = yes ]; then
			update-rc.d "$name" defaults && update-rc.d "$name" enable $runlevels
		else
			update-rc.d "$name" defaults && update-rc.d "$name" disable $runlevels
		fi
	elif [ "$enabled" = yes ]; then
		for _level in ${runlevels:-2 3 4 5}; do ln -sf "../init.d/$name" "/etc/rc$_level.d/S50$name" || return 1; done
	else
		for _level in ${runlevels:-2 3 4 5}; do rm -f "/etc/rc$_level.d"/S[0-9][0-9]"$name" || return 1; done
	fi
}

service_sysv() {
	service_script >/dev/null || {
		service_missing
		return 1
	}
	_levels=$(printf '%s' "$runlevels" | tr -d ' \n')
	if [ -n "$enabled" ]; then
		_now=no
		service_sysv_enabled && _now=yes
		[ $_now = "$enabled" ] || service_do "$([ "$enabled" = yes ] && echo enable || echo disable)" service_sysv_enable || return 1
		printf 'enabled=%s\n' "$enabled"
	fi
	service_generic_state service_sysv_running service_sysv_call
}

# $1: function that says whether it runs; $2: function that takes start, stop, restart, reload
service_generic_state() {
	[ -n "$state" ] || return 0
	_is=
	"$1" && _is=1
	case $state:$_is in
	started:1 | stopped:) ;;
	started: | restarted: | reloaded:) service_do start "$2" start ;;
	stopped:1) service_do stop "$2" stop ;;
	reloaded:1) service_do reload "$2" reload ;;
	restarted:1)
		if [ -n "$sleep" ]; then
			service_do stop "$2" stop || return 1
			[ -n "$check" ] || sleep "$sleep"
			service_do start "$2" start
		else
			service_do restart "$2" restart
		fi
		;;
	esac
}

# --- OpenRC, upstart ---

service_openrc_call() { rc-service -q "$name" "$@" $arguments; }

service_openrc_running() { rc-service "$name" status >/dev/null 2>&1 </dev/null; }

service_openrc() {
	rc-service -e "$name" 2>/dev/null || {
		service_missing
		return 1
	}
	_level=${runlevels:-default}
	if [ -n "$enabled" ]; then
		_now=no
		rc-update show "$_level" 2>/dev/null | awk -v n="$name" '$1 == n { found = 1 } END { exit !found }' && _now=yes
		if [ $_now != "$enabled" ]; then
			if [ "$enabled" = yes ]; then _verb=add; else _verb=delete; fi
			service_do $_verb rc-update -q $_verb "$name" "$_level" || return 1
		fi
		printf 'enabled=%s\n' "$enabled"
	fi
	service_generic_state service_openrc_running service_openrc_call
}

service_upstart_call() { initctl "$1" "$name" $arguments; }

service_upstart_running() { initctl status "$name" 2>/dev/null | grep -q 'start/running'; }

# In an .override file the last start or manual stanza counts
service_upstart() {
	_override=/etc/init/$name.override
	if [ -n "$enabled" ]; then
		_now=yes
		grep -qs '^manual' "$_override" && _now=no
		if [ $_now != "$enabled" ]; then
			echo changed=1
			if [ -n "$check" ]; then
				:
			elif [ "$enabled" = no ]; then
				echo manual >>"$_override" || return 1
			else sed '/^manual/d' "$_override" >"$_override.$$" && mv -f "$_override.$$" "$_override" || return 1; fi
		fi
		printf 'enabled=%s\n' "$enabled"
	fi
	service_generic_state service_upstart_running service_upstart_call
}

service_main() {
	_manager=$(service_manager)
	printf 'manager=%s\n' "$_manager"
	case $_manager in
	systemd) service_systemd ;;
	openrc) service_openrc ;;
	upstart) service_upstart ;;
	sysvinit) service_sysv ;;
	*) service_say "unknown service manager $_manager" ;;
	esac
}
