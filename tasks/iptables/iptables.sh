# shellcheck shell=sh
# shellcheck disable=SC2154,SC2086 # program, table...: set by the call; $_wait is one or two words
# Remote half of iptables; needs files.sh. $@ are the words of the rule.

iptables_do() {
	echo changed=1
	[ -n "$check" ] && return 0
	iptables_call "$@"
}

iptables_call() { "$program" $_wait -t "$table" "$@" </dev/null; }

iptables_chain_is() { iptables_call -L "$chain" -n >/dev/null 2>&1; }

iptables_policy() {
	_now=$(iptables_call -L "$chain" -n 2>/dev/null | sed -n "1s/^Chain .* (policy \([A-Z]*\).*/\1/p")
	[ -n "$_now" ] || {
		echo "Can't detect current policy" >&2
		return 1
	}
	[ "$_now" = "$policy" ] || iptables_do -P "$chain" "$policy"
}

iptables_main() {
	command -v "$program" >/dev/null 2>&1 || {
		echo "Failed to find required executable \"$program\" in paths" >&2
		return 1
	}
	_wait=
	# -w is younger than CentOS 6's iptables
	if "$program" -w -L -n >/dev/null 2>&1; then
		_wait=-w
		[ -z "$wait" ] || _wait="-w $wait"
	fi
	if [ -n "$flush" ]; then
		iptables_do -F ${chain:+"$chain"}
		return
	fi
	if [ -n "$policy" ]; then
		iptables_policy
		return
	fi
	if [ -n "$chain_management" ] && [ $# -eq 0 ]; then
		case $state in
		present) iptables_chain_is || iptables_do -N "$chain" ;;
		absent) ! iptables_chain_is || iptables_do -X "$chain" ;;
		esac
		return
	fi
	if [ "$state" = present ] && [ -n "$chain_management" ] && ! iptables_chain_is; then
		iptables_do -N "$chain" || return 1
		[ -z "$check" ] || return 0
	fi
	_there=
	if _said=$(iptables_call -C "$chain" "$@" 2>&1); then
		_there=1
	else
		case $_said in *'nknown arg'* | *'nrecognized option'* | *'invalid option'*)
			# 1.4.10 and older cannot compare: every run would add the rule again
			echo "this $program has no -C, so rules cannot be compared: use command with iptables-save, or a file for iptables-restore" >&2
			return 1
			;;
		esac
	fi
	case $state:$_there in
	present:) if [ "$action" = insert ]; then iptables_do -I "$chain" ${rule_num:+"$rule_num"} "$@"; else iptables_do -A "$chain" "$@"; fi ;;
	absent:1) iptables_do -D "$chain" "$@" ;;
	esac
}
