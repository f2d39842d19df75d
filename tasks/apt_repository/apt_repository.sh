# shellcheck shell=sh
# shellcheck disable=SC2154 # target: set by the call
# Remote half of apt_repository: all one-line lists of the host, and writing one of them. Needs files.sh, apt-lists.sh.

apt_repository_read() {
	printf 'codename=%s\n' "$(apt_lists_codename)"
	for _file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
		[ -f "$_file" ] || continue
		printf 'file=%s\n' "$_file"
		sed 's/^/line=/' "$_file"
		echo
	done
}

# Stdin: for each file "path lines-count" and that many lines; a count of 0 removes the file
apt_repository_write() {
	while read -r _count _file; do
		if [ "$_count" = 0 ]; then
			rm -f "$_file" || return 1
			continue
		fi
		mkdir -p "${_file%/*}" && toa_create "$_file" && _new=$toa_new || return 1
		_at=0
		while [ $_at -lt "$_count" ]; do
			IFS= read -r _line || break
			printf '%s\n' "$_line"
			_at=$((_at + 1))
		done >"$_new"
		toa_replace "$_new" "$_file" || return 1
		if [ -n "$mode" ]; then chmod "$mode" "$_file" || return 1; fi
	done
	apt_lists_after
}
