# shellcheck shell=sh
# shellcheck disable=SC2154 # port, seconds...: set by the call
# Remote half of toa_explain; needs tasks/shared/{files,toa,kmod,listeners}.sh. Gathers evidence and judges nothing; changes
# nothing. Variables: port (or empty), seconds, connections, sum_bpf, sum_probe, uploaded_bpf, uploaded_probe

# The programs of this installation: those in place, else uploaded ones beside them for the time of this call
toa_explain_programs() {
	_bin=$(toa_bin) || _bin=
	_bpf=$_bin/toa-bpf _probe=$_bin/toa-probe _lent=
	if [ -n "$_bin" ] && [ "$(toa_checksum "$_bpf" sha256)" = "$sum_bpf" ] && [ "$(toa_checksum "$_probe" sha256)" = "$sum_probe" ]; then return 0; fi
	if [ -z "$uploaded_bpf" ]; then
		echo need=1
		return 1
	fi
	_bin=$(toa_bin make) || return 1
	_lent=$_bin _bpf=$_bin/.toa-bpf.$$ _probe=$_bin/.toa-probe.$$
	toa_put "$uploaded_bpf" "$_bpf" && toa_put "$uploaded_probe" "$_probe"
}

toa_explain_forget() {
	[ -n "$_lent" ] || return 0
	rm -f "$_bpf" "$_probe"
	{ rmdir "$_lent" && rmdir "${_lent%/*}"; } 2>/dev/null
	return 0
}

# Which receiver there is, what it counted, and modules that rewrite the same answers
toa_explain_receiver() {
	printf 'status=%s\n' "$("$_bpf" status 2>/dev/null)"
	printf 'stats=%s\n' "$("$_bpf" stats 2>/dev/null)"
	printf 'hooks=0 %s\n' "$("$_bpf" hooks 2>/dev/null)"
	printf 'check=%s\n' "$("$_bpf" check 2>/dev/null)"
	_since=$(stat -c %Y /sys/fs/bpf/toa/config 2>/dev/null)
	case $(kmod_loaded) in
	ours)
		echo module=ours
		sed 's/^/module_state=/' /proc/net/toa
		sed 's/^/module_network=/' /proc/net/toa_allow
		_since=$(stat -c %Y /sys/module/toa/initstate 2>/dev/null)
		;;
	esac
	printf 'since=%s\n' "$_since"
	awk '$1 ~ /^(toa|hw_toa|toa_[a-z0-9]+|vtoa|ttm|tcp_toa|tgw_toa)$/ { print "loaded=" $1 }' /proc/modules 2>/dev/null
	return 0
}

# Processes that have a socket, by its number; where the kernel is too old to ask sockets. $1 inode
toa_explain_owner() {
	# shellcheck disable=SC2012 # links of /proc; find has no -lname everywhere
	ls -l /proc/[0-9]*/fd 2>/dev/null | awk -v want="socket:[$1]" '
		/^\/proc\/[0-9]+\/fd:$/ { split($0, part, "/"); pid = part[3] }
		$NF == want && !seen[pid]++ { print pid }'
}

# When a process began, in seconds since 1970. $1 pid
toa_explain_began() {
	_ticks=$(sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | awk '{ print $20 }')
	[ -n "$_ticks" ] && awk -v now="$(date +%s)" -v ticks="$_ticks" -v hertz="$(getconf CLK_TCK 2>/dev/null || echo 100)" '{ printf "%d\n", now - $1 + ticks / hertz; exit }' /proc/uptime
}

# The cgroup v2 that shows this host's own root
toa_explain_cgroups() { awk '$4 == "/" { for (i = 7; i <= NF; i++) if ($i == "-" && $(i + 1) == "cgroup2") { print $5; exit } }' /proc/self/mountinfo; }

# A process that listens: when it began, its cgroup, whether it shares our network, and whose programs run for it. $1 pid
toa_explain_process() {
	_group=$(sed -n 's/^0:://p' "/proc/$1/cgroup" 2>/dev/null)
	_same=0
	[ "$(readlink "/proc/$1/ns/net")" != "$(readlink /proc/self/ns/net)" ] || _same=1
	printf 'process=%s %s %s %s\n' "$1" "$(toa_explain_began "$1")" "$_same" "$(cat "/proc/$1/comm" 2>/dev/null)"
	printf 'group=%s %s\n' "$1" "$_group"
	_root=$(toa_explain_cgroups)
	if [ -n "$_root" ] && [ -n "$_group" ] && [ -d "$_root$_group" ]; then
		printf 'hooks=%s %s\n' "$1" "$("$_bpf" hooks --cgroup "$_root$_group" 2>/dev/null)"
	fi
}

