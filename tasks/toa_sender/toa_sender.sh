# shellcheck shell=sh
# shellcheck disable=SC2154 # variables are set by the call
# Remote half of toa_sender; needs tasks/shared/{files,toa}.sh. Answers are key=value lines; JSON is what toa-bpf says.
# The sender has a copy of toa-bpf of its own, so that taking a receiver of this host away leaves it alone.

toa_sender_list=/etc/toa/sender

toa_sender_place() {
	for _place in $TOA_PLACES; do
		[ -x "$_place/toa-sender" ] && {
			printf '%s\n' "$_place"
			return 0
		}
	done
	return 1
}

# True when the host lacks this very program
toa_sender_lacks() {
	_bin=$(toa_sender_place) || return 0
	[ "$(toa_checksum "$_bin/toa-sender" sha256)" != "$sum" ]
}

# Devices of the routes to and inside the network $1: of those that hold it the longest alone
toa_sender_routes() {
	case $1 in *:*) _family=-6 ;; *) _family=-4 ;; esac
	ip "$_family" -o route show to root "$1" | grep -o ' dev [^ ]*'
	ip "$_family" -o route show to match "$1" | awk '
		{ len = $1 == "default" ? 0 : $1 ~ /\// ? substr($1, index($1, "/") + 1) + 0 : 128
		  for (i = 2; i < NF; i++) if ($i == "dev" && (!found || len > best)) { best = len; device = $(i + 1); found = 1 } }
		END { if (found) print " dev " device }'
}

# The network devices over which this host reaches the servers. A server without a route is an error.
toa_sender_devices() {
	command -v ip >/dev/null 2>&1 || {
		echo "this host has no ip command: name the interfaces towards the servers (devices)" >&2
		return 1
	}
	_list=$(printf '%s\n' "$services" | sed 's/^\[\(.*\)\]:[0-9]*$/\1/; s/^\([0-9.\/]*\):[0-9]*$/\1/' | sort -u | while read -r _network; do
		_devices=$(toa_sender_routes "$_network")
		[ -n "$_devices" ] || {
			echo "this host has no route to the servers $_network" >&2
			exit 1
		}
		printf '%s\n' "$_devices"
	done) || return 1
	printf '%s\n' "$_list" | sed 's/^ dev //' | grep -vx lo | sort -u | tr '\n' ',' | sed 's/,$//'
}

toa_sender_arguments() {
	printf '%s' "--kinds $kinds --devices $devices --services $toa_sender_list"
	[ -z "$in_syn" ] || printf ' --in-syn'
	[ -n "$mss" ] || printf ' --no-mss'
}

toa_sender_unit() {
	toa_network_unit '. The sender that names clients to the servers (TOA).' \
		'TOA sender: names clients to the servers behind this balancer' \
		"ExecStartPre=-/bin/sh -c 'modprobe nf_conntrack'${toa_newline}ExecStart=$1 sender attach $2"
}

toa_sender_script() {
	cat <<-EOT
		#!/bin/sh
		# Made by toa-play. The sender that names clients to the servers (TOA).
		modprobe nf_conntrack 2>/dev/null
		$1 sender attach $2
	EOT
}

# What attaches it at boot. $1 program
toa_sender_boot() {
	_init=$(toa_init)
	_args=$(toa_sender_arguments)
	case $_init in
	systemd) toa_write /etc/systemd/system/toa-sender.service 0644 "$(toa_sender_unit "$1" "$_args")" ;;
	openrc) toa_write /etc/local.d/toa-sender.start 0755 "$(toa_sender_script "$1" "$_args")" ;;
	rc.local | sysconfig)
		toa_write /etc/toa/sender-attach 0755 "$(toa_sender_script "$1" "$_args")" || return 1
		_init=manual
		;;
	esac || return 1
	echo "init=$_init"
	[ "$_init" = systemd ] && [ ! -h /etc/systemd/system/multi-user.target.wants/toa-sender.service ] || return 0
	echo changed=1
	[ -z "$check" ] || return 0
	systemctl enable toa-sender.service >/dev/null 2>&1 || {
		echo "systemctl enable toa-sender.service failed" >&2
		return 1
	}
	systemctl daemon-reload && systemctl start --no-block toa-sender.service
}

# Attaches, or only says what it would do: the kernel decides whether the settings hold.
toa_sender_attach() {
	set -- --kinds "$kinds" --devices "$devices" --services -
	[ -z "$in_syn" ] || set -- "$@" --in-syn
	[ -n "$mss" ] || set -- "$@" --no-mss
	[ -z "$check" ] || set -- "$@" --dry-run
	_said=$(printf '%s\n' "$services" | "$_program" sender attach "$@")
	echo "attach=$_said"
	case $_said in
	*'"changed":true'*) echo changed=1 ;;
	'{"ok":true'*) ;;
	*) return 1 ;;
	esac
}

# What is there, and whether the program is missing: asked first, so that a second run is one round trip
toa_sender_main() {
	if [ -n "$uploaded" ]; then
		echo changed=1
		if [ -n "$check" ]; then
			rm -f "$uploaded"
			return 0
		fi
		_bin=$(toa_bin make) && toa_put "$uploaded" "$_bin/.toa-sender.$$" || return 1
		_program=$_bin/.toa-sender.$$
	elif toa_sender_lacks; then
		echo need=1
		return 0
	else
		_bin=$(toa_sender_place)
		_program=$_bin/toa-sender
	fi
	[ -n "$check" ] || modprobe nf_conntrack 2>/dev/null
	if [ -z "$devices" ]; then
		devices=$(toa_sender_devices) || {
			[ -z "$uploaded" ] || rm -f "$_program"
			return 1
		}
	fi
	echo "devices=$devices"
	_check=$("$_program" sender check)
	echo "check=$_check"
	case $_check in
	'{"ok":true'*) toa_sender_attach || {
		[ -z "$uploaded" ] || rm -f "$_program"
		return 0
	} ;;
	*)
		[ -z "$uploaded" ] || rm -f "$_program"
		return 0
		;;
	esac
	[ -z "$uploaded" ] || mv -f -- "$_program" "$_bin/toa-sender" || return 1
	echo "program=$_bin/toa-sender"
	toa_write "$toa_sender_list" 0644 "$services" && toa_sender_boot "$_bin/toa-sender"
}

# Takes everything away: programs on the devices, boot unit, list, program
toa_sender_absent() {
	if _bin=$(toa_sender_place); then
		_said=$("$_bin/toa-sender" sender detach ${check:+--dry-run})
		echo "detach=$_said"
		case $_said in *'"changed":true'*) echo changed=1 ;; '{"ok":true'*) ;; *) return 0 ;; esac
	fi
	if [ -e /etc/systemd/system/toa-sender.service ]; then
		[ -n "$check" ] || systemctl disable --now toa-sender.service >/dev/null 2>&1
		toa_remove /etc/systemd/system/toa-sender.service
		[ -n "$check" ] || rm -f /etc/systemd/system/multi-user.target.wants/toa-sender.service
		[ -n "$check" ] || [ ! -d /run/systemd/system ] || systemctl daemon-reload
	fi
	for _path in /etc/local.d/toa-sender.start /etc/toa/sender-attach "$toa_sender_list"; do toa_remove "$_path"; done
	for _place in $TOA_PLACES; do
		toa_remove "$_place/toa-sender"
		[ -n "$check" ] || { rmdir "$_place" && rmdir "${_place%/*}"; } 2>/dev/null
	done
	[ -n "$check" ] || rmdir /etc/toa 2>/dev/null
	return 0
}
