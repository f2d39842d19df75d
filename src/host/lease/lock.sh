# shellcheck shell=sh
# shellcheck disable=SC2034 # what read puts behind the first word
# The host's lock: a lease, one controller at a time (docs/adr/0010). Needs bootstrap.sh, and watch.sh for what holds it.
# The file has one line and appears with it at once:
#   END NUMBER PID START BOOT NAMESPACE OWNER
# END: seconds since boot, ten digits, renewed in place while the holder is fed. NUMBER: grows with each take, hundredths
# of a second since boot. PID to NAMESPACE: the shell that holds it, as toa_process tells. OWNER: the controller's run.
# Only who has made the file LOCK.claim.NUMBER may remove or replace the lock of that number. So nobody removes a newer
# one by mistake, and a claim whose maker was killed is passed by under another name (.1).

# Prints the lock's path: of the whole host for root, of the account for others.
toa_lock_path() {
	if [ "$(id -u)" = 0 ]; then
		for toa_dir in /run /var/run; do
			if [ -w "$toa_dir/." ]; then
				printf '%s\n' "$toa_dir/toa-play.lock"
				return 0
			fi
		done
	fi
	printf '%s\n' "${HOME:-/}/.toa-play.lock"
}

# Sets toa_text, toa_end and toa_number from the lock $1; empty and 0 where there is none, or no line of ours.
toa_lock_read() {
	toa_text=
	read -r toa_text 2>/dev/null <"$1"
	toa_end=${toa_text%% *}
	toa_number=${toa_text#* }
	toa_number=${toa_number%% *}
	case $toa_end-$toa_number in
	*[!0-9-]* | -* | *-) toa_end=0 toa_number=0 ;;
	esac
	# without the zeros that would make it octal
	while :; do case $toa_end in 0?*) toa_end=${toa_end#0} ;; *) break ;; esac done
}

# Sets toa_up and toa_hundredths: the time since boot.
toa_uptime() {
	toa_up=0.0
	read -r toa_up toa_rest </proc/uptime
	toa_hundredths=${toa_up%.*}${toa_up#*.}
	toa_up=${toa_up%.*}
}

# Sets toa_me to what this shell is known by.
toa_lock_self() {
	toa_me=$(toa_process $$) || {
		echo '/proc is needed to hold a lock' >&2
		return 1
	}
	# every field has a word
	case $toa_me in *' ') toa_me=$toa_me- ;; esac
}

# Whether the process that the line $1 of a lock or claim names is gone, or never was (a line that is not ours).
toa_lock_gone() {
	# shellcheck disable=SC2086 # fields
	set -- $1
	case ${3-} in '' | *[!0-9]*) return 0 ;; esac
	case ${6-} in -) set -- "$1" "$2" "$3" "${4-}" "${5-}" '' ;; esac
	toa_process_gone "$3 ${4-} ${5-} ${6-}"
}

# Whether the lock that was read may be taken by owner $1: with $2 "take" always; else if it is the owner's own, its
# holder is gone, or its time is over.
toa_lock_free() {
	case $toa_text in *" $1") return 0 ;; esac
	[ "$2" = take ] || toa_lock_over
}

# Whether what was read is over: its time, or the process that it names.
toa_lock_over() {
	toa_uptime
	[ "$toa_end" -lt "$toa_up" ] || toa_lock_gone "$toa_text"
}

# Takes the lock for owner $1 (one line). $2: "take" takes it whoever holds it; "again" only if nobody took it since the
# boot $3. $4: its path, where that is known. Prints its path, the line without its end, and what stood there before. rc 3: held by another (4: taken by
# another since); prints path, line, and the seconds that its lease goes on.
toa_lock_take() {
	toa_lock=${4-}
	[ -n "$toa_lock" ] || toa_lock=$(toa_lock_path)
	toa_mine=$toa_lock.$$
	umask 022
	toa_how=$2
	toa_lock_self || return 1
	# what was before another boot is over
	case $toa_me in *" $3 "*) ;; *) toa_how=${2%again} ;; esac
	toa_tries=5
	while [ "$toa_tries" -gt 0 ]; do
		toa_tries=$((toa_tries - 1))
		toa_lock_read "$toa_lock"
		toa_lock_may "$1" || return
		toa_lock_write "$1" || return 1
		if [ -e "$toa_lock" ]; then toa_lock_replace "$1"; else ln "$toa_mine" "$toa_lock" 2>/dev/null; fi && toa_lock_taken && return 0
		rm -f "$toa_mine"
		# somebody else is about to
		sleep 1
	done
	echo "cannot make $toa_lock" >&2
	return 1
}

