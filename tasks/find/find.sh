# shellcheck shell=sh
# shellcheck disable=SC2154,SC2086 # paths, depth...: set by the call; options are words
# Remote half of find: lists entries with their attributes, and in a second call sums and contents. Needs files.sh.

find_main() {
	# A name with a line break could pass off its second line as another entry: such names are counted, not listed.
	_break='
'
	printf '%s\n' "$paths" | while IFS= read -r _path; do
		[ -n "$_path" ] || continue
		_path=$(toa_expand "$_path")
		if [ ! -d "$_path" ]; then
			printf 'skipped %s\n' "$_path"
			continue
		fi
		[ "$_path" = / ] || _path=${_path%/}
		printf 'path %s\n' "$_path"
		LC_ALL=C find ${follow:+-L} "$_path/" -mindepth 1 ${depth:+-maxdepth "$depth"} \
			-name "*$_break*" -prune -exec sh -c 'echo "broken $#"' sh {} + -o -exec stat -c '%f %a %u %g %s %U %G %Y %i %h %X %Z %d %n' {} + 2>/dev/null
	done
}

# Paths on stdin; answers "SHA-1 SIZE", and the content where it is wanted
find_more() {
	while IFS= read -r _path; do
		if [ ! -r "$_path" ]; then
			echo '- -1'
			continue
		fi
		_sum=-
		[ -z "$get_checksum" ] || _sum=$(toa_sha1 "$_path")
		if [ -n "$contents" ]; then
			_copy=$(mktemp "${TMPDIR:-/tmp}/.toa-find.XXXXXX") || return 1
			cat "$_path" >"$_copy"
			printf '%s %s\n' "$_sum" "$(wc -c <"$_copy" | tr -d ' ')"
			cat "$_copy"
			rm -f "$_copy"
		else
			printf '%s 0\n' "$_sum"
		fi
	done
}
