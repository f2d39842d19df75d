# shellcheck shell=sh
# shellcheck disable=SC2154,SC2015 # name, hwclock: set by the call
# Remote half of timezone; needs files.sh.

timezone_now() {
	# the link as it is: UTC is a link to Etc/UTC itself
	_link=$(readlink /etc/localtime 2>/dev/null)
	case $_link in *zoneinfo/*) ;; *) _link=$(readlink -f /etc/localtime 2>/dev/null) ;; esac
	case $_link in
	*/zoneinfo/*)
		_link=${_link#*/zoneinfo/}
		_link=${_link#posix/}
		printf '%s\n' "${_link#right/}"
		;;
	*)
		if [ -s /etc/timezone ]; then
			head -n 1 /etc/timezone
		else sed -n 's/^\(ZONE\|TIMEZONE\)="\{0,1\}\([^"]*\)"\{0,1\}.*/\2/p' /etc/sysconfig/clock 2>/dev/null | head -n 1; fi
		;;
	esac
}

timezone_clock() {
	if [ "$(sed -n 3p /etc/adjtime 2>/dev/null)" = LOCAL ]; then echo local; else echo UTC; fi
}

timezone_set() {
	if [ -d /run/systemd/system ] && command -v timedatectl >/dev/null 2>&1; then
		timedatectl set-timezone "$name" && return 0
	fi
	toa_sweep /etc/localtime
	ln -s "$_zone" "/etc/.toa-localtime.$$.$TOA_HERE" && mv -f "/etc/.toa-localtime.$$.$TOA_HERE" /etc/localtime || return 1
	if [ -e /etc/timezone ]; then printf '%s\n' "$name" >/etc/timezone || return 1; fi
	if [ -e /etc/sysconfig/clock ]; then
		_key=ZONE
		grep -q '^TIMEZONE=' /etc/sysconfig/clock && _key=TIMEZONE
		toa_create /etc/sysconfig/clock && _new=$toa_new || return 1
		awk -v k="$_key" -v v="$name" 'index($0, k "=") == 1 { next } { print } END { print k "=\"" v "\"" }' /etc/sysconfig/clock >"$_new" &&
			toa_replace "$_new" /etc/sysconfig/clock
	fi
}

timezone_set_clock() {
	if [ -d /run/systemd/system ] && command -v timedatectl >/dev/null 2>&1; then
		timedatectl set-local-rtc "$([ "$hwclock" = local ] && echo yes || echo no)"
		return
	fi
	_mode=UTC
	[ "$hwclock" = local ] && _mode=LOCAL
	[ -e /etc/adjtime ] || printf '0.0 0 0.0\n0\nUTC\n' >/etc/adjtime
	toa_create /etc/adjtime && _new=$toa_new && awk -v m=$_mode 'NR == 3 { print m; next } { print }' /etc/adjtime >"$_new" && toa_replace "$_new" /etc/adjtime
}

timezone_main() {
	if [ -n "$name" ]; then
		case /$name/ in */../*)
			echo "given timezone \"$name\" is not available" >&2
			return 1
			;;
		esac
		_zone=/usr/share/zoneinfo/$name
		[ -f "$_zone" ] || {
			echo "given timezone \"$name\" is not available" >&2
			return 1
		}
		_now=$(timezone_now)
		printf 'before=%s\n' "$_now"
		[ "$_now" = "$name" ] || {
			echo changed=1
			[ -n "$check" ] || timezone_set || return 1
		}
	fi
	if [ -n "$hwclock" ]; then
		_now=$(timezone_clock)
		printf 'before_clock=%s\n' "$_now"
		[ "$_now" = "$hwclock" ] || {
			echo changed=1
			[ -n "$check" ] || timezone_set_clock || return 1
		}
	fi
}
