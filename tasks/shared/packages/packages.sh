# shellcheck shell=sh
# shellcheck disable=SC2154,SC2086 # variables are set by the call; lists of words are meant to split
# Packages by apt, yum, dnf or zypper. Variables: manager (or auto), names (one per line), state (present, latest, absent),
# update_cache, cache_valid_time (s), options (words for the manager), check, and apt's purge, install_recommends, release.
# Answers: manager=, before=NAME VERSION, changed=1, and behind "--output--" what the manager said.

packages_find() {
	[ "$manager" = auto ] || {
		printf '%s\n' "$manager"
		return 0
	}
	for _m in apt-get dnf yum zypper; do
		if command -v $_m >/dev/null 2>&1; then
			# a Debian with dnf installed is still Debian
			printf '%s\n' "${_m%-get}"
			return 0
		fi
	done
	return 1
}

packages_rpm_based() {
	[ -e /etc/redhat-release ] || [ -e /etc/centos-release ] || [ -e /etc/SuSE-release ] ||
		grep -Eqs '^ID(_LIKE)?=.*(rhel|fedora|centos|suse)' /etc/os-release
}

# Version installed of $1, or nothing
packages_version() {
	case $_manager in
	apt)
		dpkg-query -W -f '${db:Status-Abbrev} ${Version}\n' "${1%%=*}" 2>/dev/null | awk '$1 ~ /^.i/ { print $2; exit }'
		;;
	*) rpm -q --qf '%{VERSION}-%{RELEASE}\n' "$1" 2>/dev/null | awk 'NF == 1 { print; exit }' ;;
	esac
}

# rc 0 when what $1 asks for is installed (name, name=version, name-version, a capability or a group counts by asking rpm)
packages_have() {
	case $_manager in
	apt)
		_have=$(packages_version "$1")
		[ -n "$_have" ] || return 1
		case $1 in
		*=*)
			_want=${1#*=}
			# shellcheck disable=SC2254 # a pattern such as 1.2* is meant
			case $_have in $_want) return 0 ;; *) return 1 ;; esac
			;;
		esac
		;;
	*)
		case $1 in
		*'>='* | *'<='* | *'='* | *'<'* | *'>'*) _cap=$(printf '%s' "$1" | sed 's/\([<>=]\{1,2\}\)/ \1 /') ;;
		*) _cap=$1 ;;
		esac
		rpm -q "$1" >/dev/null 2>&1 || rpm -q --whatprovides "$_cap" >/dev/null 2>&1
		;;
	esac
}

packages_update_cache() {
	case $_manager in
	apt)
		if [ "${cache_valid_time:-0}" -gt 0 ] && [ -n "$(find /var/lib/apt/periodic/update-success-stamp /var/lib/apt/lists -maxdepth 0 -newermt "-$cache_valid_time seconds" 2>/dev/null)" ]; then
			return 0
		fi
		[ -n "$check" ] && return 0
		_list_before=$(ls -l /var/lib/apt/lists 2>/dev/null)
		_log=$(apt-get -o Acquire::Retries="$retries" -o DPkg::Lock::Timeout="$lock_timeout" update 2>&1)
		_rc=$?
		# apt-get update says 0 with a repository down: only its words tell
		if [ $_rc -ne 0 ] || printf '%s\n' "$_log" | grep -q '^[EW]: Failed to fetch'; then
			printf -- '--output--\n%s\n' "$_log"
			return 100
		fi
		[ "$_list_before" = "$(ls -l /var/lib/apt/lists 2>/dev/null)" ] || echo cache_updated=1
		touch /var/lib/apt/periodic/update-success-stamp 2>/dev/null
		;;
	dnf | yum) [ -n "$check" ] || $_manager -y -q $options makecache >/dev/null 2>&1 || return 0 ;;
	zypper)
		[ -n "$check" ] && return 0
		_log=$(zypper --non-interactive --quiet refresh 2>&1) || {
			_rc=$?
			printf -- '--output--\n%s\n' "$_log"
			return $_rc
		}
		;;
	esac
	return 0
}

