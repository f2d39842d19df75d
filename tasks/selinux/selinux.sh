# shellcheck shell=sh
# shellcheck disable=SC2154 # state, policy, configfile: set by the call
# Remote half of the verb selinux; needs tasks/shared/files/files.sh.

selinux_now() {
	if [ ! -e /sys/fs/selinux/enforce ]; then
		echo disabled
	elif [ "$(cat /sys/fs/selinux/enforce)" = 1 ]; then
		echo enforcing
	else echo permissive; fi
}

selinux_setting() { sed -n "s/^[[:space:]]*$1=//p" "$configfile" | tail -n 1; }

# Sets $1=$2 in the configuration file, whole or not at all
selinux_write() {
	[ "$(selinux_setting "$1")" = "$2" ] && return 0
	echo changed=1
	[ -n "$check" ] && return 0
	toa_create "$configfile" && _new=$toa_new || return 1
	awk -v key="$1" -v value="$2" '
		$0 ~ "^[[:space:]]*" key "=" { print key "=" value; done = 1; next }
		{ print }
		END { if (!done) print key "=" value }' "$configfile" >"$_new" || {
		toa_drop "$_new"
		return 1
	}
	toa_replace "$_new" "$configfile"
}

selinux_main() {
	[ -f "$configfile" ] || {
		echo "Unable to find file $configfile" >&2
		return 1
	}
	_now=$(selinux_now)
	if [ "$state" != disabled ]; then
		[ -n "$policy" ] || {
			echo "Policy is required if state is not 'disabled'" >&2
			return 1
		}
		selinux_write SELINUXTYPE "$policy" || return 1
	fi
	selinux_write SELINUX "$state" || return 1
	if [ "$_now" != "$state" ]; then
		case $_now:$state in
		enforcing:permissive | permissive:enforcing)
			echo changed=1
			[ -n "$check" ] || setenforce "$state" || return 1
			;;
		enforcing:disabled)
			echo reboot=1
			echo changed=1
			[ -n "$check" ] || setenforce 0 || return 1
			;;
		*) echo reboot=1 ;;
		esac
	fi
	echo "policy=$(selinux_setting SELINUXTYPE)"
}
