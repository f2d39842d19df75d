# shellcheck shell=sh
# shellcheck disable=SC2154 # set by the call
# The receiver's counters for node_exporter's textfile collector, twice a minute. Needs tasks/shared/{files,toa}.sh.
# Variables: metrics (a path, or empty), check. What collects is /etc/toa/metrics; its second line says of which receiver.

TOA_METRICS_FILES='/etc/systemd/system/toa-metrics.service /etc/systemd/system/toa-metrics.timer /etc/cron.d/toa-metrics'

toa_metrics_head() {
	printf '#!/bin/sh\n# Made by toa-play. Counters of the TOA receiver (%s) for the textfile collector.\nout=%s\n' "$1" "$metrics"
}

# toa-bpf writes all itself, also that there is no receiver. $1 program
toa_metrics_ebpf() {
	toa_metrics_head ebpf
	# shellcheck disable=SC2016 # the script's own variables
	printf '%s stats --prometheus --vendor %s --output "$out" >/dev/null\n[ $? != 3 ]\n' "$1" "$kinds"
}

toa_metrics_module() {
	toa_metrics_head module
	printf 'home=%s\nplaces="%s"\n' "${KMOD_HOME-/var/lib/toa}" "$TOA_PLACES"
	cat <<-'EOF'
		new=$out.$$
		up=0 build='' receiver=module kept=0
		! grep -qs "^boot=$(cat /proc/sys/kernel/random/boot_id)\$" "$home/out" || kept=1
		if [ -e /proc/net/toa_kinds ]; then up=1 build=$(sed -n 's/^version //p' /proc/net/toa | tr -cd 'A-Za-z0-9.-'); fi
		# a module that is kept out may have the eBPF receiver in its place
		for bin in $places; do
			[ $up = 0 ] && [ -x "$bin/toa-bpf" ] && "$bin/toa-bpf" status | grep -q '"complete":true' && up=1 receiver=ebpf
		done
		vendor=$(tr -cd 'a-z0-9:,@-' </etc/toa/kinds 2>/dev/null)
		# the folder may be another user's: a file of our own, never a link of theirs
		rm -f "$new"
		set -C
		{
			echo '# HELP toa_receiver_up 1 while services can see their clients.'
			echo '# TYPE toa_receiver_up gauge'
			printf 'toa_receiver_up{receiver="%s",build="%s",vendor="%s"} %s\n' $receiver "$build" "${vendor:-default}" $up
			printf '# TYPE toa_module_kept_out gauge\ntoa_module_kept_out %s\n' $kept
			printf '# TYPE toa_young_deaths gauge\ntoa_young_deaths %s\n' "$(cat "$home/deaths" 2>/dev/null || echo 0)"
			[ -z "$build" ] || awk '
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

# Of which receiver the counters are; empty: of none
toa_metrics_of() { sed -n '2s/.*receiver (\([a-z]*\)).*/\1/p' /etc/toa/metrics 2>/dev/null; }

toa_metrics_units() {
	toa_stage /etc/systemd/system/toa-metrics.service 0644 '# Made by toa-play.
[Unit]
Description=Counters of the TOA receiver for node_exporter
[Service]
Type=oneshot
ExecStart=/etc/toa/metrics' || return 1
	toa_stage /etc/systemd/system/toa-metrics.timer 0644 '# Made by toa-play.
[Unit]
Description=Counters of the TOA receiver for node_exporter
[Timer]
OnBootSec=5s
OnUnitActiveSec=30s
AccuracySec=5s
[Install]
WantedBy=timers.target'
}

# Stages the script ($1, its text) and what runs it. Hosts without systemd and cron.d get figures at boots and runs only.
toa_metrics_stage() {
	toa_stage /etc/toa/metrics 0755 "$1" || return 1
	if [ -d /run/systemd/system ]; then
		toa_metrics_units
	elif [ -d /etc/cron.d ]; then
		toa_stage /etc/cron.d/toa-metrics 0644 "# Made by toa-play.$toa_newline* * * * * root /etc/toa/metrics"
	else echo metrics_timer=none; fi
}

# All has its name: collects once, and lets the timer begin
toa_metrics_start() {
	if [ -d /run/systemd/system ] && [ ! -h /etc/systemd/system/timers.target.wants/toa-metrics.timer ]; then
		echo changed=1
		[ -n "$check" ] || { systemctl daemon-reload && systemctl enable --now toa-metrics.timer; } >/dev/null 2>&1
	fi
	[ -n "$check" ] || /etc/toa/metrics
}

# Takes what collects for a receiver ($1) away, and the file: what is gone counts nothing
toa_metrics_absent() {
	[ "$(toa_metrics_of)" = "$1" ] || return 0
	if [ -z "$check" ] && [ -d /run/systemd/system ]; then systemctl disable --now toa-metrics.timer >/dev/null 2>&1; fi
	toa_remove "$(sed -n 's/^out=//p' /etc/toa/metrics)"
	for _file in $TOA_METRICS_FILES /etc/toa/metrics; do toa_remove "$_file"; done
}

# The file under a name that is no longer wanted
toa_metrics_moved() {
	_old=$(sed -n 's/^out=//p' /etc/toa/metrics 2>/dev/null)
	[ -z "$_old" ] || [ "$_old" = "$metrics" ] || toa_remove "$_old"
}
