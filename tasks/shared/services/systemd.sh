# shellcheck shell=sh
# shellcheck disable=SC2154,SC2086 # variables are set by the call; lists of words are meant to split
# service.sh's part for systemd: variables and answers as there.

service_ctl() {
	set -- systemctl ${no_block:+--no-block} ${force:+--force} "$@"
	[ -z "$scope" ] || [ "$scope" = system ] || {
		_program=$1
		shift
		set -- "$_program" "--$scope" "$@"
	}
	"$@"
}

service_systemd_manager() {
	for _verb in ${daemon_reload:+daemon-reload} ${daemon_reexec:+daemon-reexec}; do
		[ -z "$check" ] || continue
		_said=$(service_ctl $_verb 2>&1 </dev/null) || {
			service_say "failure $? during $_verb: $_said"
			return 1
		}
	done
}

service_systemd_field() { printf '%s\n' "$_show" | sed -n "s/^$1=//p" | head -n 1; }

service_systemd_mask() {
	[ -n "$masked" ] || return 0
	_now=no
	[ "$(service_ctl is-enabled "$name" 2>/dev/null)" = masked ] && _now=yes
	[ $_now = "$masked" ] && return 0
	_verb=mask
	[ "$masked" = no ] && _verb=unmask
	echo changed=1
	[ -n "$check" ] && return 0
	_said=$(service_ctl $_verb "$name" 2>&1 </dev/null) && return 0
	[ -n "$_found" ] || {
		service_missing
		return 1
	}
	service_say "Unable to $_verb service $name: $_said"
}

service_systemd_enabled() {
	_said=$(service_ctl is-enabled "$name" -l 2>/dev/null)
	_rc=$?
	_now=no
	if [ $_rc = 0 ]; then
		case $_said in indirect | alias) ;; *) _now=yes ;; esac
	elif [ -z "$_is_unit" ] && service_script >/dev/null && service_sysv_enabled; then
		_now=yes
	fi
	[ $_now = "$enabled" ] || {
		_verb=enable
		[ "$enabled" = no ] && _verb=disable
		service_do $_verb service_ctl $_verb "$name" || return 1
	}
	printf 'enabled=%s\n' "$enabled"
}

service_systemd_state() {
	_active=$(service_systemd_field ActiveState)
	if [ -z "$_active" ]; then
		if [ ! -d /run/systemd/system ] || [ -n "${SYSTEMD_OFFLINE-}" ]; then
			echo 'warn=Target is a chroot or systemd is offline. This can lead to false positives or prevent the init system tools from working.'
			return 0
		fi
		service_say "Service is in unknown state"
		return 1
	fi
	_running=
	case $_active in active | activating | reloading) _running=1 ;; esac
	_verb=
	case $state in
	started) [ -n "$_running" ] || _verb=start ;;
	stopped) if [ -n "$_running" ] || [ "$_active" = deactivating ]; then _verb=stop; fi ;;
	*) if [ -n "$_running" ]; then _verb=${state%ed}; else _verb=start; fi ;;
	esac
	[ -z "$_verb" ] || service_do $_verb service_ctl $_verb "$name"
}

service_systemd() {
	command -v systemctl >/dev/null 2>&1 || {
		service_say 'Failed to find required executable "systemctl" in paths'
		return 1
	}
	[ -n "${XDG_RUNTIME_DIR-}" ] || {
		XDG_RUNTIME_DIR=/run/user/$(id -u)
		export XDG_RUNTIME_DIR
	}
	service_systemd_manager || return 1
	[ -n "$name" ] || return 0
	_show=$(service_ctl show "$name" 2>/dev/null)
	_load=$(service_systemd_field LoadState)
	_found=
	_is_unit=
	case $_load in
	not-found) ;;
	'') if service_ctl is-enabled "$name" >/dev/null 2>&1 || service_ctl list-unit-files "$name" >/dev/null 2>&1; then _is_unit=1; fi ;;
	masked) _is_unit=1 ;;
	*)
		_is_unit=1
		_error=$(service_systemd_field LoadError)
		[ -z "$_error" ] || {
			service_say "Error loading unit file '$name': $_error"
			return 1
		}
		;;
	esac
	_found=$_is_unit
	if service_script >/dev/null; then
		[ -n "$_is_unit" ] || printf 'warn=The service (%s) is actually an init script but the system is managed by systemd\n' "$name"
		_found=1
	fi
	service_systemd_mask || return 1
	if [ -n "$enabled" ] || [ -n "$state" ]; then [ -n "$_found" ] || {
		service_missing
		return 1
	}; fi
	[ -z "$enabled" ] || service_systemd_enabled || return 1
	[ -z "$state" ] || service_systemd_state || return 1
	printf -- '--output--\n%s\n' "$_show"
}
