# shellcheck shell=sh
# shellcheck disable=SC2154 # set by the call
# kmod_boot: the module's counters for node_exporter's textfile collector, twice a minute. Needs tasks/shared/{files,kmod}.sh.
# Variables: metrics (a path, or empty), method, check

kmod_metrics_script() {
	printf '#!/bin/sh\n# Made by toa-play. Counters of the TOA module for the textfile collector.\nout=%s\nhome=%s\n' "$metrics" "$KMOD_HOME"
	cat <<-'EOF'
		new=$out.$$
		up=1
		[ -e /proc/net/toa_kinds ] || up=0
		kept=0
		! grep -qs "^boot=$(cat /proc/sys/kernel/random/boot_id)\$" "$home/out" || kept=1
		{
			printf '# TYPE toa_receiver_up gauge\ntoa_receiver_up{receiver="module"} %s\n' $up
			printf '# TYPE toa_module_kept_out gauge\ntoa_module_kept_out %s\n' $kept
			printf '# TYPE toa_young_deaths gauge\ntoa_young_deaths %s\n' "$(cat "$home/deaths" 2>/dev/null || echo 0)"
			[ $up = 0 ] || awk '
				function sample(name, type, labels, value) {
					if (!(name in seen)) printf "# TYPE %s %s\n", name, type
					seen[name] = 1
					printf "%s{receiver=\"module\"%s} %s\n", name, labels, value
				}
				$1 == "hook" && $3 == "on" { sample("toa_missed_total", "counter", ",hook=\"" $2 "\"", $5); next }
				$1 == "clients" || $1 == "max_clients" { sample("toa_" $1, "gauge", "", $2); next }
				NF == 2 && $2 ~ /^[0-9]+$/ && $1 !~ /^(abi|allow)$/ { sample("toa_" $1 "_total", "counter", "", $2) }' /proc/net/toa
		} >"$new" && chmod 0644 "$new" && mv -f "$new" "$out" || { rm -f "$new"; exit 1; }
	EOF
}

kmod_metrics_units() {
	kmod_write /etc/systemd/system/toa-metrics.service 0644 <<-'EOF' || return 1
		# Made by toa-play.
		[Unit]
		Description=Counters of the TOA receiver for node_exporter
		[Service]
		Type=oneshot
		ExecStart=/etc/toa/metrics
	EOF
	kmod_write /etc/systemd/system/toa-metrics.timer 0644 <<-'EOF' || return 1
		# Made by toa-play.
		[Unit]
		Description=Counters of the TOA receiver for node_exporter
		[Timer]
		OnBootSec=5s
		OnUnitActiveSec=30s
		AccuracySec=5s
		[Install]
		WantedBy=timers.target
	EOF
	[ ! -h /etc/systemd/system/timers.target.wants/toa-metrics.timer ] || return 0
	echo changed=1
	[ -n "$check" ] || { systemctl daemon-reload && systemctl enable --now toa-metrics.timer; } >/dev/null 2>&1
}

kmod_metrics_main() {
	if [ -z "$metrics" ]; then
		kmod_metrics_absent
		return 0
	fi
	kmod_metrics_script | kmod_write /etc/toa/metrics 0755 || return 1
	if [ -z "$check" ]; then /etc/toa/metrics || { echo "$metrics cannot be written: make its folder, or give another metrics_dir" >&2; return 1; }; fi
	if [ -d /run/systemd/system ]; then kmod_metrics_units
	elif [ -d /etc/cron.d ]; then printf '# Made by toa-play.\n* * * * * root /etc/toa/metrics\n' | kmod_write /etc/cron.d/toa-metrics 0644
	fi
}

kmod_metrics_absent() {
	[ -e /etc/toa/metrics ] || return 0
	if [ -z "$check" ] && [ -d /run/systemd/system ]; then systemctl disable --now toa-metrics.timer >/dev/null 2>&1; fi
	toa_remove "$(sed -n 's/^out=//p' /etc/toa/metrics)"
	for _file in /etc/systemd/system/toa-metrics.service /etc/systemd/system/toa-metrics.timer /etc/cron.d/toa-metrics /etc/toa/metrics; do
		toa_remove "$_file"
	done
}
