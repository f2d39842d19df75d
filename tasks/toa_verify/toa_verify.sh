# shellcheck shell=sh
# shellcheck disable=SC2154 # sum, arguments...: set by the call
# Remote half of toa_verify; needs tasks/shared/{files,toa}.sh.

# What the receiver counts, as toa-bpf says it; the module's lines of /proc/net/toa in the same words
toa_verify_stats() {
	if [ -x "$_bin/toa-bpf" ]; then
		_stats=$("$_bin/toa-bpf" stats 2>/dev/null)
		case $_stats in *'"counters":'*) printf '%s\n' "$_stats"; return 0 ;; esac
	fi
	[ -r /proc/net/toa ] || return 0
	awk '$1 == "refused_peer" && NF == 5 {
			peers = peers (peers == "" ? "" : ",") "{\"address\":\"" $2 "\",\"reason\":\"" $3 "\",\"count\":" $4 ",\"seconds_ago\":" $5 "}"; next }
		NF == 2 && $2 ~ /^[0-9]+$/ && $1 !~ /^(abi|allow|clients|max_clients)$/ { counters = counters (counters == "" ? "" : ",") "\"" $1 "\":" $2 }
		END { if (counters != "") print "{\"ok\":true,\"counters\":{" counters "},\"refused\":[" peers "]}" }' /proc/net/toa
}

# Keeps when the host was proved last and how it ended, for toa_facts: whole or not at all. A host that cannot keep it is proved all the same.
toa_verify_record() {
	case $_report in *'],"ok":'*) ;; *) return 0 ;; esac
	mkdir -p /var/lib/toa && toa_create /var/lib/toa/proof && _new=$toa_new || return 0
	_build=$("$_bin/toa-bpf" version 2>/dev/null | sed -n 's/.*"build":"\([0-9a-f]*\)".*/\1/p')
	_counters=$(printf '%s\n' "$_stats" | sed -n 's/.*"counters":\({[^}]*}\).*/\1/p')
	if printf '{"at":%s,"build":"%s","boot_id":"%s","counters":%s,%s\n' "$(date +%s)" "$_build" "$_boot" "${_counters:-{\}}" "${_report##*\],}" >"$_new" && chmod 0644 "$_new" && mv -f -- "$_new" /var/lib/toa/proof; then return 0; fi
	rm -f "$_new"
}

toa_verify_main() {
	_bin=$(toa_bin) || _bin=
	if [ -z "$_bin" ] || [ "$(toa_checksum "$_bin/toa-probe" sha256)" != "$sum" ]; then
		[ -n "$uploaded" ] || { echo need=1; return 0; }
		toa_install "$uploaded" toa-probe || return 1
		_bin=$(toa_bin) || return 1
	fi
	_report=$("$_bin/toa-probe" "$@" 2>/dev/null)
	_stats=$(toa_verify_stats)
	_boot=$(cat /proc/sys/kernel/random/boot_id 2>/dev/null)
	printf 'report=%s\nstats=%s\nboot=%s\nnow=%s\n' "$_report" "$_stats" "$_boot" "$(date +%s)"
	[ -f /var/lib/toa/proof ] && printf 'before=%s\n' "$(head -n 1 /var/lib/toa/proof)"
	[ -z "$record" ] || toa_verify_record
	return 0
}
