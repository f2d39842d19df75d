# shellcheck shell=sh
# shellcheck disable=SC2154 # dest: set by the call
# Remote half of deb822_repository with state absent; needs files.sh.

deb822_repository_main() {
	[ -e "$dest" ] || return 0
	echo changed=1
	[ -n "$check" ] || rm -f "$dest"
}
