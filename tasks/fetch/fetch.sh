# shellcheck shell=sh
# shellcheck disable=SC2154 # src: set by the call
# Remote half of fetch: where the file is and its sum. Needs files.sh.

fetch_main() {
	src=$(toa_expand "$src")
	toa_said=
	toa_tell path "$src"
	printf %s "$toa_said"
	if [ -d "$src" ]; then
		echo 'problem=remote file is a directory, fetch cannot work on directories'
	elif [ ! -e "$src" ]; then
		printf 'missing=1\nproblem=the remote file does not exist\n'
	elif [ ! -r "$src" ]; then
		echo 'problem=no read permission on remote file'
	else printf 'sum=%s\n' "$(toa_sha1 "$src")"; fi
}
