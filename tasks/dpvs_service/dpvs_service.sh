# shellcheck shell=sh
# shellcheck disable=SC2154 # variables are set by the call
# Remote half of dpvs_service; needs tasks/shared/{files,toa}.sh.

dpvs_busy=${dpvs_busy-/var/run/toa-dpvs.services}

# What DPVS has, in parts. While a start of DPVS brings the services back, that is waited for.
dpvs_service_look() {
	_turns=0
	while [ -e "$dpvs_busy" ] && [ $_turns -lt 60 ]; do
		_turns=$((_turns + 1))
		sleep 1
	done
	for _program in dpip ipvsadm; do
		command -v $_program >/dev/null 2>&1 || {
			echo "there is no $_program on this host" >&2
			return 1
		}
	done
	_said=$(dpip link show 2>&1) || {
		echo "DPVS does not answer: $(printf '%s' "$_said" | tail -n 1)" >&2
		return 1
	}
	echo --addresses--
	dpip addr show && dpip -6 addr show || return 1
	echo --routes--
	dpip route show && dpip -6 route show || return 1
	echo --services--
	_table=$(ipvsadm -ln) || return 1
	printf '%s\n' "$_table"
	echo --locals--
	printf '%s\n' "$_table" | while read -r _protocol _name _rest; do
		case $_protocol in TCP) _flag=-t ;; UDP) _flag=-u ;; *) continue ;; esac
		printf '@ %s %s\n' "$_flag" "$_name"
		ipvsadm -G "$_flag" "$_name" || exit 1
	done
}

dpvs_service_main() {
	if [ -r /etc/toa/dpvs.owned ]; then sed 's/^/owned=/' /etc/toa/dpvs.owned; fi
	echo --output--
	dpvs_service_look
}

# One command a line, words with blanks between. What DPVS refuses ends it.
dpvs_service_do() {
	printf '%s\n' "$commands" | while read -r _command; do
		[ -n "$_command" ] || continue
		# shellcheck disable=SC2086 # words of our own, none with a blank
		_said=$($_command 2>&1 </dev/null) || {
			printf 'refused=%s\nby=%s\n' "$_command" "$(printf '%s\n' "$_said" | tail -n 1)"
			exit 1
		}
		printf 'did=%s\n' "$_command"
	done
}

# Carries out, and keeps what is ours and what the next start needs
dpvs_service_apply() {
	dpvs_service_do || return 0
	if [ -n "$owned" ]; then
		toa_write /etc/toa/dpvs.owned 0644 "$owned" && toa_write /etc/toa/dpvs.services 0755 "$boot" || return 1
	else
		dpvs_service_forget
	fi
	echo --output--
	dpvs_service_look
}

# The files alone, where DPVS is not looked at: without it nothing of ours is left in it
dpvs_service_forget() {
	toa_remove /etc/toa/dpvs.owned
	toa_remove /etc/toa/dpvs.services
	[ -n "$check" ] || rmdir /etc/toa 2>/dev/null
	return 0
}

dpvs_service_answers() {
	! dpip link show >/dev/null 2>&1 || echo answers=1
}
