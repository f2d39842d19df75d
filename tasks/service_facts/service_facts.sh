# shellcheck shell=sh
# Remote half of service_facts: lines "source|name|state|status".

service_facts_sysv() {
	if command -v chkconfig >/dev/null 2>&1; then
		_lists=$(chkconfig --list 2>/dev/null)
	else
		_lists=
	fi
	for _script in /etc/init.d/* /etc/rc.d/init.d/*; do
		if [ ! -x "$_script" ] || [ ! -f "$_script" ]; then continue; fi
		_name=${_script##*/}
		case $_name in functions | halt | killall | single | reboot | rc | rcS | skeleton | README | *.dpkg-*) continue ;; esac
		_status=disabled
		if [ -n "$_lists" ]; then
			printf '%s\n' "$_lists" | grep -Eq "^${_name}[[:space:]].*[35]:on" && _status=enabled
		else
			for _link in /etc/rc[2345].d/S[0-9][0-9]"$_name"; do [ -e "$_link" ] && _status=enabled; done
		fi
		# a script may do anything when asked for its status; scripts of the boot itself are not asked
		_state=stopped
		if "$_script" status >/dev/null 2>&1 </dev/null; then _state=running; fi
		printf 'sysv|%s|%s|%s\n' "$_name" "$_state" "$_status"
	done
}

service_facts_systemd() {
	systemctl list-units --no-pager --no-legend --plain --type service --all 2>/dev/null |
		awk '{ sub(/^[^ a-zA-Z0-9@_.-]+ */, ""); n = $1; s = ($4 == "running") ? "running" : ($2 == "not-found" || $2 == "masked" || $3 == "failed") ? ($3 == "failed" ? "failed" : "stopped") : "stopped"; st = ($2 == "not-found") ? "not-found" : ($3 == "failed") ? "failed" : "unknown"; print "systemd|" n "|" s "|" st }'
	systemctl list-unit-files --no-pager --no-legend --type service --all 2>/dev/null | awk '{ print "file|" $1 "||" $2 }'
}

service_facts_main() {
	if [ -d /run/systemd/system ]; then
		service_facts_systemd
	elif command -v rc-status >/dev/null 2>&1; then
		rc-status -a -s -r 2>/dev/null | awk '/\[/ { print "openrc|" $1 "|" (/started/ ? "running" : "stopped") "|unknown" }'
	else
		if command -v initctl >/dev/null 2>&1; then
			initctl list 2>/dev/null | awk '{ s = ($2 ~ /running/) ? "running" : "stopped"; print "upstart|" $1 "|" s "|unknown" }'
		fi
		service_facts_sysv
	fi
}
