# shellcheck shell=sh
# shellcheck disable=SC2154 # variables are set by the call
# Remote half of nat_balancer; needs tasks/shared/{files,toa}.sh. One nftables table, one file, one boot unit, all by $name.

nat_balancer_unit() {
	cat <<-EOT
		# Made by toa-play. What this balancer forwards.
		[Unit]
		Description=NAT balancer $name
		Wants=network-online.target
		After=network-online.target nftables.service
		StartLimitIntervalSec=0

		[Service]
		Type=oneshot
		RemainAfterExit=yes
		ExecStart=/bin/sh /etc/toa/$name.up
		Restart=on-failure
		RestartSec=5

		[Install]
		WantedBy=multi-user.target
	EOT
}

# What brings it up, at boot and now
nat_balancer_script() {
	printf '#!/bin/sh\n# Made by toa-play. What this balancer forwards.\n'
	[ -z "$vips" ] || printf '%s\n' "$vips" | while read -r _vip; do
		printf 'ip addr replace %s dev %s || exit 1\n' "$_vip" "$vip_device"
	done
	printf 'exec nft -f /etc/toa/%s.nft\n' "$name"
}

# The table as the kernel has it, without counters
nat_balancer_listing() { nft -s list table inet "$name" 2>/dev/null; }

# Is what the kernel has what was loaded last?
nat_balancer_in_force() {
	[ -f "/etc/toa/$name.loaded" ] && [ -f "/etc/toa/$name.nft" ] && [ "$(cat "/etc/toa/$name.nft")" = "$rules" ] &&
		[ "$(nat_balancer_listing)" = "$(cat "/etc/toa/$name.loaded")" ]
}

# Loads the rules in one step, or says why not and changes nothing.
nat_balancer_load() {
	nat_balancer_in_force && return 0
	_said=$(printf '%s\n' "$rules" | nft ${check:+-c} -f - 2>&1) || {
		printf 'refused=%s\n' "$(printf '%s' "$_said" | head -n 1)"
		return 1
	}
	echo changed=1
	[ -n "$check" ] || toa_write "/etc/toa/$name.loaded" 0600 "$(nat_balancer_listing)" >/dev/null
}

nat_balancer_addresses() {
	[ -z "$vips" ] || printf '%s\n' "$vips" | while read -r _vip; do
		ip -o addr show dev "$vip_device" 2>/dev/null | grep -qF " $_vip " && continue
		echo changed=1
		[ -n "$check" ] || ip addr replace "$_vip" dev "$vip_device" || exit 1
	done
}

# Connections to address $1, port $2 that conntrack knows as established
nat_balancer_connections() {
	if [ -r /proc/net/nf_conntrack ]; then
		cat /proc/net/nf_conntrack
	elif command -v conntrack >/dev/null 2>&1; then
		conntrack -L -p tcp 2>/dev/null
	else
		echo "connections cannot be counted here: install conntrack" >&2
		return 1
	fi |
		awk -v address="$1" -v port="$2" '/ESTABLISHED/ { src = sport = ""
			for (i = 1; i <= NF; i++) { if ($i ~ /^src=/) src = substr($i, 5); if ($i ~ /^sport=/) sport = substr($i, 7) }
			if (src == address && sport == port) n++ } END { print n + 0 }'
}

# Waits until servers with weight 0 have no connection
nat_balancer_drain() {
	[ -n "$drain" ] && [ -z "$check" ] || return 0
	_waited=0
	while :; do
		_left=$(printf '%s\n' "$drain" | while read -r _address _port; do
			_count=$(nat_balancer_connections "$_address" "$_port") || exit 1
			[ "$_count" = 0 ] || printf '%s:%s %s; ' "$_address" "$_port" "$_count"
		done) || return 1
		[ -n "$_left" ] || return 0
		[ "$_waited" -lt "$wait" ] || {
			echo "left=${_left%; }"
			return 0
		}
		sleep 1
		_waited=$((_waited + 1))
	done
}

nat_balancer_main() {
	command -v nft >/dev/null 2>&1 || {
		echo "there is no nft on this host: install nftables" >&2
		return 1
	}
	if [ -n "$vip_device" ] && ! ip link show dev "$vip_device" >/dev/null 2>&1; then
		echo "there is no network device $vip_device on this host (vip_device)" >&2
		return 1
	fi
	nat_balancer_load || return 0
	nat_balancer_addresses || return 1
	toa_write "/etc/toa/$name.nft" 0644 "$rules" || return 1
	toa_write "/etc/toa/$name.up" 0755 "$(nat_balancer_script)" || return 1
	toa_boot_unit "$name" "$(nat_balancer_unit)" || return 1
	nat_balancer_drain
}

nat_balancer_absent() {
	if command -v nft >/dev/null 2>&1 && nat_balancer_listing >/dev/null; then
		echo changed=1
		[ -n "$check" ] || nft delete table inet "$name" || return 1
	fi
	if [ -f "/etc/toa/$name.up" ]; then
		sed -n 's/^ip addr replace \([^ ]*\) dev \([^ ]*\) .*/\1 \2/p' "/etc/toa/$name.up" | while read -r _vip _device; do
			[ -n "$check" ] || ip addr del "$_vip" dev "$_device" 2>/dev/null
		done
	fi
	toa_boot_unit_drop "$name"
	for _path in "/etc/toa/$name.nft" "/etc/toa/$name.up" "/etc/toa/$name.loaded"; do toa_remove "$_path"; done
	[ -n "$check" ] || rmdir /etc/toa 2>/dev/null
	return 0
}
