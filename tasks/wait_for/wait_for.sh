# shellcheck shell=sh
# shellcheck disable=SC2154 # path, host, port, seconds: set by the call
# Remote half of the verb wait_for: one look. Needs tasks/shared/command.sh.

# state=absent|file|directory|link..., and, when content is wanted, the file behind an empty line.
wait_for_path() {
	toa_command_path "$path"
	if [ ! -e "$toa_path" ]; then
		echo state=absent
		return 0
	fi
	if [ -d "$toa_path" ]; then echo state=directory; else echo state=file; fi
	[ -z "$content" ] || {
		echo
		cat -- "$toa_path" 2>/dev/null
	}
	return 0
}

# Runs a command with a limit of time where timeout(1) is there.
wait_for_limited() {
	if timeout 1 true 2>/dev/null; then
		timeout "$seconds" "$@"
	elif timeout -t 1 true 2>/dev/null; then
		timeout -t "$seconds" "$@"
	else
		"$@"
	fi
}

# Whether this machine itself listens on the port.
wait_for_listens() {
	_hex=$(printf '%04X' "$port")
	cat /proc/net/tcp /proc/net/tcp6 2>/dev/null | awk -v p=":$_hex\$" '$2 ~ p && $4 == "0A" { found = 1 } END { exit !found }'
}

# state=open|closed|unknown, and what the peer says first when content is wanted.
wait_for_port() {
	# shellcheck disable=SC2016 # for the bash that is started
	_say='exec 3<>"/dev/tcp/$0/$1" || exit 1; [ -z "$2" ] || cat <&3'
	if command -v bash >/dev/null 2>&1; then
		if [ -n "$content" ]; then
			_text=$(wait_for_limited bash -c "$_say" "$host" "$port" 1 2>/dev/null)
			printf 'state=open\n\n%s' "$_text"
		elif wait_for_limited bash -c "$_say" "$host" "$port" '' >/dev/null 2>&1; then
			echo state=open
		else
			echo state=closed
		fi
	elif command -v nc >/dev/null 2>&1; then
		if [ -n "$content" ]; then
			_text=$(wait_for_limited nc "$host" "$port" </dev/null 2>/dev/null)
			printf 'state=open\n\n%s' "$_text"
		elif wait_for_limited nc -z -w "$seconds" "$host" "$port" >/dev/null 2>&1 ||
			{ echo | wait_for_limited nc -w 1 "$host" "$port" >/dev/null 2>&1; }; then
			echo state=open
		else
			echo state=closed
		fi
	else
		case $host in
		127.* | localhost | ::1 | 0.0.0.0)
			if wait_for_listens; then echo state=open; else echo state=closed; fi
			;;
		*) echo state=unknown ;;
		esac
	fi
}

# Connections of the port: one line each, remote address in the kernel's hex and state in hex.
wait_for_connections() {
	_hex=$(printf '%04X' "$port")
	cat /proc/net/tcp /proc/net/tcp6 2>/dev/null | awk -v p=":$_hex\$" '$2 ~ p { split($3, a, ":"); print a[1], $4 }'
}
