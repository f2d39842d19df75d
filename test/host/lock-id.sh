# shellcheck shell=sh
# For the lock's tests: any user but root, so that the lock is made in HOME.

id() { echo 1000; }
