# shellcheck shell=sh
# Says something again and again, so long that nobody listens in the end. $1: made at the beginning, $2: at the end
t_long() {
  touch "$1"
  for t_n in 1 2 3 4 5 6 7 8 9 10; do
    echo "$t_n"
    echo "$t_n" >&2
    sleep 0.05
  done
  touch "$2"
}