# Who listens on the port. Sets _pids, and _net (the /proc folder of the first one's network) and _netns
toa_explain_service() {
	_said=$("$_probe" listeners --port "$port" 2>/dev/null)
	printf 'listeners=%s\n' "$_said"
	# shellcheck disable=SC2020 # characters are meant
	_pids=$(printf '%s\n' "$_said" | tr ',{' '\n\n' | sed -n 's/^"pid":\([0-9]*\)$/\1/p' | sort -nu | head -n 8)
	if [ -z "$_pids" ]; then
		_inode=$(awk -v port="$(printf '%04X' "$port")" '$4 == "0A" && $2 ~ ":" port "$" { print $10; exit }' /proc/net/tcp /proc/net/tcp6 2>/dev/null)
		[ -z "$_inode" ] || echo listening=1
		[ -z "$_inode" ] || _pids=$(toa_explain_owner "$_inode" | head -n 8)
	fi
	for _pid in $_pids; do toa_explain_process "$_pid"; done
	_net=/proc/net _netns=/proc/self/ns/net
	for _pid in $_pids; do
		_net=/proc/$_pid/net _netns=/proc/$_pid/ns/net
		break
	done
	awk -v port="$(printf '%04X' "$port")" '$2 ~ ":" port "$" { print "udp=1"; exit }' "$_net/udp" "$_net/udp6" 2>/dev/null
	return 0
}

# How many connections there are between this host's own programs to each listening port but ours: PORT COUNT
toa_explain_onward() {
	{
		toa_listeners "$_net"
		toa_explain_loopback
	} | awk '{ print $1 }' | sort -nu >"$_list" && toa_connections "$_net" | awk -v own="$port" -v list="$_list" '
		BEGIN { while ((getline line < list) > 0) is[line] = 1 }
		($4 ~ /^127\./ || $4 == "0000:0000:0000:0000:0000:0000:0000:0001" || $4 == $2) {
			if ($5 != own && is[$5]) count[$5]++
			else if ($3 != own && is[$3]) count[$3]++
		}
		END { for (at in count) print at, count[at] }' | sort -n
}

# Ports that listen on the loopback addresses
toa_explain_loopback() {
	awk '
		function number(text, i, sum) {
			for (i = 1; i <= length(text); i++) sum = sum * 16 + index("0123456789ABCDEF", substr(text, i, 1)) - 1
			return sum
		}
		$4 == "0A" { split($2, at, ":"); print number(at[2]) }' "$_net/tcp" "$_net/tcp6" 2>/dev/null
}

# What the service answers to a real handshake, what it passes on, and who has connections to it
toa_explain_ask() {
	_where=$(toa_listeners "$_net" | awk -v port="$port" '$1 == port { print $2, $3; exit }')
	set --
	case $_where in
	'6 *') set -- --family 4 ;;
	'4 *' | '') ;;
	*) set -- --address "${_where#* }" ;;
	esac
	printf 'probe=%s\n' "$("$_probe" port --port "$port" --netns "$_netns" --timeout 1500 "$@" 2>/dev/null)"
	printf 'probe_data=%s\n' "$("$_probe" port --port "$port" --netns "$_netns" --timeout 1500 --place data "$@" 2>/dev/null)"
	toa_explain_onward | sed 's/^/before=/'
	printf 'probe_http=%s\n' "$("$_probe" port --port "$port" --netns "$_netns" --timeout 1500 --http / "$@" 2>/dev/null)"
	toa_explain_onward | sed 's/^/after=/'
	toa_connections "$_net" | awk -v port="$port" '$3 == port && $1 == "01" { count[$4]++ } END { for (at in count) print "peer=" at, count[at] }' | head -n 16
	# programs of this host that talk to the port
	toa_connections "$_net" | awk -v port="$port" '$5 == port && $1 == "01" && $6 != 0 && ($4 ~ /^127\./ || $4 == $2) { print $6 }' | head -n 3 | while read -r _inode; do
		for _pid in $(toa_explain_owner "$_inode"); do printf 'front=%s %s\n' "$_pid" "$(cat "/proc/$_pid/comm" 2>/dev/null)"; done
	done
	return 0
}

toa_explain_main() {
	printf 'kernel=%s\nuid=%s\nnow=%s\n' "$(uname -r)" "$(id -u)" "$(date +%s)"
	toa_explain_programs || {
		[ -z "$uploaded_bpf" ] && return 0
		return 1
	}
	toa_explain_receiver
	if [ -n "$port" ]; then
		_list=$_bin/.ports.$$
		toa_explain_service
		toa_explain_ask
		for _other in $(toa_explain_onward | awk '{ print $1 }' | head -n 8); do
			printf 'other=%s %s\n' "$_other" "$("$_probe" listeners --port "$_other" 2>/dev/null)"
		done
		rm -f "$_list"
		printf 'watch=%s\n' "$("$_probe" watch --port "$port" --netns "$_netns" --seconds "$seconds" --connections "$connections" 2>/dev/null)"
	else
		printf 'probe=%s\n' "$("$_probe" self --only v4-ack,dual4-ack,v6-ack 2>/dev/null)"
		toa_listeners | awk '{ print "service=" $1 }' | sort -u
	fi
	toa_explain_forget
}
