# shellcheck shell=sh
# shellcheck disable=SC2154,SC2015,SC2034 # variables are set by the call; A && B || C is meant
# Remote half of toa_ebpf; needs tasks/shared/{files,toa,metrics}.sh. Answers are key=value lines; JSON is what toa-bpf says.

toa_ebpf_unit() {
	cat <<-EOF
		# Made by toa-play. The receiver that shows services the client's address (TOA).
		[Unit]
		Description=TOA receiver: the client's address behind a layer-4 balancer
		After=local-fs.target
		Before=network-pre.target
		Wants=network-pre.target

		[Service]
		Type=oneshot
		RemainAfterExit=yes
		ExecStart=$1 attach $2
		ExecReload=$1 attach $2

		[Install]
		WantedBy=multi-user.target
	EOF
}

# The arguments of attach: $kinds and the list that is in /etc/toa
toa_ebpf_arguments() {
	printf '%s' "--kinds $kinds"
	[ -n "$allow" ] && printf ' --allow /etc/toa/allow'
	[ -n "$nat64" ] || printf ' --no-nat64'
	[ -z "$deferred" ] || printf ' --deferred'
	return 0
}

toa_ebpf_script() {
	cat <<-EOF
		#!/bin/sh
		# Made by toa-play. The receiver that shows services the client's address (TOA).
		$1 attach $2
		[ ! -x /etc/toa/metrics ] || /etc/toa/metrics
	EOF
}

# As if nothing had been staged
toa_ebpf_forget() {
	toa_unstage
	[ -n "$check" ] || rmdir /etc/toa 2>/dev/null
	return 0
}

# What attaches it at boot. $1 program
toa_ebpf_boot() {
	_args=$(toa_ebpf_arguments)
	_init=$(toa_init)
	echo "init=$_init"
	case $_init in
	systemd) toa_stage /etc/systemd/system/toa.service 0644 "$(toa_ebpf_unit "$1" "$_args")" ;;
	openrc) toa_stage /etc/local.d/toa.start 0755 "$(toa_ebpf_script "$1" "$_args")" ;;
	sysconfig) toa_stage /etc/sysconfig/modules/toa.modules 0755 "$(toa_ebpf_script "$1" "$_args")" ;;
	rc.local)
		toa_stage /etc/toa/attach 0755 "$(toa_ebpf_script "$1" "$_args")" || return 1
		toa_rc_add /etc/toa/attach
		;;
	esac
}

# The unit has its name: let the init know
toa_ebpf_enable() {
	[ "$_init" = systemd ] || return 0
	if [ ! -h /etc/systemd/system/multi-user.target.wants/toa.service ]; then
		echo changed=1
		[ -n "$check" ] || systemctl enable toa.service >/dev/null 2>&1 || {
			echo "systemctl enable toa.service failed" >&2
			return 1
		}
	fi
	[ -n "$check" ] || { systemctl daemon-reload && systemctl start --no-block toa.service; } >/dev/null 2>&1
	return 0
}

# The program to ask: the one in place, or the uploaded one beside it. Sets _program (to run) and _place (its name in the end).
toa_ebpf_program() {
	if [ -z "$uploaded" ]; then
		_program=$(toa_bin)/toa-bpf _place=$_program
		return 0
	fi
	_bin=$(toa_bin make) || return 1
	_place=$_bin/toa-bpf
	toa_sweep "$_place"
	_program=$_bin/.toa-bpf.$$.$TOA_HERE
	toa_staged="$_program $_place$toa_newline"
	toa_put "$uploaded" "$_program"
}

# True when the host lacks this very program
toa_ebpf_lacks() {
	_bin=$(toa_bin) || return 0
	[ "$(toa_checksum "$_bin/toa-bpf" sha256)" != "$sum" ]
}

# Attaches, or only says what it would do. The kernel decides here whether the settings hold.
# Answers in JSON may have backslashes, which an echo would read (dash).
toa_ebpf_attach() {
	set -- --kinds "$kinds"
	[ -n "$nat64" ] || set -- "$@" --no-nat64
	[ -z "$deferred" ] || set -- "$@" --deferred
	[ -z "$check" ] || set -- "$@" --dry-run
	if [ -n "$allow" ]; then set -- "$@" --allow -; else set -- "$@" --any; fi
	_said=$(printf '%s\n' "$allow" | "$_program" attach "$@")
	printf 'attach=%s\n' "$_said"
	case $_said in
	*'"changed":true'*) echo changed=1 ;;
	'{"ok":true'*) ;;
	*) return 1 ;;
	esac
}

