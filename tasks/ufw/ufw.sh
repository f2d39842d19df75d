# shellcheck shell=sh
# shellcheck disable=SC2154 # state, policy, direction, logging, comment: set by the call
# Remote half of ufw; needs files.sh, program.sh. What changed is read from ufw's own files: `ufw status` says nothing
# of rules and policies while the firewall is off.

# The rules of the family $1, user or user6
ufw_rules() {
	for _place in /lib /etc /var/lib; do
		grep '^### tuple' "$_place/ufw/$1.rules" 2>/dev/null
	done
}

ufw_all_rules() {
	ufw_rules user
	echo --
	ufw_rules user6
}

ufw_setting() { sed -n "s/^$1=\"\{0,1\}\([^\"]*\)\"\{0,1\}.*/\1/p" "$2" 2>/dev/null | tail -n 1; }

ufw_active() { LC_ALL=C ufw status 2>/dev/null </dev/null | grep -q '^Status: active'; }

# Runs ufw, and tells the command line; what it says counts where it fails.
ufw_run() {
	printf 'run=%s\n' "$(printf '%s ' ufw "$@" | tr '\n' ' ')"
	_said=$(LC_ALL=C ufw "$@" 2>&1 </dev/null) || {
		printf '%s\n' "$_said" >&2
		return 1
	}
}

ufw_change() {
	echo changed=1
	[ -n "$check" ] || ufw_run "$@"
}

ufw_set_state() {
	case $state in
	enabled) if ! ufw_active || [ "$(ufw_setting ENABLED /etc/ufw/ufw.conf)" != yes ]; then ufw_change -f enable; fi ;;
	disabled) if ufw_active || [ "$(ufw_setting ENABLED /etc/ufw/ufw.conf)" = yes ]; then ufw_change -f disable; fi ;;
	reloaded) ufw_change -f reload ;;
	reset) ufw_change -f reset ;;
	esac
}

ufw_set_policy() {
	case $direction in out*) _which=OUTPUT ;; routed) _which=FORWARD ;; *) _which=INPUT ;; esac
	case $policy in allow) _want=ACCEPT ;; deny) _want=DROP ;; *) _want=REJECT ;; esac
	[ "$(ufw_setting "DEFAULT_${_which}_POLICY" /etc/default/ufw)" = "$_want" ] && return 0
	if [ -n "$direction" ]; then ufw_change default "$policy" "$direction"; else ufw_change default "$policy"; fi
}

ufw_set_logging() {
	_level=$(ufw_setting LOGLEVEL /etc/ufw/ufw.conf)
	case $logging:$_level in on:low | on:medium | on:high | on:full | "$_level:$logging") return 0 ;; esac
	ufw_change logging "$logging"
}

# What a dry run prints for the family that begins with $1: the rules as they would be. Fails where it has none of them.
ufw_planned() {
	printf '%s\n' "$_said" | awk -v head="$1" '
		/^:ufw6?-/ { here = index($0, head) == 1; if (here) found = 1 }
		here && /^### tuple/
		END { exit !found }'
}

# Whether the rule would change anything: ufw prints the families that it would write, also as they are.
ufw_would() {
	ufw_run --dry-run "$@" || return 2
	if _plan=$(ufw_planned :ufw-) && [ "$_plan" != "$(ufw_rules user)" ]; then return 0; fi
	_plan=$(ufw_planned :ufw6-) && [ "$_plan" != "$(ufw_rules user6)" ]
}

ufw_set_rule() {
	if [ -n "$check" ]; then
		ufw_would "$@"
		case $? in 0) echo changed=1 ;; 2) return 1 ;; esac
		return 0
	fi
	_before=$(ufw_all_rules)
	ufw_run "$@" || return 1
	[ "$_before" = "$(ufw_all_rules)" ] || echo changed=1
}

# ufw before 0.35 knows no comments: there the rule has none
ufw_comments() {
	[ -n "$comment" ] || return 1
	LC_ALL=C ufw --version 2>/dev/null </dev/null | awk 'NR == 1 { split($2, v, "."); exit !(v[1] > 0 || v[2] >= 35) }'
}

# $@: the words of a rule, or none
ufw_main() {
	toa_need ufw || return 1
	[ -z "$state" ] || ufw_set_state || return 1
	[ -z "$policy" ] || ufw_set_policy || return 1
	if [ $# -gt 0 ]; then
		if ufw_comments; then set -- "$@" comment "$comment"; fi
		ufw_set_rule "$@" || return 1
	fi
	[ -z "$logging" ] || ufw_set_logging || return 1
	[ -z "$check" ] || return 0
	echo --output--
	LC_ALL=C ufw status verbose </dev/null
}
