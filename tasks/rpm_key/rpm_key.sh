# shellcheck shell=sh
# shellcheck disable=SC2154 # key, fingerprint...: set by the call
# Remote half of rpm_key. Needs files.sh, http.sh.

# Short ids (last 8 digits) of the keys that rpm knows; the version of a gpg-pubkey package is that id
rpm_key_known() { rpm -q gpg-pubkey --qf '%{VERSION}\n' 2>/dev/null | grep -v 'not installed'; }

rpm_key_has() { rpm_key_known | grep -qix "$(printf '%s' "$1" | sed 's/.*\(.\{8\}\)$/\1/')"; }

rpm_key_gpg() { gpg --batch --no-options --homedir "$_home" "$@" 2>/dev/null </dev/null; }

rpm_key_fetch() {
	_file=$_home/key
	case $key in
	*://*)
		http_request "$_file" '' || {
			echo "failed to fetch key at $key , error was: $http_error" >&2
			return 1
		}
		case $http_status in 2??) ;; *)
			echo "failed to fetch key at $key , error was: HTTP Error $http_status" >&2
			return 1
			;;
		esac
		;;
	*) cat "$key" >"$_file" || {
		echo "Not a valid key $key" >&2
		return 1
	} ;;
	esac
	grep -q 'BEGIN PGP PUBLIC KEY' "$_file" || {
		echo "Not a public key: $key" >&2
		return 1
	}
}

rpm_key_main() {
	_home=$(mktemp -d "${TMPDIR:-/tmp}/.toa-gpg.XXXXXX") || return 1
	rpm_key_work
	_rc=$?
	rm -rf "$_home"
	return $_rc
}

rpm_key_work() {
	case $key in
	*[!0-9A-Fa-fx]*)
		rpm_key_fetch || return 1
		command -v gpg >/dev/null 2>&1 || {
			echo 'Failed to find required executable "gpg" in paths' >&2
			return 1
		}
		_said=$(rpm_key_gpg --with-colons --with-fingerprint "$_file")
		_id=$(printf '%s\n' "$_said" | awk -F: '$1 == "pub" { print $5; exit }')
		_fingerprint=$(printf '%s\n' "$_said" | awk -F: '$1 == "fpr" { print $10; exit }')
		if [ -n "$fingerprint" ] && [ "$fingerprint" != "$_fingerprint" ]; then
			echo "The specified fingerprint, '$fingerprint', does not match the key fingerprint '$_fingerprint'" >&2
			return 1
		fi
		;;
	*)
		[ "$state" = absent ] || {
			echo "a key id is enough to remove a key only" >&2
			return 1
		}
		_id=${key#0x}
		;;
	esac
	[ -n "$_id" ] || {
		echo "Unexpected gpg output" >&2
		return 1
	}
	if [ "$state" = present ]; then
		rpm_key_has "$_id" && return 0
		echo changed=1
		[ -n "$check" ] || rpm --import "$_file"
	else
		rpm_key_has "$_id" || return 0
		echo changed=1
		[ -n "$check" ] || rpm -e --allmatches "gpg-pubkey-$(printf '%s' "$_id" | sed 's/.*\(.\{8\}\)$/\1/' | tr 'A-F' 'a-f')"
	fi
}
