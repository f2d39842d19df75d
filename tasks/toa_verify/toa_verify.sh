# shellcheck shell=sh
# shellcheck disable=SC2154 # sum, ports...: set by the call
# Remote half of toa_verify; needs tasks/shared/{files,toa,listeners}.sh.
# Variables: sum, uploaded, ports (words; services to prove too), timeout (ms), self (1: own listeners), record, check

# What the receiver has counted, as JSON, and whom it refused last
toa_verify_counters() {
	if [ -e /proc/net/toa_kinds ]; then
		awk 'BEGIN { printf "{" } NF == 2 && $2 ~ /^[0-9]+$/ { printf "%s\"%s\":%s", (n++ ? "," : ""), $1, $2 } END { print "}" }' /proc/net/toa
	elif [ -x "$_bin/toa-bpf" ]; then
		"$_bin/toa-bpf" stats 2>/dev/null | sed -n 's/.*"counters":\({[^}]*}\).*/\1/p'
	fi
}

# Whom the receiver refused last, as `toa-bpf status` says it; the module's lines of /proc/net/toa in the same words
toa_verify_refused() {
	if [ -e /proc/net/toa_kinds ]; then
		awk 'BEGIN { printf "{\"refused\":[" }
			$1 == "refused_peer" && NF == 5 { printf "%s{\"address\":\"%s\",\"reason\":\"%s\",\"count\":%d,\"seconds_ago\":%d}", (n++ ? "," : ""), $2, $3, $4, $5 }
			END { print "]}" }' /proc/net/toa
	elif [ -x "$_bin/toa-bpf" ]; then
		"$_bin/toa-bpf" status 2>/dev/null
	fi
}

# Keeps when the host was proved last, how it ended and what was counted then, for toa_facts and the next proof: whole or
# not at all. A host that cannot keep it is proved all the same. $1: `"ok":...` and the numbers
toa_verify_keep() {
	mkdir -p /var/lib/toa && toa_create /var/lib/toa/proof && _new=$toa_new || return 0
	_build=$("$_bin/toa-bpf" version 2>/dev/null | sed -n 's/.*"build":"\([0-9a-f]*\)".*/\1/p')
	_counters=$(toa_verify_counters)
	if printf '{"at":%s,"build":"%s","counters":%s,%s}\n' "$(date +%s)" "$_build" "${_counters:-"{}"}" "$1" >"$_new" &&
		chmod 0644 "$_new" && mv -f -- "$_new" /var/lib/toa/proof; then return 0; fi
	rm -f "$_new"
}

# The same, from the controller: where more decides than the probe's own word. $1 as toa_verify_keep
toa_verify_record() { _bin=$(toa_bin) && toa_verify_keep "$1"; }

# A service on this host, at the address where it listens. $1 port; the answer is in _said
toa_verify_port() {
	set -- --port "$1"
	_where=$(toa_listeners | awk -v port="$2" '$1 == port { print $2, $3 }')
	case $_where in
	'' | *'4 *'* | *'6 *'*) ;;
	*)
		_where=$(printf '%s\n' "$_where" | head -n 1)
		set -- "$@" --address "${_where#* }"
		;;
	esac
	toa_verify_ask "$@"
	# a socket for IPv6 alone
	case $_where/$_said in 6*/*'"result":"no_answer"'*) case $* in *--address*) ;; *) toa_verify_ask "$@" --family 6 ;; esac ;; esac
	# TCP_DEFER_ACCEPT: nobody accepts before there is something to read
	case $_said in *'"result":"not_accepted"'*)
		case $2 in *443) toa_verify_ask "$@" --tls - ;; *) toa_verify_ask "$@" --http / ;; esac
		;;
	esac
}

toa_verify_ask() { _said=$("$_bin/toa-probe" port "$@" --timeout "$timeout" 2>/dev/null); }

# Services that the firewall may let in where it drops what we listen on: the usual ones first, six at most
toa_verify_others() {
	toa_listeners | awk '{ n = index(" 80 443 8080 8443 22 ", " " $1 " "); print (n ? n : 100 + $1), $1 }' | sort -n | awk '!seen[$2]++ { print $2 }' | head -n 6
}

toa_verify_services() {
	for _port in $ports; do
		toa_verify_port "$_port"
		printf 'service=%s %s\n' "$_port" "$_said"
	done
	[ -z "$ports" ] || return 0
	case $_report in *'"result":"firewall"'*) ;; *) return 0 ;; esac
	for _port in $(toa_verify_others); do
		toa_verify_port "$_port"
		printf 'fallback=%s %s\n' "$_port" "$_said"
		case $_said in *'],"ok":true'*) return 0 ;; esac
	done
}

toa_verify_main() {
	_bin=$(toa_bin) || _bin=
	if [ -z "$_bin" ] || [ "$(toa_checksum "$_bin/toa-probe" sha256)" != "$sum" ]; then
		[ -n "$uploaded" ] || {
			echo need=1
			return 0
		}
		toa_install "$uploaded" toa-probe || return 1
		_bin=$(toa_bin) || return 1
	fi
	_report=$("$_bin/toa-probe" "$@" 2>/dev/null)
	printf 'report=%s\n' "$_report"
	if [ -n "$self" ]; then
		toa_verify_services
		[ ! -f /var/lib/toa/proof ] || printf 'before=%s\n' "$(head -n 1 /var/lib/toa/proof)"
		printf 'counters=%s\n' "$(toa_verify_counters)"
		printf 'status=%s\n' "$(toa_verify_refused)"
	fi
	[ -n "$record" ] || return 0
	# else the controller sees first what it all comes to, and says it in a call of its own
	case $ports/$_report in /*'],"ok":true'*)
		toa_verify_keep "$(printf '%s' "${_report##*\],}" | sed 's/}$//')"
		echo kept=1
		;;
	esac
}
