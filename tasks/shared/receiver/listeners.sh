# shellcheck shell=sh
# Who listens on this host, from /proc alone. Numbers there are hexadecimal; addresses are words in the byte order of the
# machine, which is little-endian on all that our programs are built for.

# One line a TCP listener that others can reach: PORT FAMILY ADDRESS (* for any). $1: the /proc folder to look in (default: /proc/net)
toa_listeners() {
	_net=${1-/proc/net}
	for _table in tcp tcp6; do
		[ -r "$_net/$_table" ] || continue
		awk -v family="${_table#tcp}" '
			function number(text, i, sum) {
				for (i = 1; i <= length(text); i++) sum = sum * 16 + index("0123456789ABCDEF", substr(text, i, 1)) - 1
				return sum
			}
			function v4(hex) { return number(substr(hex, 7, 2)) "." number(substr(hex, 5, 2)) "." number(substr(hex, 3, 2)) "." number(substr(hex, 1, 2)) }
			function v6(hex, i, word, text) {
				for (i = 0; i < 4; i++) {
					word = substr(hex, 8 * i + 1, 8)
					text = text (i ? ":" : "") substr(word, 7, 2) substr(word, 5, 2) ":" substr(word, 3, 2) substr(word, 1, 2)
				}
				return tolower(text)
			}
			NR > 1 && $4 == "0A" {
				split($2, at, ":")
				if (at[1] ~ /^0+$/) address = "*"
				else if (family == 6) address = v6(at[1])
				else address = v4(at[1])
				if (address ~ /^127\./ || address == "0000:0000:0000:0000:0000:0000:0000:0001") next
				print number(at[2]), (family == 6 ? 6 : 4), address
			}' "$_net/$_table"
	done
}

# Connections of this host, one line each: STATE LOCAL_ADDRESS LOCAL_PORT REMOTE_ADDRESS REMOTE_PORT INODE. v4-mapped
# addresses are written as IPv4. $1: as above
toa_connections() {
	_net=${1-/proc/net}
	for _table in tcp tcp6; do
		[ -r "$_net/$_table" ] || continue
		awk '
			function number(text, i, sum) {
				for (i = 1; i <= length(text); i++) sum = sum * 16 + index("0123456789ABCDEF", substr(text, i, 1)) - 1
				return sum
			}
			function v4(hex) { return number(substr(hex, 7, 2)) "." number(substr(hex, 5, 2)) "." number(substr(hex, 3, 2)) "." number(substr(hex, 1, 2)) }
			function address(hex, i, word, text) {
				if (length(hex) == 8) return v4(hex)
				if (substr(hex, 1, 24) == "0000000000000000FFFF0000") return v4(substr(hex, 25))
				for (i = 0; i < 4; i++) {
					word = substr(hex, 8 * i + 1, 8)
					text = text (i ? ":" : "") substr(word, 7, 2) substr(word, 5, 2) ":" substr(word, 3, 2) substr(word, 1, 2)
				}
				return tolower(text)
			}
			NR > 1 && $4 != "0A" {
				split($2, here, ":"); split($3, there, ":")
				print $4, address(here[1]), number(here[2]), address(there[1]), number(there[2]), $10
			}' "$_net/$_table"
	done
}
