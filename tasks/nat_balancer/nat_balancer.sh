# shellcheck shell=sh
# shellcheck disable=SC2154 # variables are set by the call
# Remote half of nat_balancer; needs tasks/shared/{files,toa,director}.sh. One nftables table, one file, one boot unit, all by $name.

nat_balancer_unit() { toa_network_unit ". What this balancer forwards." "NAT balancer $name" "ExecStart=/bin/sh /etc/toa/$name.up"; }

# What brings it up, at boot and now
nat_balancer_script() {
	printf '#!/bin/sh\n# Made by toa-play. What this balancer forwards.\n'
	director_addresses_lines
	printf 'exec nft -f /etc/toa/%s.nft\n' "$name"
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

nat_balancer_main() {
	command -v nft >/dev/null 2>&1 || {
		echo "there is no nft on this host: install nftables" >&2
		return 1
	}
	director_device || return 1
	director_load || return 0
	director_addresses || return 1
	toa_write "/etc/toa/$name.nft" 0644 "$rules" || return 1
	toa_write "/etc/toa/$name.up" 0755 "$(nat_balancer_script)" || return 1
	toa_boot_unit "$name" "$(nat_balancer_unit)" || return 1
	director_drain nat_balancer_connections
}

nat_balancer_absent() {
	director_unload || return 1
	director_addresses_drop
	director_forget 'nft up loaded'
}
