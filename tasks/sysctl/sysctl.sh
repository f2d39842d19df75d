# shellcheck shell=sh
# shellcheck disable=SC2154 # name, value...: set by the call
# Remote half of sysctl: the live value around the edit of the file. Needs files.sh, edit.sh.

# fs.file-max and net/ipv4/conf/eth0.1/forwarding both are names: the first separator tells
sysctl_path() {
	case $1 in
	*/*) _sep=${1%%[./]*}; case ${1#"$_sep"} in /*) printf '/proc/sys/%s\n' "$1"; return ;; esac ;;
	esac
	printf '/proc/sys/%s\n' "$(printf '%s' "$1" | tr './' '/.')"
}

sysctl_live() { tr '\t' ' ' <"$(sysctl_path "$name")" 2>/dev/null; }

sysctl_prepare() { printf 'live=%s\n' "$(sysctl_live | tr '\n' ' ')"; }

sysctl_after() {
	if [ -n "$sysctl_set" ] && [ "$state" = present ]; then
		_proc=$(sysctl_path "$name")
		if [ ! -e "$_proc" ]; then
			[ -n "$ignoreerrors" ] || { echo "setting $name failed: cannot stat $_proc: No such file or directory" >&2; return 1; }
		elif [ "$(sysctl_live | tr -s ' \n' ' ' | sed 's/ $//')" != "$value" ]; then
			echo changed=1
			if [ -z "$check" ]; then
				printf '%s\n' "$value" >"$_proc" || [ -n "$ignoreerrors" ] || { echo "setting $name failed: the kernel refuses $value" >&2; return 1; }
			fi
		fi
	fi
	[ -n "$reload" ] && [ -z "$check" ] || return 0
	command -v sysctl >/dev/null 2>&1 || { echo 'Failed to find required executable "sysctl" in paths' >&2; return 1; }
	_said=$(sysctl ${ignoreerrors:+-e} -p "$path" 2>&1 </dev/null) || [ -n "$ignoreerrors" ] || {
		echo "Failed to reload sysctl: $(printf '%s' "$_said" | tr '\n' ' ')" >&2
		return 1
	}
}
