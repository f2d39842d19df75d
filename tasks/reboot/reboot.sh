# shellcheck shell=sh
# shellcheck disable=SC2154 # seconds, message, command: set by the call
# Remote half of the verb reboot.

# boot=ID release=KERNEL: the boot id is new after each boot (2.6.32 has it too).
reboot_state() {
	printf 'boot=%s\n' "$(cat /proc/sys/kernel/random/boot_id 2>/dev/null || cut -d. -f1 /proc/stat)"
	printf 'release=%s\n' "$(uname -r)"
}

# Starts the reboot apart from this connection, so that the answer still gets out.
reboot_now() {
	if [ -n "$command" ]; then
		_do=$command
	elif command -v shutdown >/dev/null 2>&1; then
		# shellcheck disable=SC2016 # expanded when it is evaluated
		_do='shutdown -r now "$message"'
	elif [ -d /run/systemd/system ]; then
		_do='systemctl reboot'
	elif command -v reboot >/dev/null 2>&1; then
		_do=reboot
	else
		echo 'neither shutdown nor reboot is there' >&2
		return 127
	fi
	export message
	(trap '' HUP; sleep "$seconds"; eval "$_do") >/dev/null 2>&1 </dev/null &
}
