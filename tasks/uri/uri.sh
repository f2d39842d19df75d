# shellcheck shell=sh
# shellcheck disable=SC2154 # url, dest...: set by the call
# Remote half of uri: the request, and its body into a file or the answer. Needs files.sh and http.sh.

uri_exists() {
	_path=$(toa_expand "$1")
	[ -e "$_path" ]
}

# $has_body: the request's body comes on stdin
uri_main() {
	if [ -n "$creates" ] && uri_exists "$creates"; then
		echo skip=creates
		return 0
	fi
	if [ -n "$removes" ] && ! uri_exists "$removes"; then
		echo skip=removes
		return 0
	fi
	_work=$(mktemp -d "${TMPDIR:-/tmp}/.toa-uri.XXXXXX") || return 1
	_send=
	if [ -n "$src" ]; then
		_send=$(toa_expand "$src")
		[ -r "$_send" ] || {
			rm -rf "$_work"
			echo "Unable to open source file $src" >&2
			return 1
		}
	elif [ -n "$has_body" ]; then
		_send=$_work/send
		cat >"$_send"
	fi
	http_request "$_work/body" "$_work/heads" "$_send"
	printf 'status=%s\nreason=%s\nurl=%s\nerror=%s\nsize=%s\n' "${http_status:--1}" "$http_reason" "$http_url" "$http_error" "$(wc -c <"$_work/body" 2>/dev/null | tr -d ' ')"
	[ -z "$dest" ] || uri_save || {
		rm -rf "$_work"
		return 1
	}
	printf -- '--output--\n'
	wc -c <"$_work/heads" | tr -d ' '
	cat "$_work/heads"
	[ ! -f "$_work/body" ] || cat "$_work/body"
	rm -rf "$_work"
}

uri_save() {
	case " $status_code " in *" $http_status "*) ;; *) return 0 ;; esac
	[ "$http_status" != 304 ] || return 0
	dest=$(toa_expand "$dest")
	if [ -d "$dest" ]; then
		_name=${http_url%%[?#]*}
		case ${_name#*://} in */?*) _name=${_name##*/} ;; *) _name= ;; esac
		dest=${dest%/}/${_name:-index.html}
	fi
	printf 'path=%s\n' "$dest"
	if [ ! -f "$dest" ] || [ "$(toa_sha1 "$dest")" != "$(toa_sha1 "$_work/body")" ]; then
		echo changed=1
		toa_create "$dest" || {
			echo "Destination ${dest%/*} not writable" >&2
			return 1
		}
		_new=$toa_new
		if ! cat "$_work/body" >"$_new" || ! toa_replace "$_new" "$dest" "$unsafe"; then
			toa_drop "$_new"
			return 1
		fi
	fi
	toa_attributes "$dest" && toa_report "$dest"
}
