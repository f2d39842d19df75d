# shellcheck shell=sh
# For the lock's tests: who puts a lock in place, or takes it away, is killed there.

lock_killed() {
  kill -9 $$
  sh -c 'kill -9 $PPID'
}
mv() { lock_killed; }
rm() { case $2 in *.lock) lock_killed ;; *) command rm "$@" ;; esac }
