# shellcheck shell=sh
# shellcheck disable=SC2154 # set by the call
# kmod_boot: the text of /etc/toa/load, what loads the module at boot, with its crash guard.
# Variables: guard (seconds), tries, params

# It trusts nothing of this run: only /etc/toa, the module, and what it wrote itself below $KMOD_HOME.
kmod_boot_script() {
	cat <<-EOF
		#!/bin/sh
		# Made by toa-play. Loads the module that shows services the client's address (TOA).
		home=$KMOD_HOME
		guard=$guard
		tries=$tries
		params='$params'
	EOF
	kmod_boot_script_guard
	kmod_boot_script_load
}

# The mark is there while the module is young. When a boot finds the mark of another boot, the host went down in that time:
# forgiven until it was so for the $tries-th time in a row, but not where the kernel left a panic. It is kept out for one
# boot, and tried again at the next: a host that goes down without the module did not go down because of it.
kmod_boot_script_guard() {
	cat <<-'EOF'
		mark=$home/loading deaths=$home/deaths out=$home/out
		say() { echo "toa: $*"; [ ! -w /dev/kmsg ] || echo "toa: $*" >/dev/kmsg; }
		boot=$(cat /proc/sys/kernel/random/boot_id 2>/dev/null)
		kinds=$(cat /etc/toa/kinds 2>/dev/null || echo default)
		# what the kernel said of a panic after the mark was left: pstore (ERST, EFI), a crash dump
		panic() {
			grep -q ' /sys/fs/pstore ' /proc/mounts || mount -t pstore pstore /sys/fs/pstore 2>/dev/null
			find /sys/fs/pstore /var/lib/systemd/pstore /var/crash -type f -newer "$mark" 2>/dev/null | while read -r file; do
				case $file in */vmcore*) echo 'Kernel panic: there is a crash dump' && continue ;; esac
				head -c 200000 "$file" | tr -cd '\n -~' | grep -E 'Kernel panic|BUG: |Oops' | head -n 1
			done | sed 's/^.*\(Kernel panic\|BUG: \|Oops\)/\1/' | tail -n 1 | tr -d '\n' | cut -c1-160
		}
		# the other receiver in its place, where its program is and the kernel takes it
		bridge() {
			for bpf in /var/lib/toa/bin /opt/toa/bin /usr/local/lib/toa/bin /root/.toa/bin; do
				[ -x "$bpf/toa-bpf" ] || continue
				list=--any
				[ ! -f /etc/toa/allow ] || list='--allow /etc/toa/allow'
				# shellcheck disable=SC2086
				if "$bpf/toa-bpf" attach --kinds "$kinds" $list >/dev/null; then say "the eBPF receiver bridges"; return; fi
			done
		}
		keep_out() {
			printf 'boot=%s\nreason=%s\n' "$boot" "$1" >"$out" && sync
			say "not loaded: $1; it is tried again at the next boot, or by the playbook with toa_after_crash: load"
			bridge
			exit 1
		}
		[ ! -e /proc/net/toa ] || exit 0
		if [ -e "$mark" ] && [ "$(cat "$mark")" != "$boot" ]; then
			died=$(($(cat "$deaths" 2>/dev/null || echo 0) + 1))
			why=$(panic)
			echo "$died" >"$deaths" && rm -f "$mark" && sync
			[ -z "$why" ] || keep_out "the host went down while the module was young: $why"
			[ "$died" -lt "$tries" ] || keep_out "the host went down while the module was young, $died times in a row"
			say "the host went down while the module was young: forgiven once"
		fi
		if grep -qs "^boot=$boot\$" "$out"; then say "not loaded: kept out for this boot"; exit 1; fi
		rm -f "$out"
	EOF
}

kmod_boot_script_load() {
	cat <<-'EOF'
		ko=$home/modules/$(uname -r)/toa.ko
		# a kernel that came without its module: its headers may be there by now
		[ -f "$ko" ] || [ ! -x /etc/toa/rebuild ] || /etc/toa/rebuild "$(uname -r)"
		if [ ! -f "$ko" ]; then
			say "not loaded: no module for $(uname -r); run the playbook again"
			bridge
			exit 1
		fi
		first=any
		[ -f /etc/toa/allow ] && first=none
		printf '%s\n' "$boot" >"$mark" && sync
		# shellcheck disable=SC2086
		insmod "$ko" kinds="$kinds" allow=$first $params
		status=$?
		if [ $status = 0 ] && [ -f /etc/toa/allow ]; then cat /etc/toa/allow >/proc/net/toa_allow; fi
		if [ $status != 0 ]; then rm -f "$mark"; say "insmod failed"; bridge; exit $status; fi
		# an orderly shutdown within that time (TERM) is no death, and ends the row
		(trap 'rm -f "$mark" "$deaths"; exit 0' TERM; sleep "$guard" & wait; rm -f "$mark" "$deaths"; sync) >/dev/null 2>&1 </dev/null &
		exit 0
	EOF
}
