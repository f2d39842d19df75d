# shellcheck shell=sh
# shellcheck disable=SC2154 # url, method...: set by the call
# HTTP(S), FTP and file: requests by curl, wget or busybox wget. Variables: url, method, timeout (s), headers (lines
# "Name: value"), agent, user, password, basic (send them at once), validate (empty: any certificate), use_proxy,
# client_cert, client_key, ca_path, follow (all, safe, none), netrc, ciphers, unix_socket, http_program (only this one).
# Secrets stand in private files, never in a command line.

# Characters that end a quoted value of a curl or wget configuration file
http_quoted() { printf '%s' "$1" | sed 's/[\\"]/\\&/g' | tr -d '\n'; }

http_curl_config() {
	printf 'url = "%s"\nrequest = "%s"\nsilent\nshow-error\n' "$(http_quoted "$url")" "$method"
	printf 'connect-timeout = %s\nspeed-time = %s\nspeed-limit = 1\nuser-agent = "%s"\n' "$timeout" "$timeout" "$(http_quoted "$agent")"
	printf '%s\n' "$headers" | while IFS= read -r _line; do
		[ -z "$_line" ] || printf 'header = "%s"\n' "$(http_quoted "$_line")"
	done
	if [ "$method" = HEAD ]; then echo head; fi
	case $follow:$method in all:* | safe:GET | safe:HEAD) printf 'location\nmax-redirs = 10\n' ;; esac
	if [ -n "$user$password" ]; then
		printf 'user = "%s:%s"\n' "$(http_quoted "$user")" "$(http_quoted "$password")"
		[ -n "$basic" ] || echo anyauth
	fi
	[ -n "$validate" ] || echo insecure
	[ -n "$use_proxy" ] || echo 'noproxy = "*"'
	[ -z "$client_cert" ] || printf 'cert = "%s"\n' "$(http_quoted "$client_cert")"
	[ -z "$client_key" ] || printf 'key = "%s"\n' "$(http_quoted "$client_key")"
	[ -z "$ca_path" ] || printf 'cacert = "%s"\n' "$(http_quoted "$ca_path")"
	[ -z "$ciphers" ] || printf 'ciphers = "%s"\n' "$(http_quoted "$ciphers")"
	[ -z "$netrc" ] || echo netrc-optional
	[ -z "$unix_socket" ] || printf 'unix-socket = "%s"\n' "$(http_quoted "$unix_socket")"
}

# $1 file for the body, $2 file for the headers, $3 file with the request's body or empty
http_curl() {
	_config=$(mktemp "${TMPDIR:-/tmp}/.toa-http.XXXXXX") || return 1
	http_curl_config >"$_config"
	set -- "$1" "$2" ${3:+"--data-binary"} ${3:+"@$3"}
	_body=$1
	_heads=$2
	shift 2
	: >"$_body"
	_said=$(curl -K "$_config" -o "$_body" -D "$_heads" -w '%{http_code} %{url_effective}' "$@" 2>"$_config.err" </dev/null)
	_rc=$?
	http_status=${_said%% *}
	http_url=${_said#* }
	http_error=$(sed 's/^curl: ([0-9]*) //' "$_config.err" | head -n 1)
	# with "head" curl writes the headers there too
	[ "$method" != HEAD ] || : >"$_body"
	rm -f "$_config" "$_config.err"
	return $_rc
}

http_wget_config() {
	printf 'timeout = %s\ntries = 1\nuser_agent = %s\n' "$timeout" "$agent"
	printf '%s\n' "$headers" | while IFS= read -r _line; do [ -z "$_line" ] || printf 'header = %s\n' "$_line"; done
	if [ -n "$user$password" ]; then
		printf 'user = %s\npassword = %s\n' "$user" "$password"
		[ -z "$basic" ] || echo 'auth_no_challenge = on'
	fi
	[ -n "$validate" ] || echo 'check_certificate = off'
	[ -n "$use_proxy" ] || echo 'use_proxy = off'
	[ -z "$client_cert" ] || printf 'certificate = %s\n' "$client_cert"
	[ -z "$client_key" ] || printf 'private_key = %s\n' "$client_key"
	[ -z "$ca_path" ] || printf 'ca_certificate = %s\n' "$ca_path"
	[ -n "$netrc" ] || echo 'netrc = off'
	case $follow:$method in all:* | safe:GET | safe:HEAD) echo 'max_redirect = 10' ;; *) echo 'max_redirect = 0' ;; esac
}

