# shellcheck shell=sh
# shellcheck disable=SC2154 # set by the call
# boot_entry: what was before, and a boot on trial: a kernel that nobody proves goes by itself. Needs files.sh.
# Variables: trial_release, trial_seconds, trial_panic (a word that its entry got for the trial)

BOOT_TIMER=/usr/lib/systemd/user/grub-boot-success.timer
BOOT_MASK=/etc/systemd/user/grub-boot-success.timer

boot_name() { printf '%s\n' "$1" | sed 's,%,%25,g; s,/,%2F,g'; }

# The file as it was before our first change
boot_keep() {
	_kept=$BOOT_STATE/before/$(boot_name "$1")
	mkdir -p "$BOOT_STATE/before" || return 1
	if [ -e "$_kept" ] || [ -e "$_kept.none" ]; then return 0; fi
	if [ -e "$1" ]; then cp -pL -- "$1" "$_kept.part" && mv -f -- "$_kept.part" "$_kept"; else : >"$_kept.none"; fi
}

# and what we made of it: what somebody changes later is not taken back
boot_kept_as() {
	toa_sum_of "$1"
	printf '%s\n' "$toa_sum" >"$BOOT_STATE/before/$(boot_name "$1").sum"
}

# Every file that we changed as it was before, unless somebody changed it since
boot_restore() {
	boot_begin
	for _sum in "$BOOT_STATE"/before/*.sum; do
		[ -f "$_sum" ] || continue
		_base=${_sum##*/}
		_path=$(printf '%s\n' "${_base%.sum}" | sed 's,%2F,/,g; s,%25,%,g')
		toa_sum_of "$_path"
		if [ "$toa_sum" != "$(cat "$_sum")" ]; then
			printf 'kept=%s\n' "$_path"
			continue
		fi
		printf 'changed=1\nrestored=%s\n' "$_path"
		[ -z "$check" ] || continue
		boot_restore_one "$_path" "${_sum%.sum}" || return 1
		rm -f "$_sum"
	done
	boot_forget
}

# What was kept of before, and the trial, without touching the boot loader
boot_forget() {
	boot_begin
	[ -d "$BOOT_STATE" ] || return 0
	echo changed=1
	[ -z "$check" ] || return 0
	boot_trial_end
	rm -rf "$BOOT_STATE"
	rmdir "${BOOT_STATE%/*}" 2>/dev/null
	return 0
}

boot_restore_one() { # PATH KEPT
	if [ -e "$2.none" ]; then
		rm -f -- "$1" "$2.none"
		return
	fi
	_real=$1
	if [ -h "$1" ]; then {
		toa_follow "$1" || return 1
		_real=$toa_real
	}; fi
	toa_create "$_real" && cat "$2" >"$toa_new" || return 1
	# shellcheck disable=SC2034 # toa_replace reads them
	mode='' owner='' group=''
	toa_replace "$toa_new" "$_real" || return 1
	case $1 in */etc/default/grub) boot_mkconfig || return 1 ;; esac
	rm -f "$2"
}

# A login must not bless a kernel: Fedora's timer does so two minutes after any.
boot_mask() {
	[ -f "$BOOT_ROOT$BOOT_TIMER" ] && [ ! -e "$BOOT_ROOT$BOOT_MASK" ] && [ ! -h "$BOOT_ROOT$BOOT_MASK" ] || return 0
	mkdir -p "$BOOT_ROOT${BOOT_MASK%/*}" && ln -s /dev/null "$BOOT_ROOT$BOOT_MASK" && : >"$BOOT_STATE/masked" && echo changed=1
}

boot_unmask() {
	[ -f "$BOOT_STATE/masked" ] || return 0
	[ "$(readlink "$BOOT_ROOT$BOOT_MASK")" != /dev/null ] || rm -f "$BOOT_ROOT$BOOT_MASK"
	rm -f "$BOOT_STATE/masked"
	echo changed=1
}

# What watches a boot on trial. It knows only its own file, and runs also where no network came up.
boot_trial_script() {
	printf '#!/bin/sh\n# Made by toa-play: a kernel that is booted once, on trial.\ntrial=%s\n' "$BOOT_STATE/trial"
	cat <<-'EOF'
		[ -f "$trial" ] || exit 0
		value() { sed -n "s/^$1=//p" "$trial" | tail -n 1; }
		note() { echo "$1" >>"$trial"; sync; [ ! -w /dev/kmsg ] || echo "toa: trial of kernel $(value release): $1" >/dev/kmsg; }
		# the kernel's own words of a panic, newer than the trial
		panic() {
			mountpoint -q /sys/fs/pstore 2>/dev/null || mount -t pstore pstore /sys/fs/pstore 2>/dev/null
			find /sys/fs/pstore /var/lib/systemd/pstore /var/crash -type f -newer "$trial" 2>/dev/null | while read -r file; do
				head -c 200000 "$file" | tr -cd '\n -~' | grep -E 'Kernel panic|BUG: |Oops' | head -n 1
			done | sed 's/^.*\(Kernel panic\|BUG: \|Oops\)/\1/' | tail -n 1 | tr -d '\n' | cut -c1-200
		}
		boot=$(cat /proc/sys/kernel/random/boot_id 2>/dev/null)
		[ "$boot" != "$(value from_boot)" ] || exit 0
		if [ "$(uname -r)" != "$(value release)" ]; then
			case $(value outcome) in fell-back | unproven) exit 0 ;; esac
			why=$(panic)
			[ -z "$why" ] || note panicked=1
			reached=
			[ "$(value outcome)" != up ] || reached='it came up, and then: '
			note "reason=$reached${why:-the host started anew, with no word of a panic in pstore or a crash dump}"
			note "failures=$(($(value failures) + 1))"
			note outcome=fell-back
			exit 0
		fi
		[ "$(value outcome)" = up ] || note outcome=up
		sleep "$(value seconds)"
		[ -f "$trial" ] && [ "$(value from_boot)" != "$boot" ] || exit 0
		note "reason=it booted, and nobody proved it within $(value seconds) seconds"
		note "failures=$(($(value failures) + 1))"
		note outcome=unproven
		{ [ -d /run/systemd/system ] && systemctl reboot; } || reboot
		sleep 120
		echo b >/proc/sysrq-trigger
	EOF
}

