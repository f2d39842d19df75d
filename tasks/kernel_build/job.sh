# shellcheck shell=sh
# shellcheck disable=SC2154 # tree, key...: set by the call
# kernel_build: the build itself, as a job that goes on when the session ends. Its state is TREE/.toa-build: key, targets and
# options (a word a line), jobs, done (targets that are through), pid, rc, built (the key of what is built), objects.
# Needs files.sh, kernel.sh and kernel_build.sh.

kernel_job_lives() {
	_pid=$(cat .toa-build/pid 2>/dev/null) && [ -n "$_pid" ] && tr '\0' ' ' <"/proc/$_pid/cmdline" 2>/dev/null | grep -q 'toa-build/job'
}

kernel_job_tell() {
	[ -d .toa-build ] || return 0
	printf 'job=%s\nbuilt=%s\n' "$(cat .toa-build/key 2>/dev/null)" "$(cat .toa-build/built 2>/dev/null)"
	if kernel_job_lives; then echo lives=1; fi
	kernel_job_result
}

kernel_job_result() {
	_release=$(kernel_release .)
	printf 'release=%s\nimage=%s\nlog=%s\nobjects=%s\n' "$_release" "$(kernel_image .)" "$(cat .toa-build/log 2>/dev/null)" "$(cat .toa-build/objects 2>/dev/null)"
}

# The script of the job: it knows its folder, and nothing else.
kernel_job_script() {
	cat <<-'EOS'
		#!/bin/sh
		# Made by toa-play: the build of a kernel, which goes on when the run that started it is cut off.
		state=$1
		cd "$state/.." || exit 1
		rm -f "$state/rc"
		echo $$ >"$state/pid"
		read -r jobs <"$state/jobs"
		set -f
		IFS='
		'
		set -- $(cat "$state/options")
		rc=0
		for target in $(cat "$state/targets"); do
			if grep -qxF -- "$target" "$state/done" 2>/dev/null; then continue; fi
			# in 2.4 these two write what all others read
			case $target in dep | clean | mrproper) many= ;; *) many=-j$jobs ;; esac
			printf '== make %s %s\n' "$many" "$target"
			make $many "$@" "$target" </dev/null || { rc=$?; break; }
			echo "$target" >>"$state/done"
		done
		count=$(grep -cE '^ +(CC|AS|LD|AR|HOSTCC)|(^|[ /])(gcc|cc)[ -].* -c ' "$(cat "$state/log")")
		if [ $rc = 0 ]; then
			[ -s "$state/objects" ] && [ "$(cat "$state/objects")" -gt "$count" ] || echo "$count" >"$state/objects"
			sync
			cat "$state/key" >"$state/built.new" && mv -f "$state/built.new" "$state/built"
		fi
		echo $rc >"$state/rc.new" && mv -f "$state/rc.new" "$state/rc"
	EOS
}

# Starts it, unless it lives. Variables: tree, key, targets, options, jobs
kernel_job_start() {
	kernel_build_enter || return 1
	if kernel_job_lives; then return 0; fi
	mkdir -p .toa-build "$KERNEL_HOME/log" || return 1
	# targets that went through belong to the same order only
	[ "$(cat .toa-build/key 2>/dev/null)" = "$key" ] || rm -f .toa-build/done
	rm -f .toa-build/built .toa-build/rc .toa-build/pid
	# a kernel's Makefile takes LC_ALL away: LANG is what its programs speak
	_log=$KERNEL_HOME/log/${tree##*/}-$key.log
	printf '%s\n' "$key" >.toa-build/key && printf '%s\n' "$targets" >.toa-build/targets && printf '%s\n' "$options" >.toa-build/options &&
		printf '%s\n' "$jobs" >.toa-build/jobs && printf '%s\n' "$_log" >.toa-build/log && kernel_job_script >.toa-build/job || return 1
	printf '\n== %s: kernel %s\n' "$(date)" "$(kernel_version .)" >>"$_log" || return 1
	if _setsid=$(kernel_program setsid); then
		LC_ALL=C LANG=C "$_setsid" /bin/sh "$tree/.toa-build/job" "$tree/.toa-build" </dev/null >>"$_log" 2>&1 &
	else
		(
			trap '' HUP
			LC_ALL=C LANG=C exec /bin/sh "$tree/.toa-build/job" "$tree/.toa-build" </dev/null >>"$_log" 2>&1
		) &
	fi
	# it has to say who it is before this session may go
	_times=0
	while [ ! -s .toa-build/pid ] && [ $_times -lt 100 ]; do
		sleep 0.1 2>/dev/null || sleep 1
		_times=$((_times + 1))
	done
}

# Waits for its end, and says meanwhile how many objects there are. Variables: tree
kernel_job_wait() {
	kernel_build_enter || return 1
	_log=$(cat .toa-build/log)
	_pause=0.2 _turns=0
	while kernel_job_lives; do
		sleep $_pause 2>/dev/null || sleep 1
		_turns=$((_turns + 1))
		[ $_turns -lt 20 ] || _pause=1
		printf 'count=%s\n' "$(awk '/^== / { n = 0 } /^ +(CC|AS|LD|AR|HOSTCC)/ || / -c / { n++ } END { print n + 0 }' "$_log")"
	done
	printf 'rc=%s\n' "$(cat .toa-build/rc 2>/dev/null)"
	kernel_job_result
	[ "$(cat .toa-build/rc 2>/dev/null)" != 0 ] || return 0
	# of a build with many compilers the first error stands far above the end
	echo --output--
	awk '/^== .*: kernel / { n = 0 } { line[++n] = $0 } END { for (i = 1; i <= n; i++) print line[i] }' "$_log" | tr -d '\r' | awk '
		/[Ee]rror|\*\*\*|No space left|not found|No rule|Killed|undefined reference|warning: defined/ && shown < 80 { print; shown++ }
		{ last[NR % 60] = $0 }
		END { for (i = NR - 59; i <= NR; i++) if (i > 0) print last[i % 60] }'
}
