# shellcheck shell=sh
# shellcheck disable=SC2154 # variables are set by the call
# What directors share: one nftables table `inet $name` ($rules, kept in /etc/toa), and addresses ($vips on $vip_device).
# Needs files.sh and toa.sh. Answers are key=value lines; nothing is written under --check ($check).

# The table as the kernel has it, without counters
director_listing() { nft -s list table inet "$name" 2>/dev/null; }

# Is what the kernel has what was loaded last?
director_in_force() {
	[ -f "/etc/toa/$name.loaded" ] && [ -f "/etc/toa/$name.nft" ] && [ "$(cat "/etc/toa/$name.nft")" = "$rules" ] &&
		[ "$(director_listing)" = "$(cat "/etc/toa/$name.loaded")" ]
}

# Notes what the kernel made of what was loaded
director_loaded() { toa_write "/etc/toa/$name.loaded" 0600 "$(director_listing)" >/dev/null; }

# Loads the rules in one step, or says why not and changes nothing.
director_load() {
	director_in_force && return 0
	_said=$(printf '%s\n' "$rules" | nft ${check:+-c} -f - 2>&1) || {
		printf 'refused=%s\n' "$(printf '%s' "$_said" | head -n 1)"
		return 1
	}
	echo changed=1
	[ -n "$check" ] || director_loaded
}

director_addresses() {
	[ -z "$vips" ] || printf '%s\n' "$vips" | while read -r _vip; do
		ip -o addr show dev "$vip_device" 2>/dev/null | grep -qF " $_vip " && continue
		echo changed=1
		[ -n "$check" ] || ip addr replace "$_vip" dev "$vip_device" || exit 1
	done
}

# Takes the table away
director_unload() {
	command -v nft >/dev/null 2>&1 && director_listing >/dev/null || return 0
	echo changed=1
	[ -n "$check" ] || nft delete table inet "$name"
}

# What gives them, as lines of /etc/toa/$name.up
director_addresses_lines() {
	[ -z "$vips" ] || printf '%s\n' "$vips" | while read -r _vip; do
		printf 'ip addr replace %s dev %s || exit 1\n' "$_vip" "$vip_device"
	done
}

# Takes away the addresses that those lines give
director_addresses_drop() {
	[ -z "$check" ] && [ -f "/etc/toa/$name.up" ] || return 0
	sed -n 's/^ip addr replace \([^ ]*\) dev \([^ ]*\) .*/\1 \2/p' "/etc/toa/$name.up" | while read -r _vip _device; do
		ip addr del "$_vip" dev "$_device" 2>/dev/null
	done
	return 0
}

# Takes away the boot unit, and the files of these kinds ($1) that /etc/toa has by this name; files elsewhere ($2...) before them
director_forget() {
	toa_boot_unit_drop "$name"
	_kinds=$1
	shift
	for _path; do toa_remove "$_path"; done
	for _kind in $_kinds; do toa_remove "/etc/toa/$name.$_kind"; done
	[ -n "$check" ] || rmdir /etc/toa 2>/dev/null
	return 0
}

# The interface for the addresses has to be there
director_device() {
	[ -n "$vip_device" ] && ! ip link show dev "$vip_device" >/dev/null 2>&1 || return 0
	echo "there is no network device $vip_device on this host (vip_device)" >&2
	return 1
}

# Waits until servers with weight 0 ($drain: lines "ADDRESS PORT") have no connection, or for $wait seconds. $1 says how many an
# address and a port have
director_drain() {
	[ -n "$drain" ] && [ -z "$check" ] || return 0
	_waited=0
	while :; do
		_left=$(printf '%s\n' "$drain" | while read -r _address _port; do
			_count=$("$1" "$_address" "$_port") || exit 1
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
