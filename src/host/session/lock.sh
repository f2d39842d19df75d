# shellcheck shell=sh
# A lock on the host: one controller at a time. Needs bootstrap.sh. The file appears with its content at once (ln), and names the shell that
# holds it by pid, start time and boot id, so that the lock of a dead session is seen to be stale.

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

# Prints what identifies process $1 while it lives: pid, start time, boot (toa_process without the namespace, which all
# who share the lock have in common).
toa_lock_process() {
  toa_known=$(toa_process "$1") && printf '%s\n' "${toa_known% *}"
}

# Whether the lock text $1 names a process that is gone. An unreadable (empty) lock is stale.
toa_lock_stale() {
  toa_pid=${1%% *}
  case $toa_pid in
    '' | *[!0-9]*) return 0 ;;
  esac
  toa_now=$(toa_lock_process "$toa_pid") || return 0
  case $1 in
    "$toa_now "*) return 1 ;;
  esac
  return 0
}

# Takes the lock for owner $1 (one line). Prints its path. rc 3: held by another; prints path, then the lock's text.
toa_lock_take() {
  toa_lock=$(toa_lock_path)
  toa_mine=$toa_lock.$$
  umask 022
  printf '%s %s\n' "$(toa_lock_process $$)" "$1" >"$toa_mine" || return 1
  toa_tries=5
  while [ "$toa_tries" -gt 0 ]; do
    if ln "$toa_mine" "$toa_lock" 2>/dev/null; then
      rm -f "$toa_mine"
      printf '%s\n' "$toa_lock"
      return 0
    fi
    toa_text=$(cat "$toa_lock" 2>/dev/null)
    if [ -n "$toa_text" ] && ! toa_lock_free "$toa_text" "$1"; then
      rm -f "$toa_mine"
      printf '%s\n%s\n' "$toa_lock" "$toa_text"
      return 3
    fi
    toa_lock_clear "$1"
    toa_tries=$((toa_tries - 1))
  done
  rm -f "$toa_mine"
  echo "cannot make $toa_lock" >&2
  return 1
}

# Whether a lock with text $1 may be taken by owner $2: it is the owner's own, or stale.
toa_lock_free() {
  case $1 in
    *" $2") return 0 ;;
  esac
  toa_lock_stale "$1"
}

# Removes a lock that owner $1 may take. Only who holds the guard removes, and looks again under it: else of two that
# saw the same stale lock, the slower one would remove the faster one's new lock.
toa_lock_clear() {
  if ! mkdir "$toa_lock.guard" 2>/dev/null; then
    # The guard of one that died within it.
    find "$toa_lock.guard" -prune -mmin +1 -exec rmdir {} \; 2>/dev/null
    sleep 1
    return 0
  fi
  if [ -e "$toa_lock" ] && toa_lock_free "$(cat "$toa_lock")" "$1"; then rm -f "$toa_lock"; fi
  rmdir "$toa_lock.guard"
}

# Gives the lock of owner $1 back.
toa_lock_release() {
  toa_lock=$(toa_lock_path)
  toa_text=$(cat "$toa_lock" 2>/dev/null)
  case $toa_text in
    *" $1") rm -f "$toa_lock" ;;
  esac
}
