# shellcheck shell=sh
# shellcheck disable=SC2154 # name, value...: set by the call
# Remote half of sysctl: the live value around the edit of the file. Needs files.sh, edit.sh.

# fs.file-max and net/ipv4/conf/eth0.1/forwarding both are names: the first separator tells
sysctl_path() {
	case $1 in
	*/*)
		_sep=${1%%[./]*}
		case ${1#"$_sep"} in /*)
			printf '/proc/sys/%s\n' "$1"
			return
			;;
		esac
		;;
	esac
	printf '/proc/sys/%s\n' "$(printf '%s' "$1" | tr './' '/.')"
}

sysctl_live() {
	_of=$(sysctl_path "$name")
	case $_of/ in */../*) return 1 ;; esac
	tr '\t' ' ' <"$_of" 2>/dev/null
}

# The kernel's value is set before the file is looked at: one that it refuses is not to be written anywhere
sysctl_prepare() {
	printf 'live=%s\n' "$(sysctl_live | tr '\n' ' ')"
	if [ -z "$sysctl_set" ] || [ "$state" != present ] || [ -n "$check" ]; then return 0; fi
	_proc=$(sysctl_path "$name")
	case $_proc/ in */../*)
		echo "$name is not the name of a kernel parameter" >&2
		return 1
		;;
	esac
	if [ ! -e "$_proc" ]; then
		[ -n "$ignoreerrors" ] || {
			echo "setting $name failed: cannot stat $_proc: No such file or directory" >&2
			return 1
		}
	elif [ "$(sysctl_live | tr -s ' \n' ' ' | sed 's/ $//')" != "$value" ]; then
		sysctl_write "$_proc" || [ -n "$ignoreerrors" ] || {
			echo "setting $name failed: the kernel refuses $value" >&2
			return 1
		}
	fi
}

# By a program: the printf of some shells does not tell that a write failed
sysctl_write() { printf '%s\n' "$value" | dd of="$1" bs=4096 conv=notrunc 2>/dev/null; }

sysctl_after() {
	[ -n "$reload" ] && [ -z "$check" ] || return 0
	command -v sysctl >/dev/null 2>&1 || {
		echo 'Failed to find required executable "sysctl" in paths' >&2
		return 1
	}
	_said=$(sysctl ${ignoreerrors:+-e} -p "$path" 2>&1 </dev/null)
	_rc=$?
	# some say so and end with 0 (https://bugzilla.redhat.com/show_bug.cgi?id=1264080)
	if printf '%s\n' "$_said" | grep -Eq '^sysctl: setting key "[^"]+":? .*(Invalid argument|Read-only file system)$'; then _rc=1; fi
	# with ignoreerrors sysctl itself (-e) knows what to pass over: keys that there are not
	[ $_rc = 0 ] || {
		echo "Failed to reload sysctl: $(printf '%s' "$_said" | tr '\n' ' ')" >&2
		return 1
	}
}