# The list, which the boot reads, before the unit that names it. Sets nothing in force.
toa_ebpf_stage() {
	if [ -n "$allow" ]; then toa_stage /etc/toa/allow 0644 "$allow" || return 1; fi
	if [ -n "$metrics" ]; then toa_metrics_stage "$(toa_metrics_ebpf "$_place")" || return 1; fi
	toa_ebpf_boot "$_place"
}

# Why nothing would be written for node_exporter; asked before anything is attached
toa_ebpf_no_folder() {
	if [ -z "$metrics" ] || [ -d "${metrics%/*}" ]; then return 1; fi
	printf 'metrics={"ok":false,"error":"write_failed","message":"there is no folder %s","remedy":"Make it, or correct toa_metrics_dir"}\n' "${metrics%/*}"
}

# What is there, and which programs are missing: asked first, so that a second run is one round trip
toa_ebpf_main() {
	if [ -z "$uploaded" ]; then
		if toa_ebpf_lacks; then
			echo need=1
			return 0
		fi
	else
		echo changed=1
		if [ -n "$check" ]; then
			rm -f "$uploaded"
			return 0
		fi
	fi
	toa_ebpf_program || {
		toa_ebpf_forget
		return 1
	}
	echo "program=$_place"
	_check=$("$_program" check)
	printf 'check=%s\n' "$_check"
	case $_check in '{"ok":true'*) ;; *)
		toa_ebpf_forget
		return 0
		;;
	esac
	if toa_ebpf_no_folder; then
		toa_ebpf_forget
		return 0
	fi
	toa_ebpf_stage || {
		toa_ebpf_forget
		return 1
	}
	toa_ebpf_attach || {
		toa_ebpf_forget
		return 0
	}
	if [ -n "$metrics" ]; then toa_metrics_moved; fi
	toa_commit || return 1
	[ -n "$allow" ] || toa_remove /etc/toa/allow
	toa_ebpf_metrics
	toa_ebpf_enable
}

# The counters for node_exporter: a first time here, then by a timer
toa_ebpf_metrics() {
	if [ -z "$metrics" ]; then
		toa_metrics_absent ebpf
		return 0
	fi
	[ -f "$metrics" ] || {
		echo changed=1
		echo "wrote=$metrics"
	}
	toa_metrics_start && return 0
	printf 'metrics={"ok":false,"error":"write_failed","message":"cannot write %s","remedy":"Free some space, or correct toa_metrics_dir"}\n' "$metrics"
}

# Takes everything away: receiver, boot unit, configuration, programs
toa_ebpf_absent() {
	if _bin=$(toa_bin) && [ -x "$_bin/toa-bpf" ]; then
		_dry=
		[ -n "$check" ] && _dry=--dry-run
		# shellcheck disable=SC2086 # one word or none
		_said=$("$_bin/toa-bpf" detach $_dry)
		printf 'detach=%s\n' "$_said"
		case $_said in *'"changed":true'*) echo changed=1 ;; '{"ok":true'*) ;; *) return 0 ;; esac
	fi
	toa_metrics_absent ebpf
	if [ -e /etc/systemd/system/toa.service ]; then
		[ -n "$check" ] || systemctl disable --now toa.service >/dev/null 2>&1
		[ -n "$check" ] || rm -f /etc/systemd/system/multi-user.target.wants/toa.service
		toa_remove /etc/systemd/system/toa.service
		[ -n "$check" ] || [ ! -d /run/systemd/system ] || systemctl daemon-reload
	fi
	toa_rc_drop /etc/toa/attach || return 1
	for _path in /etc/local.d/toa.start /etc/sysconfig/modules/toa.modules /etc/toa/attach /etc/toa/allow /var/lib/toa/proof; do toa_remove "$_path"; done
	for _place in $TOA_PLACES; do
		for _program in toa-bpf toa-probe; do toa_remove "$_place/$_program"; done
		[ -n "$check" ] || { rmdir "$_place" && rmdir "${_place%/*}"; } 2>/dev/null
	done
	[ -n "$check" ] || rmdir /etc/toa /sys/fs/bpf/toa 2>/dev/null
	return 0
}
