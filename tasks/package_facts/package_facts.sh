# shellcheck shell=sh
# shellcheck disable=SC2154,SC2016 # managers, strategy: set by the call; dpkg's own ${...}
# Remote half of package_facts: one line per package, fields parted by tabs.

package_facts_one() {
	case $1 in
	apt)
		command -v dpkg-query >/dev/null 2>&1 || return 1
		echo '=apt'
		dpkg-query -W -f '${db:Status-Abbrev}\t${Package}\t${Version}\t${Architecture}\t${Section}\n' | sed -n 's/^.i.\t//p'
		;;
	rpm)
		command -v rpm >/dev/null 2>&1 && rpm -q --quiet -a 2>/dev/null && [ -n "$(rpm -qa 2>/dev/null | head -n 1)" ] || return 1
		echo '=rpm'
		rpm -qa --qf '%{NAME}\t%{VERSION}\t%{RELEASE}\t%{EPOCH}\t%{ARCH}\n'
		;;
	apk)
		command -v apk >/dev/null 2>&1 || return 1
		echo '=apk'
		apk info -v 2>/dev/null | sed -n 's/^\(.*\)-\([^-]*-r[0-9]*\)$/\1\t\2/p'
		;;
	esac
}

package_facts_main() {
	_found=
	for _manager in $managers; do
		package_facts_one "$_manager" || continue
		_found=1
		[ "$strategy" = all ] || return 0
	done
	[ -n "$_found" ] || {
		echo "Could not detect a supported package manager from the following list: [$managers], or the required program is missing" >&2
		return 1
	}
}
