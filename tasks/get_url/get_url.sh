# shellcheck shell=sh
# shellcheck disable=SC2154 # url, dest...: set by the call
# Remote half of get_url; needs files.sh and http.sh.

# The text of a file of checksums
get_url_text() {
	_file=$(mktemp "${TMPDIR:-/tmp}/.toa-get.XXXXXX") || return 1
	http_request "$_file" '' || {
		rm -f "$_file"
		echo "$http_error" >&2
		return 1
	}
	printf 'status=%s\n--output--\n' "$http_status"
	cat "$_file"
	rm -f "$_file"
}

# Answers "done=..." when what is there suffices
get_url_present() {
	[ -f "$dest" ] && [ -z "$force" ] || return 1
	if [ -n "$checksum" ]; then
		[ "$(toa_checksum "$dest" "$algorithm")" = "$checksum" ] || return 1
		echo done=exists
		return 0
	fi
	_date=$(date -u -r "$dest" '+%a, %d %b %Y %H:%M:%S GMT' 2>/dev/null) || return 1
	headers="If-Modified-Since: $_date
$headers"
	return 1
}

# Name that a folder as dest takes: of Content-Disposition, else of the URL after redirects
get_url_name() {
	_name=$(tr -d '\r' <"$1" | sed -n 's/^[Cc]ontent-[Dd]isposition:.*filename="\{0,1\}\([^";]*\).*/\1/p' | tail -n 1)
	_name=${_name##*/}
	if [ -z "$_name" ]; then
		_name=${http_url%%[?#]*}
		case ${_name#*://} in */*) _name=${_name##*/} ;; *) _name= ;; esac
	fi
	printf '%s\n' "${_name:-index.html}"
}

get_url_main() {
	dest=$(toa_expand "$dest")
	_folder=
	if [ -d "$dest" ]; then
		_folder=$dest
	else
		printf 'dest=%s\n' "$dest"
		if get_url_present; then
			toa_attributes "$dest" && toa_report "$dest"
			return
		fi
	fi
	# the space is needed beside dest anyway; in check mode nothing is written there
	_beside=${_folder:+${_folder%/}/get_url}
	_beside=${_beside:-$dest}
	case $_beside in */*) _parent=${_beside%/*} ;; *) _parent=. ;; esac
	[ -z "$_parent" ] || [ -d "$_parent" ] || {
		echo "Destination $_parent does not exist" >&2
		return 1
	}
	if [ -n "$tmp_dest" ]; then
		[ -d "$tmp_dest" ] || {
			echo "$tmp_dest directory does not exist." >&2
			return 1
		}
		_new=$(mktemp "$tmp_dest/.toa-get.XXXXXX") || return 1
	elif [ -n "$check" ]; then
		_new=$(mktemp "${TMPDIR:-/tmp}/.toa-get.XXXXXX") || return 1
	else
		toa_create "$_beside" || {
			echo "Destination $_parent is not writable" >&2
			return 1
		}
		_new=$toa_new
	fi
	_heads=$(mktemp "${TMPDIR:-/tmp}/.toa-get.XXXXXX") || return 1
	http_request "$_new" "$_heads"
	printf 'status=%s\nreason=%s\nurl=%s\nerror=%s\n' "${http_status:--1}" "$http_reason" "$http_url" "$http_error"
	if [ -n "$_folder" ]; then
		dest=${_folder%/}/$(get_url_name "$_heads")
		printf 'dest=%s\n' "$dest"
	fi
	rm -f "$_heads"
	get_url_place
	_rc=$?
	toa_drop "$_new"
	return $_rc
}

# The finished download at $_new to $dest
get_url_place() {
	toa_plain "$dest" || return 1
	case $http_status in
	2??) [ -z "$http_error" ] || return 0 ;;
	304)
		[ -f "$dest" ] || return 0
		toa_attributes "$dest" && toa_report "$dest"
		return
		;;
	*) return 0 ;;
	esac
	printf 'size=%s\n' "$(wc -c <"$_new" | tr -d ' ')"
	_sum=$(toa_sha1 "$_new")
	_old=
	[ -f "$dest" ] && _old=$(toa_sha1 "$dest")
	printf 'sum=%s\nold=%s\nmd5=%s\n' "$_sum" "$_old" "$(toa_checksum "$_new" md5)"
	[ "$_sum" = "$_old" ] || echo changed=1
	_have=$(toa_checksum "$_new" "${algorithm:-sha1}")
	if [ -n "$checksum" ] && [ "$_have" != "$checksum" ]; then
		echo "mismatch=The checksum for $dest did not match $checksum; it was $_have."
		return 0
	fi
	if [ "$_sum" != "$_old" ]; then
		[ -n "$check" ] && return 0
		if [ -n "$backup" ] && [ -e "$dest" ]; then toa_backup "$dest" || return 1; fi
		if [ -h "$dest" ]; then {
			toa_follow "$dest" || return 1
			dest=$toa_real
		}; fi
		toa_replace "$_new" "$dest" "$unsafe" || return 1
	fi
	[ -e "$dest" ] || return 0
	toa_attributes "$dest" && toa_report "$dest"
}
