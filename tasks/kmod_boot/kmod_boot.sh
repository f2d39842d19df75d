# shellcheck shell=sh
# shellcheck disable=SC2154 # set by the call
# Remote half of kmod_boot; needs tasks/shared/{files,toa,kmod,metrics}.sh and guard.sh, rebuild.sh beside it.
# Variables: method, params, guard (seconds), tries, rebuild, made_from, archive, metrics, check, distro_... (src/host/distros)

kmod_boot_unit() {
	cat <<-EOF
		# Made by toa-play. The receiver that shows services the client's address (TOA).
		[Unit]
		Description=TOA receiver: the client's address behind a layer-4 balancer
		DefaultDependencies=no
		After=local-fs.target
		Before=network-pre.target shutdown.target
		Wants=network-pre.target
		Conflicts=shutdown.target
		RequiresMountsFor=$KMOD_HOME

		[Service]
		Type=oneshot
		RemainAfterExit=yes
		ExecStart=/etc/toa/load

		[Install]
		WantedBy=multi-user.target
	EOF
}

kmod_boot_systemd() {
	kmod_boot_unit | kmod_write /etc/systemd/system/toa.service 0644 || return 1
	if [ ! -h /etc/systemd/system/multi-user.target.wants/toa.service ]; then
		echo changed=1
		[ -n "$check" ] && return 0
		systemctl enable toa.service >/dev/null 2>&1 || {
			echo "systemctl enable toa.service failed" >&2
			return 1
		}
	fi
	[ -n "$check" ] || systemctl daemon-reload >/dev/null 2>&1
	return 0
}

# The allow-list as a parameter: the kernel takes a kilobyte. A longer one is given by the next run, and until then nobody is let in.
kmod_boot_list() {
	if [ ! -f /etc/toa/allow ]; then
		echo any
		return 0
	fi
	_list=$(tr '\n' ',' </etc/toa/allow)
	if [ ${#_list} -gt 900 ]; then echo none; else printf '%s\n' "${_list%,}"; fi
}

# The distribution's own loader: the module in /lib/modules, no guard
kmod_boot_modules_load() {
	_extra=/lib/modules/$(uname -r)/extra
	if ! cmp -s "$KMOD_HOME/modules/$(uname -r)/toa.ko" "$_extra/toa.ko"; then
		echo changed=1
		echo "wrote=$_extra/toa.ko"
		if [ -z "$check" ]; then
			mkdir -p "$_extra" && cp "$KMOD_HOME/modules/$(uname -r)/toa.ko" "$_extra/.toa.ko.new" && mv -f "$_extra/.toa.ko.new" "$_extra/toa.ko" &&
				depmod -a "$(uname -r)" || return 1
		fi
	fi
	echo toa | kmod_write /etc/modules-load.d/toa.conf 0644 || return 1
	printf 'options toa kinds=%s allow=%s %s\n' "$(cat /etc/toa/kinds 2>/dev/null || echo default)" "$(kmod_boot_list)" "$params" | kmod_write /etc/modprobe.d/toa.conf 0644
}

# What runs our script at boot: what the host's init has, else what the distribution has
kmod_boot_way() {
	_way=$(toa_init)
	case $_way in systemd | openrc) ;; *) _way=${distro_boot_script:-$_way} ;; esac
	printf '%s\n' "$_way"
}

# The counters for node_exporter; a folder that cannot be written to fails the run
kmod_boot_metrics() {
	if [ -z "$metrics" ]; then
		toa_metrics_absent module
		return 0
	fi
	toa_metrics_moved
	{ toa_metrics_stage "$(toa_metrics_module)" && toa_commit; } || {
		toa_unstage
		return 1
	}
	toa_metrics_start || {
		echo "$metrics cannot be written: make room, or give another metrics_dir" >&2
		return 1
	}
}

kmod_boot_main() {
	_ko=$KMOD_HOME/modules/$(uname -r)/toa.ko
	if [ -f "$_ko" ] && _said=$(kmod_unknown_parameter "$_ko"); then
		echo "failed=$_said"
		return 0
	fi
	# before anything is written: what is refused leaves the host, and its next boot, as they were
	[ -z "$metrics" ] || [ -d "${metrics%/*}" ] || {
		echo "$metrics cannot be written: make its folder, or give another metrics_dir" >&2
		return 1
	}
	if kmod_rebuild_lacks_source; then
		echo need=1
		return 0
	fi
	[ "$method" = auto ] && method=$(kmod_boot_way)
	echo "method=$method"
	kmod_bridge_able
	kmod_rebuild_main || return 1
	kmod_boot_metrics || return 1
	if [ "$method" = none ]; then return 0; fi
	if [ "$method" != modules-load ]; then kmod_boot_script | kmod_write /etc/toa/load 0755 || return 1; fi
	case $method in
	systemd) kmod_boot_systemd ;;
	modules-load) kmod_boot_modules_load ;;
	openrc) printf '#!/bin/sh\n# Made by toa-play.\n/etc/toa/load\n' | kmod_write /etc/local.d/toa.start 0755 ;;
	sysconfig) printf '#!/bin/sh\n# Made by toa-play.\n/etc/toa/load\n' | kmod_write /etc/sysconfig/modules/toa.modules 0755 ;;
	rc.local) { toa_rc_add /etc/toa/load && toa_commit; } || {
		toa_unstage
		return 1
	} ;;
	esac
}

kmod_boot_absent() {
	# the eBPF receiver's unit has the same name: only ours goes
	if grep -qs '^ExecStart=/etc/toa/load$' /etc/systemd/system/toa.service; then
		[ -n "$check" ] || systemctl disable toa.service >/dev/null 2>&1
		[ -n "$check" ] || rm -f /etc/systemd/system/multi-user.target.wants/toa.service
		toa_remove /etc/systemd/system/toa.service
		[ -n "$check" ] || [ ! -d /run/systemd/system ] || systemctl daemon-reload
	fi
	toa_rc_drop /etc/toa/load || return 1
	for _file in /etc/local.d/toa.start /etc/sysconfig/modules/toa.modules; do
		grep -qs '^/etc/toa/load$' "$_file" && toa_remove "$_file"
	done
	for _file in /etc/modules-load.d/toa.conf /etc/modprobe.d/toa.conf /etc/toa/load "$KMOD_HOME/loading" "$KMOD_HOME/deaths" "$KMOD_HOME/out"; do toa_remove "$_file"; done
	for _file in /lib/modules/*/extra/toa.ko; do toa_remove "$_file"; done
	kmod_rebuild_absent
	toa_metrics_absent module
}

# bridge=1 where the eBPF receiver could stand in for the module: 5.10 or newer, cgroup v2
kmod_bridge_able() {
	_minor=$(uname -r)
	_major=${_minor%%.*} _minor=${_minor#*.} _minor=${_minor%%.*}
	case $_major$_minor in *[!0-9]*) return 0 ;; esac
	[ $((_major * 1000 + _minor)) -ge 5010 ] && grep -q ' cgroup2 ' /proc/mounts && echo bridge=1
	return 0
}

# Its program, where there is none; see callWithProgram. $sum, $uploaded
kmod_bridge_main() {
	if _bin=$(toa_bin) && [ "$(toa_checksum "$_bin/toa-bpf" sha256)" = "$sum" ]; then return 0; fi
	if [ -n "$check" ]; then
		echo changed=1
		return 0
	fi
	if [ -z "$uploaded" ]; then
		echo need=1
		return 0
	fi
	echo changed=1
	toa_install "$uploaded" toa-bpf
}
