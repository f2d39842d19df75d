# shellcheck shell=sh
# shellcheck disable=SC2154 # url, file, id...: set by the call
# Remote half of apt_key: keys in apt's trusted folders, with gpg. Needs files.sh, http.sh.

apt_key_gpg() { gpg --batch --no-options --no-default-keyring --homedir "$_home" "$@" 2>/dev/null </dev/null; }

# Fingerprints and key ids that a file holds
apt_key_ids() { apt_key_gpg --with-colons --import-options show-only --import "$1" 2>/dev/null | awk -F: '/^(pub|sub):/ { print $5 } /^fpr:/ { print $10 }'; }

apt_key_has() {
	for _ring in ${keyring:+"$keyring"} /etc/apt/trusted.gpg /etc/apt/trusted.gpg.d/*.gpg /etc/apt/trusted.gpg.d/*.asc; do
		[ -f "$_ring" ] || continue
		if [ -n "$keyring" ] && [ "$_ring" != "$keyring" ]; then continue; fi
		if apt_key_ids "$_ring" | grep -qi "$1\$"; then
			printf '%s\n' "$_ring"
			return 0
		fi
	done
	return 1
}

apt_key_fetch() {
	_key=$_home/key
	if [ -n "$url" ]; then
		http_request "$_key" '' || {
			echo "Failed to download key at $url: $http_error" >&2
			return 1
		}
		case $http_status in 2??) ;; *)
			echo "Failed to download key at $url: HTTP Error $http_status" >&2
			return 1
			;;
		esac
	elif [ -n "$file" ]; then
		cat "$file" >"$_key" || return 1
	elif [ -n "$has_data" ]; then
		cat >"$_key"
	elif [ -n "$keyserver" ]; then
		if ! apt_key_gpg --keyserver "$keyserver" --recv-keys "$id" || ! apt_key_gpg --export "$id" >"$_key"; then
			echo "Error fetching key $id from keyserver: $keyserver" >&2
			return 1
		fi
	fi
}

apt_key_present() {
	[ -z "$id" ] || ! apt_key_has "$id" >/dev/null || return 0
	apt_key_fetch || return 1
	_ids=$(apt_key_ids "$_key")
	[ -n "$_ids" ] || {
		echo 'Unable to read the key: it is no OpenPGP key' >&2
		return 1
	}
	if [ -n "$id" ] && ! printf '%s\n' "$_ids" | grep -qi "$id\$"; then
		echo "the key does not have the id $id; it has: $(printf '%s' "$_ids" | tr '\n' ' ')" >&2
		return 1
	fi
	_main=$(printf '%s\n' "$_ids" | head -n 1)
	printf 'key_id=%s\n' "$_main"
	apt_key_has "$_main" >/dev/null && return 0
	echo changed=1
	[ -n "$check" ] && return 0
	_dest=${keyring:-/etc/apt/trusted.gpg.d/toa-$_main.gpg}
	toa_create "$_dest" && _new=$toa_new || return 1
	if head -c 64 "$_key" | grep -q 'BEGIN PGP'; then gpg --batch --homedir "$_home" --dearmor <"$_key" >"$_new" 2>/dev/null || return 1; else cat "$_key" >"$_new"; fi
	toa_replace "$_new" "$_dest"
}

apt_key_absent() {
	_ring=$(apt_key_has "$id") || return 0
	echo changed=1
	[ -n "$check" ] && return 0
	if [ "$(apt_key_gpg --with-colons --import-options show-only --import "$_ring" | grep -c '^pub:')" = 1 ]; then
		rm -f "$_ring"
	else apt_key_gpg --keyring "$_ring" --yes --delete-keys "$id" || {
		echo "cannot remove $id from $_ring" >&2
		return 1
	}; fi
}

apt_key_main() {
	command -v gpg >/dev/null 2>&1 || {
		echo 'Failed to find required executable "gpg" in paths' >&2
		return 1
	}
	_home=$(mktemp -d "${TMPDIR:-/tmp}/.toa-gpg.XXXXXX") || return 1
	"apt_key_$state"
	_rc=$?
	rm -rf "$_home"
	return $_rc
}
