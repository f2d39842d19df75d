# shellcheck shell=sh
# shellcheck disable=SC2154 # seconds, message, command: set by the call
# Remote half of the verb reboot.

# boot=ID release=KERNEL: the boot id is new after each boot (2.6.32 has it too).
reboot_state() {
	printf 'boot=%s\n' "$(cat /proc/sys/kernel/random/boot_id 2>/dev/null || cut -d. -f1 /proc/stat)"
	printf 'release=%s\n' "$(uname -r)"
}

# Starts the reboot apart from this connection, so that the answer still gets out. The user's command is a shell's text;
# this shell does not read it: what it has of ours is the message alone.
reboot_now() {
	# no option of shutdown
	case $message in -*) message=" $message" ;; esac
	if [ -n "$command" ]; then
		export message
		set -- sh -c "$command"
	elif command -v shutdown >/dev/null 2>&1; then
		set -- shutdown -r now "$message"
	elif [ -d /run/systemd/system ]; then
		set -- systemctl reboot
	elif command -v reboot >/dev/null 2>&1; then
		set -- reboot
	else
		echo 'neither shutdown nor reboot is there' >&2
		return 127
	fi
	(
		trap '' HUP
		sleep "$seconds"
		exec "$@"
	) >/dev/null 2>&1 </dev/null &
}