# Whether the lock that was read may be had; else tells who has it.
toa_lock_may() {
	toa_rc=3
	case $toa_how:$toa_text in
	again:*" $1") return 0 ;;
	again:*) toa_rc=4 ;;
	*) if ! [ -e "$toa_lock" ] || toa_lock_free "$1" "$toa_how"; then return 0; fi ;;
	esac
	toa_uptime
	printf '%s\n%s\n%s\n' "$toa_lock" "$toa_text" "$((toa_end - toa_up))"
	return $toa_rc
}

# Writes a line for owner $1 into the file toa_mine, with a number beyond the one that was read.
toa_lock_write() {
	toa_uptime
	toa_next=$toa_hundredths
	[ $((toa_next > toa_number)) = 1 ] || toa_next=$((toa_number + 1))
	toa_lease="$toa_next $toa_me $1"
	rm -f "$toa_mine"
	printf '%010d %s\n' "$((toa_up + 40))" "$toa_lease" >"$toa_mine"
}

# Puts toa_mine in the place of the lock that was read, if owner $1 still may. With $2 "away" nothing comes in its place.
toa_lock_replace() {
	toa_old=$toa_number toa_before=$toa_text toa_claim=$toa_lock.claim.$toa_number
	while ! ln "$toa_mine" "$toa_claim" 2>/dev/null; do
		toa_lock_read "$toa_claim"
		[ -n "$toa_text" ] || return 1
		# shells do one thing after another: a claim of this one was cut off
		case $toa_text in *" $toa_me "*) ;; *) toa_lock_over || return 1 ;; esac
		toa_claim=$toa_claim.1
	done
	toa_lock_read "$toa_lock"
	toa_rc=1
	if [ -e "$toa_lock" ] && [ "$toa_number" = "$toa_old" ] && toa_lock_free "$1" "$toa_how"; then
		if [ -n "${2-}" ]; then rm -f "$toa_lock"; else mv -f "$toa_mine" "$toa_lock"; fi
		toa_rc=$?
	fi
	rm -f "$toa_claim"
	return $toa_rc
}

# Says what was taken, and removes what killed ones have left: claims of other numbers, lines that were not put in place.
toa_lock_taken() {
	rm -f "$toa_mine"
	for toa_left in "$toa_lock".claim.* "$toa_lock".[0-9]*; do
		case $toa_left in "$toa_lock.claim.$toa_next"*) continue ;; esac
		toa_lock_read "$toa_left"
		if [ -n "$toa_text" ] && toa_lock_over; then rm -f "$toa_left"; fi
	done
	printf '%s\n%s\n%s\n' "$toa_lock" "$toa_lease" "${toa_before-}"
}

# Gives the lock of owner $1 back.
toa_lock_release() {
	toa_lock=$(toa_lock_path)
	toa_mine=$toa_lock.$$
	toa_how=
	toa_lock_read "$toa_lock"
	case $toa_text in *" $1") ;; *) return 0 ;; esac
	umask 022
	toa_lock_self && toa_lock_write "$1" && toa_lock_replace "$1" away
	rm -f "$toa_mine"
	toa_lock_taken >/dev/null
}

# From here on calls of this shell are made under the lease $2 of the lock $1 (the line that toa_lock_take gave).
toa_hold() {
	TOA_LOCK=$1 TOA_LEASE=$2
	TOA_BOOT=${2#* * * }
	TOA_OWNER=${TOA_BOOT#* * }
	TOA_BOOT=${TOA_BOOT%% *}
	toa_watch
}

# The same for a shell that takes the place of one which held the lock $3 for owner $1 since boot $2.
toa_hold_again() {
	TOA_LOCK=$3 TOA_LEASE=''
	# its lines: path, line, what was before
	TOA_SAID=$(toa_lock_take "$1" again "$2" "$3" 2>/dev/null) || return
	TOA_SAID=${TOA_SAID#*
}
	toa_hold "$TOA_LOCK" "${TOA_SAID%%
*}"
}

# Whether this shell's lease is still its own, or of its run, and goes on for some seconds.
toa_held() {
	TOA_LINE=
	read -r TOA_LINE 2>/dev/null <"$TOA_LOCK"
	[ -n "$TOA_LEASE" ] || return 1
	case ${TOA_LINE#* } in "$TOA_LEASE" | *" $TOA_OWNER") ;; *) return 1 ;; esac
	TOA_END=${TOA_LINE%% *}
	while :; do case $TOA_END in 0?*) TOA_END=${TOA_END#0} ;; *) break ;; esac done
	read -r TOA_UP TOA_REST </proc/uptime
	[ "$TOA_END" -lt $((${TOA_UP%.*} + 5)) ] || return 0
	toa_hold_again "$TOA_OWNER" "$TOA_BOOT" "$TOA_LOCK"
	[ -n "$TOA_LEASE" ]
}

# What a call says that is not made because of that.
toa_unheld() {
	printf 'toa-lease-lost %s\n' "$TOA_LINE"
	return 120
}
