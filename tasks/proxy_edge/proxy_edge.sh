# shellcheck shell=sh
# shellcheck disable=SC2154 # variables are set by the call
# Remote half of proxy_edge; needs tasks/shared/{files,toa,director}.sh.

proxy_edge_unit() {
	toa_network_unit ': the way of a proxy that names its clients.' "Routes and rules of $name" "ExecStart=/bin/sh /etc/toa/$name.up" \
		'Before=nginx.service haproxy.service'
}

# Another's rule with our mark, or routes of another's in our table: nothing is written then.
proxy_edge_collides() {
	_rules=$(
		ip rule show
		ip -6 rule show
	)
	_other=$(printf '%s\n' "$_rules" | grep -E "fwmark $mark( |/)" | grep -v "lookup $table\$" | grep -v "lookup $table \$" | head -n 1)
	[ -n "$_other" ] || _other=$(printf '%s\n' "$_rules" | grep -E "lookup $table ?\$" | grep -v "fwmark $mark " | head -n 1)
	[ -n "$_other" ] || _other=$({
		ip route show table "$table"
		ip -6 route show table "$table"
	} 2>/dev/null | grep -v '^local default dev lo' | head -n 1)
	[ -n "$_other" ] || return 1
	printf 'by=ip rule\nrefused=%s: name another mark and table\n' "$(printf '%s' "$_other" | tr '\t' ' ')"
}

proxy_edge_routed() {
	[ -f "/etc/toa/$name.up" ] && [ "$(cat "/etc/toa/$name.up")" = "$up" ] || return 1
	case $up in *'ip -4 rule'*) ip -4 rule show | grep -q "fwmark $mark lookup $table" && [ -n "$(ip -4 route show table "$table" 2>/dev/null)" ] || return 1 ;; esac
	case $up in *'ip -6 rule'*) ip -6 rule show | grep -q "fwmark $mark lookup $table" && [ -n "$(ip -6 route show table "$table" 2>/dev/null)" ] || return 1 ;; esac
	director_in_force
}

# The proxy's own word on its whole configuration with the new part in it; the old part comes back when it says no.
proxy_edge_snippet() {
	if [ -f "$dest" ] && [ "$(cat "$dest")" = "$snippet" ]; then return 0; fi
	if [ -n "$check" ]; then
		toa_write "$dest" 0644 "$snippet"
		return
	fi
	_old=
	if [ -f "$dest" ]; then _old=$(cat "$dest") || return 1; fi
	_told=$(toa_write "$dest" 0644 "$snippet") || return 1
	if _said=$(proxy_edge_test 2>&1); then
		printf '%s\n' "$_told"
		return 0
	fi
	if [ -n "$_old" ]; then toa_write "$dest" 0644 "$_old" >/dev/null; else rm -f "$dest"; fi
	printf 'by=%s\nrefused=%s\n' "$proxy" "$(printf '%s\n' "$_said" | grep -iE 'emerg|alert|error|fatal' | head -n 1)"
	return 1
}

proxy_edge_test() {
	case $proxy in
	nginx) nginx -t -c "$config" ;;
	haproxy) haproxy -c -f "$config" -f "$dest" ;;
	esac
}

# HAProxy gives its rights away, and cannot bind to foreign addresses then
proxy_edge_rights() {
	[ "$proxy" = haproxy ] && grep -qE '^[[:space:]]*(user|uid)[[:space:]]' "$config" && ! grep -qE '^[[:space:]]*setcap[[:space:]].*cap_net_' "$config" || return 0
	echo "warn=$config names a user: HAProxy can bind to its clients' addresses only as root, or from 2.9 on with 'setcap cap_net_raw'"
}

proxy_edge_main() {
	for _program in nft ip "$proxy"; do
		command -v "$_program" >/dev/null 2>&1 || {
			echo "there is no $_program on this host" >&2
			return 1
		}
	done
	if proxy_edge_collides; then return 0; fi
	if ! _said=$(printf '%s\n' "$rules" | nft -c -f - 2>&1); then
		printf 'by=nft\nrefused=%s\n' "$(printf '%s' "$_said" | head -n 1)"
		return 0
	fi
	proxy_edge_snippet || return 0
	proxy_edge_rights
	if ! proxy_edge_routed; then
		echo changed=1
		if [ -z "$check" ]; then
			toa_write "/etc/toa/$name.nft" 0644 "$rules" >/dev/null && toa_write "/etc/toa/$name.up" 0755 "$up" || return 1
			sh "/etc/toa/$name.up" || return 1
			director_loaded || return 1
		fi
	fi
	toa_boot_unit "$name" "$(proxy_edge_unit)"
}

proxy_edge_absent() {
	if [ -f "/etc/toa/$name.up" ] && [ -z "$check" ]; then
		for _family in -4 -6; do
			while ip $_family rule del fwmark "$mark" lookup "$table" 2>/dev/null; do :; done
			ip $_family route flush table "$table" 2>/dev/null
		done
	fi
	director_unload || return 1
	director_forget 'nft up loaded' ${proxy:+"$dest"}
}
