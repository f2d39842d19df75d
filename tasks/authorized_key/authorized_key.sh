# shellcheck shell=sh
# shellcheck disable=SC2154 # user, path...: set by the call
# Remote half of authorized_key: what stands around the edit of the file. Needs files.sh, edit.sh.

authorized_key_ids() { { getent passwd "$user" 2>/dev/null || awk -F: -v n="$user" '$1 == n' /etc/passwd; } | head -n 1 | cut -d: -f3,4; }

authorized_key_text() {
	_file=$(mktemp "${TMPDIR:-/tmp}/.toa-key.XXXXXX") || return 1
	http_request "$_file" '' || {
		rm -f "$_file"
		echo "$http_error" >&2
		return 1
	}
	printf 'status=%s\n--output--\n' "$http_status"
	cat "$_file"
	rm -f "$_file"
}

authorized_key_prepare() {
	[ -n "$(authorized_key_ids)" ] || {
		# under --check the user may be one that an earlier task would have made
		if [ -n "$check" ]; then
			echo "warn=user $user does not exist yet"
			return 0
		fi
		echo "Failed to lookup user $user: name not found" >&2
		return 1
	}
	if [ "$state" = absent ] || [ -n "$check" ]; then return 0; fi
	_dir=${path%/*}
	[ -d "$_dir" ] && {
		[ -z "$manage_dir" ] || authorized_key_folder
		return
	}
	if [ -z "$manage_dir" ]; then
		echo "Failed to write to $path: no such directory" >&2
		return 1
	fi
	mkdir -m 0700 "$_dir" && authorized_key_folder
}

authorized_key_folder() {
	_path=$_dir
	toa_set chmod -- 0700 || return 1
	toa_set chown -h -- "$(authorized_key_ids)" 2>/dev/null
	if [ -e /sys/fs/selinux/enforce ] && command -v restorecon >/dev/null 2>&1; then restorecon "$_dir"; fi
	return 0
}

# The file is the user's own and private
authorized_key_after() {
	_ids=$(authorized_key_ids | tr : ' ')
	# shellcheck disable=SC2086 # two numbers
	set -- $_ids
	toa_forget
	# shellcheck disable=SC2034 # read by toa_attributes
	mode=0600
	# shellcheck disable=SC2034
	if [ "$(id -u)" = 0 ]; then owner=$1 group=$2; fi
	toa_attributes "$path" >/dev/null
}
