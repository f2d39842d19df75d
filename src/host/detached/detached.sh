# shellcheck shell=sh
# shellcheck disable=SC2154 # toa_about is set by the script that toa_detached_start gets
# Jobs that go on without the session that started them (`poll: 0`). A job is a file in ~/.ansible_async: while it runs,
# JSON as Ansible writes it, with the pid; at its end, put there at one go, the line
#   toa-async 1 STATUS LATE STARTED ENDED BYTES-OF-ABOUT BYTES-OF-STDOUT BYTES-OF-STDERR
# and those three texts. STATUS is the call's exit status, LATE 1 when its time was over; times are seconds since 1970.

toa_detached_file() {
	toa_job=${ANSIBLE_ASYNC_DIR:-'~/.ansible_async'}
	# shellcheck disable=SC2088 # a literal tilde is looked for
	case $toa_job in '~' | '~/'*) toa_job=$HOME${toa_job#'~'} ;; esac
	toa_job=$toa_job/$1
}

# Starts the script on stdin and says where its result will be. $1 job id, $2 seconds that it may take
toa_detached_start() {
	toa_detached_file "$1"
	(
		umask 077
		mkdir -p "${toa_job%/*}" && cat >"$toa_job.sh" &&
			printf '{"started": 1, "finished": 0, "ansible_job_id": "%s"}\n' "$1" >"$toa_job"
	) || {
		rm -f "$toa_job" "$toa_job.sh"
		return 1
	}
	# This waits until the job has closed its descriptor 3: before that the end of our session could still be its end.
	: "$(
		if command -v setsid >/dev/null 2>&1; then
			setsid /bin/sh "$toa_job.sh" "$1" "$2" "$toa_job" 3>&1 </dev/null >/dev/null 2>&1 &
		else
			(
				trap '' HUP
				exec /bin/sh "$toa_job.sh" "$1" "$2" "$toa_job"
			) 3>&1 </dev/null >/dev/null 2>&1 &
		fi
	)"
	printf '%s\n' "$toa_job"
}

# What the script runs: toa_detached_call, defined before, watched. $toa_about is kept with the result. $1 to $3 as above
toa_detached_run() {
	rm -f "$3.sh"
	toa_umask=$(umask)
	umask 077
	printf '{"started": 1, "finished": 0, "ansible_job_id": "%s", "pid": %s}\n' "$1" $$ >"$3.new" && mv -f "$3.new" "$3"
	exec 3>&-
	toa_started=$(date +%s)
	(
		umask "$toa_umask"
		toa_detached_call
	) >"$3.out" 2>"$3.err" &
	toa_call=$!
	toa_detached_watch "$3" "$2" "$toa_call" >/dev/null 2>&1 &
	toa_watch=$!
	wait "$toa_call"
	toa_rc=$?
	kill "$toa_watch" 2>/dev/null
	toa_late=0
	if [ -e "$3.late" ]; then toa_late=1; fi
	# who sees the result sees nothing else: the pieces go before it gets its name
	toa_detached_result "$3" >"$3.new" && rm -f "$3.out" "$3.err" "$3.late" && mv -f "$3.new" "$3"
	rm -f "$3.out" "$3.err" "$3.late" "$3.new"
}

# $1 job file
toa_detached_result() {
	# shellcheck disable=SC2046 # numbers
	printf 'toa-async 1 %s %s %s %s %s %s %s\n' "$toa_rc" "$toa_late" "$toa_started" "$(date +%s)" \
		$(printf %s "$toa_about" | wc -c) $(wc -c <"$1.out") $(wc -c <"$1.err") &&
		printf %s "$toa_about" && cat "$1.out" "$1.err"
}

# Ends the call when its time is over. $1 job file, $2 seconds, $3 pid
toa_detached_watch() {
	sleep "$2" &
	toa_sleep=$!
	trap 'kill "$toa_sleep"; exit 0' TERM
	wait "$toa_sleep"
	: >"$1.late"
	# the subshell itself first, or it would go on with its next command
	kill -STOP "$3"
	toa_end_children "$3" 1
	kill -KILL "$3"
}

# What is known of job $1: a line none, running, lost or kept; behind kept the file.
toa_detached_look() {
	toa_detached_file "$1"
	[ -f "$toa_job" ] || {
		echo none
		return 0
	}
	IFS= read -r toa_line <"$toa_job"
	case $toa_line in
	*'"finished": 0'*'"pid": '*)
		toa_pid=${toa_line##*'"pid": '}
		toa_pid=${toa_pid%\}}
		if [ -d "/proc/$toa_pid" ]; then echo "running $toa_job"; else
			# it may have ended in between
			IFS= read -r toa_again <"$toa_job"
			if [ "$toa_again" = "$toa_line" ]; then echo "lost $toa_job"; else toa_detached_look "$1"; fi
		fi
		;;
	'' | *'"finished": 0'*) echo "running $toa_job" ;;
	*)
		echo "kept $toa_job"
		cat "$toa_job"
		;;
	esac
}

# Forgets job $1 and says which file that was.
toa_detached_forget() {
	toa_detached_file "$1"
	[ -f "$toa_job" ] || {
		echo none
		return 0
	}
	rm -f "$toa_job" && printf 'kept %s\n' "$toa_job"
}
