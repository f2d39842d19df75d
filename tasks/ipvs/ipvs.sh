# shellcheck shell=sh
# shellcheck disable=SC2154 # variables are set by the call
# Remote half of ipvs; needs tasks/shared/{files,toa,director}.sh. Files in /etc/toa, all by $name: .rules (what ipvsadm
# restores), .nft, .up (runs at boot), .before (what this host had before us).

ipvs_there() { [ -e /proc/net/ip_vs ]; }

# What is there: release, the kernel's table, and ours of the last run. Reading the table would load the module.
ipvs_look() {
	command -v ipvsadm >/dev/null 2>&1 || {
		echo "there is no ipvsadm on this host: install ipvsadm" >&2
		return 1
	}
	echo "release=$(uname -r)"
	echo '--output--'
	if ipvs_there; then ipvsadm -Sn || return 1; fi
	echo '== kept'
	[ ! -f "/etc/toa/$name.rules" ] || cat "/etc/toa/$name.rules"
}

# Notes what this host had before us, once. $1 line
ipvs_note() {
	[ -z "$check" ] || return 0
	_was=$(cat "/etc/toa/$name.before" 2>/dev/null)
	case $toa_newline$_was in *"$toa_newline${1% *} "*) return 0 ;; esac
	toa_write "/etc/toa/$name.before" 0644 "${_was:+$_was$toa_newline}$1" >/dev/null
}

# Modules first: their settings exist only then
ipvs_modules() {
	[ -z "$check" ] || return 0
	for _module in $modules; do
		[ ! -d "/sys/module/$_module" ] || continue
		modprobe "$_module" || {
			echo "this kernel has no $_module" >&2
			return 1
		}
		[ ! -d "/sys/module/$_module" ] || ipvs_note "module.$_module 1"
	done
}

ipvs_settings() {
	printf '%s\n' "$settings" | while read -r _key _value; do
		_path=/proc/sys/$(printf '%s' "$_key" | tr . /)
		[ "$(cat "$_path" 2>/dev/null)" != "$_value" ] || continue
		echo changed=1
		[ -z "$check" ] || continue
		ipvs_note "$_key $(cat "$_path")"
		printf '%s\n' "$_value" >"$_path" || exit 1
	done
}

# $1 lines of arguments, made by the controller of addresses, numbers and names of schedulers
ipvs_run() {
	[ -n "$1" ] || return 0
	echo changed=1
	[ -z "$check" ] || return 0
	printf '%s\n' "$1" | while read -r _line; do
		# shellcheck disable=SC2086 # words
		_said=$(ipvsadm $_line 2>&1 </dev/null) || {
			printf 'refused=%s\n' "ipvsadm $_line: $(printf '%s' "$_said" | head -n 1)"
			exit 1
		}
	done
}

# ActiveConn of all services' entries for address $1, port $2
ipvs_connections() {
	ipvsadm -Ln | awk -v a="$1:$2" -v b="[$1]:$2" '$1 == "->" && ($2 == a || $2 == b) { n += $5 } END { print n + 0 }'
}

ipvs_script() {
	printf '#!/bin/sh\n# Made by toa-play. What this director balances.\n'
	for _module in $modules; do printf 'modprobe %s || exit 1\n' "$_module"; done
	printf '%s\n' "$settings" | while read -r _key _value; do
		printf 'echo %s >/proc/sys/%s || exit 1\n' "$_value" "$(printf '%s' "$_key" | tr . /)"
	done
	director_addresses_lines
	[ -z "$rules" ] || printf 'nft -f /etc/toa/%s.nft || exit 1\n' "$name"
	# what is there already is no error
	printf 'ipvsadm -Sn | grep -vxFf - /etc/toa/%s.rules | ipvsadm --restore\n' "$name"
}

ipvs_unit() { toa_network_unit ". What this director balances." "IPVS director $name" "ExecStart=/bin/sh /etc/toa/$name.up"; }

# The table may have changed since it was looked at
ipvs_same() {
	_now=
	if ipvs_there; then _now=$(ipvsadm -Sn) || return 1; fi
	[ "$_now" = "$seen" ] && return 0
	echo "the services changed meanwhile: run it again" >&2
	return 1
}

ipvs_apply() {
	director_device && ipvs_same && ipvs_modules && ipvs_settings || return 1
	if [ -n "$rules" ]; then
		director_load || return 0
		toa_write "/etc/toa/$name.nft" 0644 "$rules" || return 1
	else
		director_unload || return 1
		toa_remove "/etc/toa/$name.nft"
	fi
	director_addresses || return 1
	ipvs_run "$first" || return 0
	# who is left after the wait keeps its entry: it is taken out by the next run
	_drained=$(director_drain ipvs_connections) || return 1
	if [ -n "$_drained" ]; then
		printf '%s\n' "$_drained"
		return 0
	fi
	ipvs_run "$last" || return 0
	toa_write "/etc/toa/$name.rules" 0644 "$table" || return 1
	toa_write "/etc/toa/$name.up" 0755 "$(ipvs_script)" || return 1
	toa_boot_unit "$name" "$(ipvs_unit)"
}

# What was there before us comes back: settings, and modules that nobody uses now
ipvs_before() {
	[ -f "/etc/toa/$name.before" ] && [ -z "$check" ] || return 0
	while read -r _key _value; do
		case $_key in
		net.*) printf '%s\n' "$_value" >"/proc/sys/$(printf '%s' "$_key" | tr . /)" 2>/dev/null ;;
		esac
	done <"/etc/toa/$name.before"
	ipvs_there && [ -z "$(ipvsadm -Sn)" ] || return 0
	# schedulers before what they hang on
	sed -n 's/^module\.\([^ ]*\) .*/\1/p' "/etc/toa/$name.before" | sed '1!G;h;$!d' | while read -r _module; do
		modprobe -r "$_module" 2>/dev/null
	done
	return 0
}

ipvs_absent() {
	ipvs_same || return 1
	ipvs_run "$last" || return 0
	director_unload || return 1
	director_addresses_drop
	ipvs_before
	director_forget 'rules nft up loaded before'
}
