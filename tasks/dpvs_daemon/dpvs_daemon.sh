# shellcheck shell=sh
# shellcheck disable=SC2154 # variables are set by the call
# Remote half of dpvs_daemon; needs tasks/shared/{files,toa}.sh.

dpvs_sys=${dpvs_sys-/sys}
DPVS_FILES='/etc/toa/dpvs.up /etc/toa/dpvs.run /etc/toa/dpvs.nics /etc/toa/dpvs.pages'

dpvs_pid() {
	_pid=
	[ ! -r /var/run/dpvs.pid ] || read -r _pid </var/run/dpvs.pid || :
	case $_pid in '' | *[!0-9]*) return 1 ;; esac
	kill -0 "$_pid" 2>/dev/null && printf '%s' "$_pid"
}

# Huge pages as they were before the first of ours: `PATH COUNT`
dpvs_pages_before() {
	for _file in "$dpvs_sys"/devices/system/node/node[0-9]*/hugepages/hugepages-"${page_kb}"kB/nr_hugepages; do
		[ -r "$_file" ] && read -r _count <"$_file" && printf '%s %s\n' "$_file" "$_count"
	done
	return 0
}

# The folder of the controller's texts, all of them
dpvs_files() {
	[ -e /etc/toa/dpvs.pages ] || [ -n "$check" ] || toa_write /etc/toa/dpvs.pages 0644 "$(dpvs_pages_before)" >/dev/null || return 1
	toa_write /etc/toa/dpvs.nics 0644 "$nics" && toa_write "$conf_file" 0644 "$conf" &&
		toa_write /etc/toa/dpvs.up 0755 "$up" && toa_write /etc/toa/dpvs.run 0755 "$run" || return 1
	if [ "$(toa_init)" = systemd ]; then toa_boot_unit dpvs "$unit"; else dpvs_rc add; fi
}

# Where no systemd is, rc.local starts it
dpvs_rc() {
	toa_rc_file >/dev/null 2>&1 || return 0
	_command='sh /etc/toa/dpvs.up && setsid sh /etc/toa/dpvs.run </dev/null >/dev/null 2>&1 &'
	if [ "$1" = add ]; then toa_rc_add "$_command" && toa_commit; else toa_rc_drop "$_command"; fi
}

# Pages, modules and NICs as planned; `would=` lines of the script become changes
dpvs_host() {
	_script=/etc/toa/dpvs.up
	if [ -n "$check" ]; then
		printf '%s\n' "$up" | sh -s check >"$toa_said" 2>&1
	else
		sh "$_script" >"$toa_said" 2>&1
	fi
	_rc=$?
	if grep -q '^would=' "$toa_said"; then echo changed=1; fi
	sed -n 's/^would=/did=/p' "$toa_said"
	[ $_rc = 0 ] || sed -n 's/^dpvs: /refused=/p' "$toa_said" | head -n 1
	return $_rc
}

dpvs_stop() {
	_old=$(dpvs_pid) || return 0
	if [ "$(toa_init)" = systemd ] && [ -e /etc/systemd/system/dpvs.service ]; then
		systemctl stop dpvs.service
	else
		kill "$_old"
	fi
	_turns=0
	while kill -0 "$_old" 2>/dev/null; do
		[ $_turns -lt 60 ] || {
			echo "DPVS ($_old) does not end" >&2
			return 1
		}
		_turns=$((_turns + 1))
		sleep 0.5 2>/dev/null || sleep 1
	done
	rm -f /var/run/dpvs.pid
}

dpvs_start() {
	if [ "$(toa_init)" = systemd ]; then
		systemctl start dpvs.service
	else
		setsid sh /etc/toa/dpvs.run </dev/null >/dev/null 2>&1 &
	fi
}

# The log of this start: what it printed, and what its own log has since
dpvs_log() {
	cat "$start_log" 2>/dev/null
	[ -n "$log" ] && [ -r "$log" ] || return 0
	awk -v mark="$started" '$0 == mark { text = ""; next } { text = text $0 "\n" } END { printf "%s", text }' "$log"
}

