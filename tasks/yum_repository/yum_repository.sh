# shellcheck shell=sh
# shellcheck disable=SC2154 # path: set by the call
# Remote half of yum_repository, behind the edit. Needs files.sh, edit.sh.

# A file without repositories is no file
yum_repository_after() {
	if [ -z "$check" ] && [ -e "$path" ] && [ ! -s "$path" ]; then rm -f "$path"; fi
	return 0
}