http_wget() {
	[ -z "$ciphers$unix_socket" ] || {
		http_error="ciphers and unix_socket need curl on the host"
		return 2
	}
	_config=$(mktemp "${TMPDIR:-/tmp}/.toa-http.XXXXXX") || return 1
	http_wget_config >"$_config"
	_body=$1
	_heads=$2
	_send=$3
	set --
	[ "$method" = GET ] || {
		wget --help 2>&1 | grep -q -- --method || [ "$method" = POST ] || {
			http_error="this host's wget knows GET and POST only"
			rm -f "$_config"
			return 2
		}
		if [ "$method" = HEAD ]; then
			set -- --spider
		elif wget --help 2>&1 | grep -q -- --body-file; then
			set -- "--method=$method" ${_send:+"--body-file=$_send"}
		else set -- "--post-file=${_send:-/dev/null}"; fi
	}
	wget --help 2>&1 | grep -q -- --content-on-error && set -- "$@" --content-on-error
	WGETRC=$_config wget -q -S -O "$_body" "$@" -- "$url" 2>"$_heads" </dev/null
	_rc=$?
	# -S indents the headers; what is not indented is what wget itself says
	http_error=$(sed -n '/^ /!p' "$_heads" | tail -n 1)
	sed -n 's/^  //p' "$_heads" >"$_config" && cat "$_config" >"$_heads"
	rm -f "$_config"
	http_status=$(awk '/^HTTP\// { s = $2 } END { print s }' "$_heads")
	http_url=$(awk 'tolower($1) == "location:" { u = $2 } END { print u }' "$_heads" | tr -d '\r')
	http_url=${http_url:-$url}
	[ -n "$http_status" ] && return 0
	case $url in ftp:*) [ $_rc -ne 0 ] || http_status=200 ;; esac
	return $_rc
}

http_busybox() {
	if [ -n "$password$ciphers$unix_socket$client_cert$3" ] || [ "$method" != GET ]; then
		http_error='busybox wget can only GET, without credentials: install curl or wget on the host'
		return 2
	fi
	_body=$1
	_heads=$2
	set -- -q -S -U "$agent" -O "$_body"
	# not every build has it, and one without even crashes
	if busybox wget --help 2>&1 | grep -q -- '-T '; then set -- "$@" -T "$timeout"; fi
	[ -n "$validate" ] || set -- "$@" --no-check-certificate
	[ -n "$use_proxy" ] || set -- "$@" -Y off
	while IFS= read -r _line; do [ -z "$_line" ] || set -- "$@" --header "$_line"; done <<-EOT
		$headers
	EOT
	busybox wget "$@" "$url" 2>"$_heads" </dev/null
	_rc=$?
	http_error=$(grep -v '^ ' "$_heads" | tail -n 1 | sed 's/^wget: //')
	sed -n 's/^  //p' "$_heads" >"$_heads.2" && mv -f "$_heads.2" "$_heads"
	http_status=$(awk '/^HTTP\// { s = $2 } END { print s }' "$_heads")
	http_url=$url
	[ -n "$http_status" ] || case $http_error in *'server returned error: HTTP/'*) http_status=$(printf '%s' "$http_error" | sed 's|.*HTTP/[0-9.]* \([0-9]*\).*|\1|') ;; esac
	if [ $_rc = 0 ] && [ -z "$http_status" ]; then http_status=200; fi
	[ -n "$http_status" ]
}

# Makes one request. Sets http_status (000 or empty without an answer), http_reason (the server's words for an error),
# http_url (after redirects), http_error.
# $1 file for the body, $2 file for the headers (dropped when empty), $3 file with the request's body
http_request() {
	_h=${2:-$1.headers}
	: >"$_h"
	http_error=
	http_status=
	http_url=$url
	case $url in
	file:///*)
		http_status=200
		cat "${url#file://}" >"$1" || {
			http_status=404
			http_error="cannot read ${url#file://}"
		}
		_rc=0
		;;
	*)
		if [ "${http_program:-curl}" = curl ] && command -v curl >/dev/null 2>&1; then
			http_curl "$1" "$_h" "${3-}"
		elif [ "${http_program:-wget}" = wget ] && wget --version >/dev/null 2>&1; then
			http_wget "$1" "$_h" "${3-}"
		elif [ "${http_program:-busybox}" = busybox ] && command -v busybox >/dev/null 2>&1; then
			http_busybox "$1" "$_h" "${3-}"
		else
			http_error='neither curl, wget nor busybox is on this host'
			false
		fi
		_rc=$?
		;;
	esac
	http_reason=
	# shellcheck disable=SC2034 # callers read it
	case $http_status in [345]*) http_reason=$(sed -n 's/^HTTP\/[0-9.]* [0-9]* *//p' "$_h" | tail -n 1 | tr -d '\r') ;; esac
	[ -n "${2-}" ] || rm -f "$_h"
	case $http_status in '' | 000) return 1 ;; esac
	return 0
}