# Waits until it answers, or is gone
dpvs_wait() {
	_until=$(($(date +%s) + timeout))
	while :; do
		if _links=$(dpip link show 2>/dev/null) && _now=$(dpvs_pid); then
			printf 'pid=%s\n' "$_now"
			return 0
		fi
		[ "$(date +%s)" -lt $_until ] || return 0
		sleep 0.5 2>/dev/null || sleep 1
	done
}

# Started, or told to read its configuration again, or left alone with the word that a restart is needed
dpvs_running() {
	if ! _pid=$(dpvs_pid); then
		echo changed=1
		[ -n "$check" ] || dpvs_start
	elif [ "$(cat /var/run/toa-dpvs.sum 2>/dev/null)" != "$sum" ]; then
		if [ -n "$restart" ]; then
			echo changed=1
			[ -n "$check" ] || { dpvs_stop && dpvs_start; } || return 1
		else
			echo pending=1
		fi
	elif [ -n "$conf_changed" ]; then
		[ -n "$check" ] || kill -HUP "$_pid"
	fi
}

dpvs_daemon_main() {
	command -v "$program" >/dev/null 2>&1 || [ -n "$check" ] || {
		echo "missing=$program"
		return 0
	}
	conf_changed=
	[ -f "$conf_file" ] && [ "$(cat "$conf_file")" = "$conf" ] || conf_changed=1
	dpvs_files || return 1
	toa_said=$(mktemp "${TMPDIR:-/tmp}/toa-dpvs.XXXXXX") || return 1
	_rc=0
	# a DPVS that runs has what it needs, and its NICs are not touched
	dpvs_pid >/dev/null || dpvs_host || _rc=$?
	rm -f "$toa_said"
	[ $_rc = 0 ] || return 0
	[ -n "$start" ] || return 0
	dpvs_running || return 1
	[ -z "$check" ] || return 0
	dpvs_wait
	echo --output--
	printf '%s\n' "${_links-}"
	echo --log--
	dpvs_log | tail -n 2000
}

# NICs back to the kernel's drivers, of the table that was kept; not those that DPDK does not have
dpvs_back() {
	[ -r /etc/toa/dpvs.nics ] || return 0
	while read -r _name _mac _pci _driver _rest; do
		case $_name in '#'*) continue ;; esac
		_device=$dpvs_sys/bus/pci/devices/$_pci
		_is=$(readlink "$_device/driver" 2>/dev/null) || _is=
		case ${_is##*/} in igb_uio | vfio-pci | uio_pci_generic) ;; *) continue ;; esac
		echo changed=1
		[ -z "$check" ] || continue
		[ ! -e "$_device/driver_override" ] || echo >"$_device/driver_override"
		echo "$_pci" >"$_device/driver/unbind"
		echo "$_pci" >"$dpvs_sys/bus/pci/drivers/$_driver/bind" || echo "warn=$_pci did not go back to $_driver"
	done </etc/toa/dpvs.nics
}

dpvs_pages_back() {
	[ -r /etc/toa/dpvs.pages ] || return 0
	while read -r _file _count; do
		_have=0
		[ ! -r "$_file" ] || read -r _have <"$_file"
		[ "$_have" -gt "$_count" ] || continue
		echo changed=1
		[ -n "$check" ] || echo "$_count" >"$_file"
	done </etc/toa/dpvs.pages
}

dpvs_daemon_absent() {
	if dpvs_pid >/dev/null; then
		echo changed=1
		[ -n "$check" ] || dpvs_stop || return 1
	fi
	dpvs_back
	dpvs_pages_back
	toa_boot_unit_drop dpvs
	dpvs_rc drop
	[ ! -f "$conf_file" ] || ! head -n 1 "$conf_file" | grep -q 'Made by toa-play' || toa_remove "$conf_file"
	for _path in $DPVS_FILES; do toa_remove "$_path"; done
	[ -n "$check" ] || {
		rm -f /var/run/toa-dpvs.sum "$start_log"
		rmdir /etc/toa 2>/dev/null
	}
	return 0
}
