# shellcheck shell=sh
# Loaded first into every shell. Defines functions only; toa_session_start is called once by the controller.

# The same environment whatever profile ran before. Keeps the login's umask, HOME and user names.
toa_session_start() {
  unset ENV BASH_ENV CDPATH GREP_OPTIONS GREP_COLOR LS_COLORS POSIXLY_CORRECT TMOUT PROMPT_COMMAND MAIL MAILPATH
  unset LC_COLLATE LC_CTYPE LC_MESSAGES LC_MONETARY LC_NUMERIC LC_TIME LANGUAGE
  IFS=' 	
'
  [ -n "${PATH:-}" ] || PATH=/usr/local/bin:/usr/bin:/bin
  for toa_dir in /usr/local/bin /usr/bin /bin /usr/local/sbin /usr/sbin /sbin; do
    case ":$PATH:" in
    *":$toa_dir:"*) ;;
    *) PATH=$PATH:$toa_dir ;;
    esac
  done
  export PATH
  # Messages in English, UTF-8 kept: C.UTF-8 where the C library has it (without asking `locale`, which costs a fork).
  LC_ALL=C
  for toa_dir in /usr/lib/locale/C.utf8 /usr/lib/locale/C.UTF-8 /usr/lib64/locale/C.utf8; do
    if [ -d "$toa_dir" ]; then LC_ALL=C.UTF-8; fi
  done
  LANG=$LC_ALL
  export LC_ALL LANG
  # Drops what is queued behind the call that is being ended. Subshells, where calls run, do not inherit the trap.
  # shellcheck disable=SC2034 # read by the text around calls
  toa_dropping=
  trap 'toa_dropping=1' USR1
  toa_scratch_sweep
  cd "${HOME:-/}" 2>/dev/null || cd / || return
  unset toa_dir toa_base toa_pid toa_start toa_boot toa_rest
}

# Removes folders of dead sessions, wherever they are. Each session asks, so without a process where there are only those
# of sessions that live.
toa_scratch_sweep() {
  for toa_base in "${TMPDIR:-}" /var/tmp /tmp "${HOME:-}" /dev/shm /run; do
    for toa_dir in "${toa_base:-/dev/null}"/.toa-play.*; do
      if [ -d "$toa_dir" ] && ! toa_scratch_lives "$toa_dir/.owner"; then
        toa_scratch_clean "$toa_base"
        break
      fi
    done
  done
}

# Whether the process that file $1 names surely lives: its number and start are of one that runs, in this boot.
toa_scratch_lives() {
  read -r toa_pid toa_start toa_boot toa_rest <"$1" || return 1
  case $toa_pid in '' | *[!0-9]*) return 1 ;; esac
  read -r toa_rest </proc/sys/kernel/random/boot_id && [ "$toa_rest" = "$toa_boot" ] || return 1
  read -r toa_rest <"/proc/$toa_pid/stat" || return 1
  # shellcheck disable=SC2086 # fields, behind the name, which may hold blanks and parentheses
  set -- ${toa_rest##*) }
  [ "${20-}" = "$toa_start" ]
} 2>/dev/null

# A call with status $1, which the calls behind it depend on.
toa_status() {
  # shellcheck disable=SC2034 # read by the text around calls
  [ "$1" -eq 0 ] || toa_dropping=1
  return "$1"
}

# What a call that is dropped says: no call of its own that went well looks like it.
toa_dropped() { return 121; }

