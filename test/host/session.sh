# shellcheck shell=sh
# Functions that the session's tests call.

t_echo() { printf '%s' "$1"; }
t_vars() { printf '%s|%s' "${one:-unset}" "${two:-unset}"; }
t_args() { for t_a in "$@"; do printf '<%s>' "$t_a"; done; }
t_cat() { cat; }
t_touch() { : >"$1"; }
t_both() {
  printf 'out'
  printf 'err' >&2
  return 7
}
t_exit() { exit 9; }
t_cd() { cd / && one=changed && umask 0; }
t_pwd() {
  pwd
  umask
}
t_bytes() { head -c "$1" /dev/zero; }
t_sleep() {
  echo started
  sleep "$1"
  echo finished
}
t_kill_shell() { kill -9 $$; }
t_env() { env; }
t_read_all() { while read -r t_line; do printf '[%s]' "$t_line"; done; }
t_binary() { printf 'a\000b\377\n\n'; }
t_count() { wc -c; }
# What a call that runs in place must leave as it was: variables, options, umask, folder, traps.
t_state() {
  # bash prints functions too, unless it is to behave
  # shellcheck disable=SC3040
  if (set -o posix) 2>/dev/null; then set -o posix; fi
  set
  set +o 2>/dev/null
  umask
  pwd
  trap
}
t_says() {
  echo "out"
  echo "said $1" >&2
  return "$1"
}
t_slow() {
  sleep "$1"
  return 3
}