# Runs the manager for the names in $_todo. $1: install, upgrade or remove
packages_run() {
	_simulate=
	case $_manager:$1 in
	apt:remove)
		_verb=remove
		[ -n "$purge" ] && _verb=purge
		[ -n "$check" ] && _simulate=-s
		apt-get -y -q $_simulate -o DPkg::Lock::Timeout="$lock_timeout" $options $_verb $_todo
		;;
	apt:*)
		[ -n "$check" ] && _simulate=-s
		[ "$1" = upgrade ] && [ -n "$only_upgrade" ] && _simulate="$_simulate --only-upgrade"
		case $install_recommends in yes) _simulate="$_simulate --install-recommends" ;; no) _simulate="$_simulate --no-install-recommends" ;; esac
		[ -n "$release" ] && _simulate="$_simulate -t $release"
		apt-get -y -q $_simulate -o DPkg::Lock::Timeout="$lock_timeout" \
			$dpkg_options $options install $_todo
		;;
	zypper:*)
		[ -n "$check" ] && _simulate=--dry-run
		_verb=$1
		[ "$1" = upgrade ] && _verb=update
		_keep=--auto-agree-with-licenses
		[ "$install_recommends" = yes ] || _keep="$_keep --no-recommends"
		[ "$1" != remove ] || _keep=
		zypper --non-interactive $options $_verb $_simulate $_keep $command_options -- $_todo
		;;
	*)
		_verb=$1
		[ "$1" = upgrade ] && _verb=install
		if [ -n "$check" ]; then
			$_manager --assumeno $options $_verb $_todo
			_rc=$?
			# --assumeno ends with 1 when it would have done something
			[ $_rc -le 1 ] && return 0
			return $_rc
		fi
		$_manager -y $options $_verb $_todo
		_rc=$?
		[ $_rc -eq 0 ] && [ -n "$allow_downgrade" ] && [ $_verb = install ] || return $_rc
		# an older version that is named: yum only says that a newer one is there
		for _n in $_todo; do
			packages_have "$_n" || $_manager -y $options downgrade "$_n" || return
		done
		;;
	esac
}

packages_step() {
	_todo=$2
	[ -n "$_todo" ] || return 0
	_log=$(packages_run "$1" 2>&1 </dev/null)
	_rc=$?
	_all="$_all$_log
"
	return $_rc
}

packages_remember() {
	printf '%s\n' "$names" | while IFS= read -r _n; do
		[ -n "$_n" ] && printf '%s %s\n' "$_n" "$(packages_version "$_n")"
	done
}

# Sets _manager, and says it
packages_manager() {
	_manager=$(packages_find) || {
		echo "no package manager found: apt-get, dnf, yum and zypper are all missing" >&2
		return 1
	}
	if [ "$manager" = auto ] && [ "$_manager" = apt ] && packages_rpm_based; then
		for _m in dnf yum zypper; do command -v $_m >/dev/null 2>&1 && {
			_manager=$_m
			break
		}; done
	fi
	echo "manager=$_manager"
}

packages_main() {
	export DEBIAN_FRONTEND=noninteractive
	unset LANGUAGE
	packages_manager || return 1
	_all=
	[ -z "$update_cache" ] || packages_update_cache || return $?
	_missing=
	_there=
	_old=$(packages_remember)
	set -f
	while IFS= read -r _name; do
		[ -n "$_name" ] || continue
		if packages_have "$_name"; then _there="$_there $_name"; else _missing="$_missing $_name"; fi
	done <<-EOF
		$names
	EOF
	case $state in
	present) packages_step install "$_missing" ;;
	latest)
		# yum and dnf with update_only: what is not there is left so
		if [ -z "$only_upgrade" ] || [ "$_manager" = apt ]; then packages_step install "$_missing"; else _missing=; fi &&
			packages_step upgrade "$_there"
		;;
	absent) packages_step remove "$_there" ;;
	esac
	_rc=$?
	set +f
	if [ -n "$check" ]; then
		case $state in
		present) [ -n "$_missing" ] && echo changed=1 ;;
		absent) [ -n "$_there" ] && echo changed=1 ;;
		latest)
			if [ -n "$_missing" ] || printf '%s' "$_all" | grep -Eq '^(Inst |Upgrading|Updating|The following .*(upgraded|going to be upgraded))'; then echo changed=1; fi
			;;
		esac
	elif [ "$_old" != "$(packages_remember)" ]; then
		echo changed=1
	fi
	printf -- '--output--\n%s' "$_all"
	return $_rc
}