# A folder for this session alone. Tries several places: /tmp may be noexec or full, a home read-only.
# $1: the random end of its name. $2: file name to find leftovers (a prefix). Prints its path.
toa_scratch_make() {
  for toa_base in "${TMPDIR:-}" /var/tmp /tmp "${HOME:-}" /dev/shm /run; do
    case $toa_base in
    /*) ;;
    *) continue ;;
    esac
    if ! [ -w "$toa_base/." ]; then continue; fi
    toa_dir=$toa_base/.toa-play.$1
    (umask 077 && mkdir "$toa_dir") 2>/dev/null || continue
    if toa_scratch_runs "$toa_dir"; then
      toa_process $$ >"$toa_dir/.owner"
      toa_scratch_clean "$toa_base"
      printf '%s\n' "$toa_dir"
      return 0
    fi
    rm -rf "$toa_dir"
  done
  echo 'no folder to work in: TMPDIR, /var/tmp, /tmp, HOME, /dev/shm and /run are not writable, full, or mounted noexec' >&2
  return 1
}

# Whether files can be written and executed in folder $1.
toa_scratch_runs() {
  printf '#!/bin/sh\nexit 0\n' >"$1/.try" 2>/dev/null && chmod 700 "$1/.try" && "$1/.try" 2>/dev/null || return 1
  rm -f "$1/.try"
}

# Removes our own folders of dead sessions from folder $1: whose owner is gone, or who do not name one and are older than
# a day; and what calls made there by mktemp, a day old. Never follows links; what is ours cannot be swapped where others
# may not rename it.
toa_scratch_clean() {
  find "$1/." ! -name . -prune -user "$(id -u)" \( -type d -name '.toa-play.*' -print -o \
    ! -name '.toa-play.*' \( -name '.toa-*.??????' -o -name '.toa.??????' \) -mtime +0 -exec rm -rf {} \; \) 2>/dev/null |
    while read -r toa_old; do
      toa_owner=
      [ -f "$toa_old/.owner" ] && read -r toa_owner <"$toa_old/.owner"
      if [ -n "$toa_owner" ]; then
        if toa_process_gone "$toa_owner"; then rm -rf "$toa_old"; fi
      else
        find "$toa_old" -prune -mtime +0 -exec rm -rf {} + 2>/dev/null
      fi
    done
  return 0
}

# Prints what process $1 is known by while it lives: number, start time, boot, and the namespace that the number is of
# (of another one nothing can be said). Without /proc nothing.
toa_process() {
  [ -r "/proc/$1/stat" ] || return 1
  toa_boot='?'
  [ ! -r /proc/sys/kernel/random/boot_id ] || read -r toa_boot </proc/sys/kernel/random/boot_id
  toa_pid=$1
  read -r toa_stat <"/proc/$1/stat" || return 1
  # behind the name, which may hold blanks and parentheses
  # shellcheck disable=SC2086 # fields
  set -- ${toa_stat##*) }
  printf '%s %s %s %s\n' "$toa_pid" "${20}" "$toa_boot" "$(readlink /proc/self/ns/pid 2>/dev/null)"
} 2>/dev/null

# Whether the process that text $1 of toa_process names is surely gone: the host started anew, or in our own namespace
# its number is free or another's.
toa_process_gone() {
  toa_me=$(toa_process $$) || return 1
  # shellcheck disable=SC2086 # fields
  set -- $1 '' "$toa_me"
  case $1 in '' | *[!0-9]*) return 1 ;; esac
  toa_known="$1 $2 $3 ${4:-}"
  toa_boot=${toa_me#* * }
  toa_boot=${toa_boot%% *}
  [ "$3" = "$toa_boot" ] || return 0
  [ "${4:-}" = "${toa_me##* }" ] || return 1
  [ "$(toa_process "$1")" != "$toa_known" ]
}

# Prints the pids of all descendants of process $1, from /proc (field 4 of stat, after the name in parentheses).
toa_descendants() {
  cat /proc/[0-9]*/stat 2>/dev/null | sed 's/ (.*) / /' | awk -v root="$1" '
    { parent[$1] = $3 }
    END {
      for (pid in parent) {
        p = pid
        for (n = 0; n < 200 && p in parent && p != root; n++) p = parent[p]
        if (p == root && pid != root) print pid
      }
    }'
}

# Ends what the shell with pid $1 is running (all its descendants, not itself): TERM, then KILL after $2 seconds.
toa_end_children() {
  toa_pids=$(toa_descendants "$1")
  [ -n "$toa_pids" ] || return 0
  # All stand still first: else a shell sees its command die and goes on with the next line before its own TERM comes.
  for toa_signal in STOP TERM CONT; do
    # shellcheck disable=SC2086 # a list of numbers
    kill "-$toa_signal" $toa_pids 2>/dev/null
  done
  toa_left=$(($2 * 5))
  while [ "$toa_left" -gt 0 ]; do
    toa_alive=
    for toa_pid in $toa_pids; do
      if kill -0 "$toa_pid" 2>/dev/null; then toa_alive="$toa_alive $toa_pid"; fi
    done
    [ -n "$toa_alive" ] || return 0
    sleep 0.2 2>/dev/null || {
      sleep 1
      toa_left=$((toa_left - 4))
    }
    toa_left=$((toa_left - 1))
  done
  # shellcheck disable=SC2086
  kill -KILL $toa_alive 2>/dev/null
  return 0
}
