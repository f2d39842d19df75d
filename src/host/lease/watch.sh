# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154 # what read puts behind the first word; TOA_LOCK, TOA_LEASE: lock.sh
# A shell to which nothing has come for half a minute ends (docs/adr/0010). Its own process cannot tell: it waits in a
# read without end. So another one looks at it every ten seconds: the controller sends a line as often, each of which the
# kernel counts as a time that the shell slept. Needs bootstrap.sh. Names of variables that live on in the shell are in
# upper case, so that calls in the shell itself do not take them back.

# Begins to watch this shell, anew if it is watched already. With a lease (lock.sh) its watcher renews that, too.
toa_watch() {
	toa_unwatch
	# Nobody's child: what ends the children of this shell (toa_end_children) lets it be, and they are counted without it.
	TOA_WATCHER=$(
		toa_watch_loop $$ &
		echo $!
	)
	TOA_WATCHER_SINCE=$(toa_since "$TOA_WATCHER")
	trap toa_unwatch EXIT
}

toa_unwatch() {
	[ -z "${TOA_WATCHER-}" ] || [ "$(toa_since "$TOA_WATCHER")" != "${TOA_WATCHER_SINCE:-gone}" ] || kill "$TOA_WATCHER"
	TOA_WATCHER=
} 2>/dev/null

# What the controller says every ten seconds.
toa_alive() { [ -d "/proc/${TOA_WATCHER:-none}" ] || toa_watch; }

# Prints when process $1 began, if it lives.
toa_since() {
	read -r toa_stat <"/proc/$1/stat" || return 1
	# shellcheck disable=SC2086 # fields, behind the name, which may hold blanks and parentheses
	set -- ${toa_stat##*) }
	[ "$1" != Z ] && printf '%s\n' "${20}"
} 2>/dev/null

# Watches shell $1 until it is gone.
toa_watch_loop() {
	# By exec: what is redirected for one command is kept open beside it, and the session would not end before this.
	exec </dev/null >/dev/null 2>&1
	cd / || return
	trap 'kill "$toa_nap"; exit 0' TERM
	toa_since=$(toa_since "$1") && toa_lease_open
	toa_was='' toa_still=0
	while [ "$(toa_since "$1")" = "${toa_since:-unknown}" ]; do
		if toa_moved "$1"; then
			toa_still=0
			toa_lease_renew
		else
			toa_still=$((toa_still + 1))
		fi
		if [ "$toa_still" -ge 3 ]; then toa_watch_end "$1"; fi
		sleep 10 7<&- &
		toa_nap=$!
		wait "$toa_nap"
	done
}

# Whether shell $1 has read anything since the last time, or waits for something else than that: a program of its own, a
# disk. Where the kernel does not tell (before 2.6.23), it has.
toa_moved() {
	toa_state='' toa_now=''
	while read -r toa_key toa_value toa_rest; do
		case $toa_key in
		State:) toa_state=$toa_value ;;
		voluntary_ctxt_switches:) toa_now=$toa_value ;;
		esac
	done <"/proc/$1/status"
	if [ -n "$toa_now" ] && [ "$toa_now" = "$toa_was" ] && [ "$toa_state" = S ] && ! toa_has_children "$1"; then return 1; fi
	toa_was=$toa_now
}

# Whether process $1 has children. What the kernel lists may lack one while another ends: none is looked for twice.
toa_has_children() {
	toa_children=
	read -r toa_children 2>/dev/null <"/proc/$1/task/$1/children"
	[ -n "$toa_children" ] || [ -n "$(toa_descendants "$1")" ]
}

toa_watch_end() {
	kill -TERM "$1"
	sleep 1
	[ "$(toa_since "$1")" != "$toa_since" ] || kill -KILL "$1"
	exit 0
}

# The lease's own file stays open: renewing it reaches no file that has taken its place.
toa_lease_open() {
	toa_line=
	[ -z "${TOA_LEASE-}" ] || { command exec 7<"$TOA_LOCK" && read -r toa_line <&7; }
	[ -n "$toa_line" ] && [ "${toa_line#* }" = "$TOA_LEASE" ] || TOA_LEASE=
}

# Writes a new end over the old one, which has as many digits.
toa_lease_renew() {
	[ -n "$TOA_LEASE" ] || return 0
	read -r toa_up toa_rest </proc/uptime
	printf '%010d' "$((${toa_up%.*} + 40))" 1<>/proc/self/fd/7
}
