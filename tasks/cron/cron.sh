# shellcheck shell=sh
# shellcheck disable=SC2154 # user, cron_file...: set by the call
# Remote half of cron: reads and writes a table. Needs files.sh.

cron_program() { command -v crontab >/dev/null 2>&1 || {
	echo 'Failed to find required executable "crontab" in paths' >&2
	return 1
}; }

# Words for crontab: another's table only when it is not our own
cron_tab() {
	if [ -n "$user" ] && [ "$user" != "$(id -un)" ]; then crontab -u "$user" "$@"; else crontab "$@"; fi
}

cron_read() {
	if [ -n "$cron_file" ]; then
		printf 'exists=%s\n' "$([ -e "$cron_file" ] && echo 1)"
		echo '--output--'
		[ ! -e "$cron_file" ] || cat "$cron_file"
		return
	fi
	cron_program || return 1
	# 1 also means "no table yet"
	_table=$(
		cron_tab -l 2>/dev/null
		printf '%s' "rc=$?"
	)
	case ${_table##*rc=} in 0 | 1) ;; *)
		echo 'Unable to read crontab' >&2
		return 1
		;;
	esac
	echo '--output--'
	printf '%s' "${_table%rc=*}"
}

# The new table on stdin; $old: SHA-1 of the table that the controller edited
cron_write() {
	_new=$(mktemp "${TMPDIR:-/tmp}/.toa-cron.XXXXXX") || return 1
	_was=$(mktemp "${TMPDIR:-/tmp}/.toa-cron.XXXXXX") || {
		rm -f "$_new"
		return 1
	}
	if [ -n "$cron_file" ]; then cat "$cron_file" >"$_was" 2>/dev/null; else cron_tab -l >"$_was" 2>/dev/null; fi
	if [ "$(toa_sha1 "$_was")" != "$old" ]; then
		rm -f "$_new" "$_was"
		echo 'the table was changed by someone else while it was being edited' >&2
		return 75
	fi
	if [ -n "$backup" ]; then
		_kept=$(mktemp "${TMPDIR:-/tmp}/crontab.XXXXXX") && cat "$_was" >"$_kept" && printf 'backup_file=%s\n' "$_kept"
	fi
	rm -f "$_was"
	cat >"$_new"
	if [ -z "$cron_file" ]; then
		cron_tab "$_new"
	elif [ -n "$remove" ]; then
		rm -f "$cron_file"
	else
		toa_create "$cron_file" && cat "$_new" >"$toa_new" && {
			umask 022
			toa_replace "$toa_new" "$cron_file"
		}
	fi
	_rc=$?
	rm -f "$_new"
	return $_rc
}