boot_trial_unit() {
	cat <<-'EOF'
		# Made by toa-play: see /etc/toa/trial.
		[Unit]
		Description=Kernel on trial
		DefaultDependencies=no
		After=local-fs.target
		Conflicts=shutdown.target
		Before=shutdown.target
		[Service]
		Type=simple
		ExecStart=/etc/toa/trial
		[Install]
		WantedBy=sysinit.target
	EOF
}

boot_trial_file() { # PATH MODE, text on standard input
	mkdir -p "${1%/*}" && toa_create "$1" && _new=$toa_new && cat >"$_new" && chmod "$2" "$_new" && mv -f -- "$_new" "$1"
}

boot_trial_set() {
	mkdir -p "$BOOT_STATE" || return 1
	boot_trial_script | boot_trial_file "$BOOT_ROOT/etc/toa/trial" 0755 || return 1
	if [ -d /run/systemd/system ]; then
		boot_trial_unit | boot_trial_file "$BOOT_ROOT/etc/systemd/system/toa-trial.service" 0644 || return 1
		systemctl daemon-reload && systemctl enable toa-trial.service >&2 || return 1
	else
		boot_trial_rc || echo "guard=none"
	fi
	boot_failed_units | boot_trial_file "$BOOT_STATE/units" 0600 || return 1
	_failures=0
	_panic=$trial_panic
	if [ "$(boot_trial_value release)" = "$trial_release" ]; then
		_failures=$(boot_trial_value failures)
		[ -n "$_panic" ] || _panic=$(boot_trial_value panic)
	fi
	# written last: the mark says that all of it is there
	printf 'release=%s\nfrom=%s\nfrom_boot=%s\nseconds=%s\npanic=%s\nfailures=%s\noutcome=waiting\n' "$trial_release" "$(uname -r)" \
		"$(cat /proc/sys/kernel/random/boot_id)" "$trial_seconds" "$_panic" "${_failures:-0}" | boot_trial_file "$BOOT_STATE/trial" 0600
}

boot_trial_value() { sed -n "s/^$1=//p" "$BOOT_STATE/trial" 2>/dev/null | tail -n 1; }

# Names of units that are failed; nothing without systemd
boot_failed_units() {
	[ ! -d /run/systemd/system ] || systemctl list-units --state=failed --no-legend --plain 2>/dev/null | awk '{ print $1 }'
}

# Units that failed under the kernel on trial and had not before
boot_trial_units() {
	boot_failed_units | while read -r _unit; do
		grep -qxF -- "$_unit" "$BOOT_STATE/units" 2>/dev/null || printf 'trial_unit=%s\n' "$_unit"
	done
}

boot_trial_rc() {
	for _rc in /etc/rc.d/rc.local /etc/rc.local /etc/init.d/boot.local; do
		[ -f "$BOOT_ROOT$_rc" ] || continue
		grep -q '/etc/toa/trial' "$BOOT_ROOT$_rc" && return 0
		toa_create "$BOOT_ROOT$_rc" && _new=$toa_new || return 1
		awk 'NR == 1 && /^#!/ { print; print "/etc/toa/trial </dev/null >/dev/null 2>&1 &"; next } NR == 1 { print "/etc/toa/trial </dev/null >/dev/null 2>&1 &" } { print }' "$BOOT_ROOT$_rc" >"$_new"
		toa_like "$BOOT_ROOT$_rc" "$_new"
		chmod +x "$_new"
		mv -f -- "$_new" "$BOOT_ROOT$_rc"
		return
	done
	return 1
}

# The kernel is proven, or given up: nothing watches it any more.
boot_trial_end() {
	rm -f "$BOOT_STATE/trial" "$BOOT_STATE/units" "$BOOT_ROOT/etc/toa/trial"
	if [ -e "$BOOT_ROOT/etc/systemd/system/toa-trial.service" ]; then
		systemctl disable toa-trial.service >/dev/null 2>&1
		rm -f "$BOOT_ROOT/etc/systemd/system/toa-trial.service" "$BOOT_ROOT/etc/systemd/system/sysinit.target.wants/toa-trial.service"
		systemctl daemon-reload 2>/dev/null
	fi
	for _rc in /etc/rc.d/rc.local /etc/rc.local /etc/init.d/boot.local; do
		grep -qs '/etc/toa/trial' "$BOOT_ROOT$_rc" || continue
		toa_create "$BOOT_ROOT$_rc" && _new=$toa_new || return 1
		grep -v '^/etc/toa/trial ' "$BOOT_ROOT$_rc" >"$_new"
		toa_like "$BOOT_ROOT$_rc" "$_new"
		mv -f -- "$_new" "$BOOT_ROOT$_rc"
	done
	rmdir "$BOOT_ROOT/etc/toa" 2>/dev/null
	boot_unmask
}

boot_trial_tell() {
	[ -f "$BOOT_STATE/trial" ] || return 0
	for _key in release from outcome reason seconds panic panicked failures; do
		printf 'trial_%s=%s\n' $_key "$(boot_trial_value $_key)"
	done
	[ "$(boot_trial_value release)" != "$(uname -r)" ] || boot_trial_units
}
