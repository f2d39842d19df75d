# shellcheck shell=sh
# shellcheck disable=SC2154 # name, uid...: set by the call
# Remote half of user: shadow-utils and the databases of the host. Needs files.sh.
# Arguments that were given are named in $given, so that an empty text can be told from none.

user_given() {
	case " $given " in *" $1 "*) return 0 ;; esac
	return 1
}

user_line() {
	if [ -n "$local" ]; then
		awk -F: -v n="$name" '$1 == n' /etc/passwd
	else getent passwd "$name" 2>/dev/null || awk -F: -v n="$name" '$1 == n' /etc/passwd; fi | head -n 1
}

user_field() { user_line | cut -d: -f"$1"; }

user_shadow() { { getent shadow "$name" 2>/dev/null || awk -F: -v n="$name" '$1 == n' /etc/shadow 2>/dev/null; } | head -n 1 | cut -d: -f"$1"; }

user_groups() { {
	cat /etc/group
	getent group 2>/dev/null
} | awk -F: -v n="$name" '
	seen[$1]++ { next }
	{ c = split($4, m, ","); for (i = 1; i <= c; i++) if (m[i] == n) print $1 }'; }

user_gid_of() { { getent group "$1" 2>/dev/null || awk -F: -v g="$1" '$1 == g || $3 == g' /etc/group; } | head -n 1 | cut -d: -f3; }

user_run() {
	echo changed=1
	[ -n "$check" ] && return 0
	_program=$1
	shift
	command -v "$_program" >/dev/null 2>&1 || {
		echo "Failed to find required executable \"$_program\" in paths" >&2
		return 1
	}
	"$_program" "$@" </dev/null
}

# A hash goes by stdin: a command line could be read by anyone
user_password() {
	echo changed=1
	[ -n "$check" ] && return 0
	printf '%s:%s\n' "$name" "$1" | chpasswd -e
}

user_check_groups() {
	[ -z "$group" ] || [ -n "$(user_gid_of "$group")" ] || {
		echo "Group $group does not exist" >&2
		return 1
	}
	_ifs=$IFS
	IFS=,
	for _g in $groups; do
		[ -n "$(user_gid_of "$_g")" ] || {
			IFS=$_ifs
			echo "Group $_g does not exist" >&2
			return 1
		}
	done
	IFS=$_ifs
}

user_create() {
	set --
	[ -z "$shell" ] || set -- "$@" -s "$shell"
	[ -z "$uid" ] || set -- "$@" -u "$uid"
	[ -z "$non_unique" ] || set -- "$@" -o
	if [ -n "$group" ]; then
		set -- "$@" -g "$group"
	elif [ -n "$(user_gid_of "$name")" ]; then
		# a group of the same name is there already: it becomes the user's, as useradd -N -g would have it
		set -- "$@" -g "$name"
	fi
	[ -z "$groups" ] || set -- "$@" -G "$groups"
	! user_given comment || set -- "$@" -c "$comment"
	[ -z "$home" ] || set -- "$@" -d "$home"
	[ -z "$system" ] || set -- "$@" -r
	[ -z "$expires_date" ] || set -- "$@" -e "$expires_date"
	[ -z "$umask" ] || set -- "$@" -K "UMASK=$umask"
	if [ -n "$create_home" ]; then
		set -- "$@" -m
		[ -z "$skeleton" ] || set -- "$@" -k "$skeleton"
	else
		set -- "$@" -M
	fi
	user_run useradd "$@" "$name" || return 1
	echo created=1
	[ -z "$check" ] || return 0
	if [ -n "$password" ]; then user_password "$password" >/dev/null || return 1; fi
	[ "$password_lock" != yes ] || usermod -L "$name"
}

# Supplementary groups as wanted: exactly $groups, or with $append those too
user_wanted_groups() {
	user_given groups || return 0
	_have=$(user_groups | sort)
	_want=$(printf '%s\n' "$groups" | tr ',' '\n' | while IFS= read -r _g; do
		[ -n "$_g" ] || continue
		{ getent group "$_g" 2>/dev/null || awk -F: -v g="$_g" '$1 == g || $3 == g' /etc/group; } | head -n 1 | cut -d: -f1
	done | sort)
	_primary=$({ getent group "$(user_field 4)" || awk -F: -v g="$(user_field 4)" '$3 == g' /etc/group; } 2>/dev/null | head -n 1 | cut -d: -f1)
	_have=$(printf '%s\n' "$_have" | grep -vxF -e "$_primary" | sed '/^$/d')
	_want=$(printf '%s\n' "$_want" | grep -vxF -e "$_primary" | sed '/^$/d')
	if [ -n "$append" ]; then
		_missing=$(printf '%s\n' "$_want" | while IFS= read -r _g; do printf '%s\n' "$_have" | grep -qxF -e "$_g" || printf '%s\n' "$_g"; done)
		[ -z "$_missing" ] || echo "-a -G $(printf '%s' "$_missing" | tr '\n' ',' | sed 's/,$//')"
	elif [ "$_have" != "$_want" ]; then
		echo "-G $(printf '%s' "$_want" | tr '\n' ',' | sed 's/,$//')"
	fi
}

user_modify() {
	set --
	if [ -n "$uid" ] && [ "$uid" != "$(user_field 3)" ]; then
		set -- "$@" -u "$uid"
		[ -z "$non_unique" ] || set -- "$@" -o
	fi
	if [ -n "$group" ] && [ "$(user_gid_of "$group")" != "$(user_field 4)" ]; then set -- "$@" -g "$group"; fi
	_change=$(user_wanted_groups)
	case $_change in
	'-a -G '*) set -- "$@" -a -G "${_change#-a -G }" ;;
	'-G '*) set -- "$@" -G "${_change#-G }" ;;
	esac
	if user_given comment && [ "$comment" != "$(user_field 5)" ]; then set -- "$@" -c "$comment"; fi
	if [ -n "$home" ] && [ "$home" != "$(user_field 6)" ]; then
		set -- "$@" -d "$home"
		[ -z "$move_home" ] || set -- "$@" -m
	fi
	if [ -n "$shell" ] && [ "$shell" != "$(user_field 7)" ]; then set -- "$@" -s "$shell"; fi
	if user_given expires && [ "$expires_days" != "$(user_shadow 8)" ]; then set -- "$@" -e "$expires_date"; fi
	_hash=$(user_shadow 2)
	case $password_lock:$_hash in yes:!*) ;; yes:*) set -- "$@" -L ;; no:!?*) set -- "$@" -U ;; esac
	if [ $# -gt 0 ]; then user_run usermod "$@" "$name" || return 1; fi
	# a locked password is compared without its mark
	if [ -n "$password" ] && [ "$update_password" = always ] && [ "${_hash#!}" != "${password#!}" ]; then
		user_password "$password" || return 1
		[ "$password_lock" != yes ] || [ -n "$check" ] || usermod -L "$name"
	fi
}

user_ages() {
	if [ -n "$password_expire_max" ] && [ "$password_expire_max" != "$(user_shadow 5)" ]; then user_run chage -M "$password_expire_max" "$name" || return 1; fi
	if [ -n "$password_expire_min" ] && [ "$password_expire_min" != "$(user_shadow 4)" ]; then user_run chage -m "$password_expire_min" "$name" || return 1; fi
	if [ -n "$password_expire_warn" ] && [ "$password_expire_warn" != "$(user_shadow 6)" ]; then user_run chage -W "$password_expire_warn" "$name" || return 1; fi
}

# A home that is asked for and missing, of an account that was there
user_home() {
	_home=$(user_field 6)
	if [ -z "$create_home" ] || [ -z "$_home" ] || [ -e "$_home" ]; then return 0; fi
	echo changed=1
	[ -n "$check" ] && return 0
	mkdir -p "${_home%/*}" && mkdir -m 0700 "$_home" && cp -R "${skeleton:-/etc/skel}/." "$_home" 2>/dev/null
	# the folder itself comes last: from then on its user may exchange what is in it
	chmod "$(printf '%o' $((0777 & ~0${umask:-022})))" "$_home" &&
		find "$_home" -depth -exec chown -h "$(user_field 3):$(user_field 4)" {} +
}

user_key() {
	_key=$(toa_expand "${ssh_key_file:-.ssh/id_${ssh_key_type}}")
	case $_key in /*) ;; *) _key=$(user_field 6)/$_key ;; esac
	if [ ! -e "$_key" ]; then
		echo changed=1
		[ -n "$check" ] && return 0
		_dir=${_key%/*}
		if [ ! -d "$_dir" ]; then
			mkdir -m 0700 "$_dir" || return 1
			_path=$_dir
			toa_set chown -h -- "$(user_field 3):$(user_field 4)" || return 1
		fi
		command -v ssh-keygen >/dev/null 2>&1 || {
			echo 'Failed to find required executable "ssh-keygen" in paths' >&2
			return 1
		}
		_made=$(mktemp -d "${TMPDIR:-/tmp}/.toa-key.XXXXXX") || return 1
		user_key_new
		_rc=$?
		rm -rf "$_made"
		[ $_rc = 0 ] || return 1
	fi
	_public=$(toa_read "$_key.pub") || return 1
	printf 'ssh_key_file=%s\nssh_public_key=%s\nssh_fingerprint=%s\n' "$_key" "$_public" "$(ssh-keygen -l -f "$_key" 2>/dev/null)"
}

# The pair is made in a folder of ours and goes into the user's, who may exchange names there, as every file does
user_key_new() {
	# without an agent or terminal: the passphrase is a value of this shell, and empty in most cases
	ssh-keygen -q -t "$ssh_key_type" ${ssh_key_bits:+-b "$ssh_key_bits"} -C "$ssh_key_comment" -N '' -f "$_made/key" </dev/null || return 1
	user_key_place 0600 "$_made/key" "$_key" && user_key_place 0644 "$_made/key.pub" "$_key.pub"
}

# MODE FILE PATH
user_key_place() (
	# shellcheck disable=SC2030,SC2034 # read by toa_dress
	mode=$1 owner=$(user_field 3) group=$(user_field 4)
	toa_create "$3" || return 1
	cat "$2" >"$toa_new" || {
		toa_drop "$toa_new"
		return 1
	}
	toa_replace "$toa_new" "$3" && toa_attributes "$3" >/dev/null
)

user_main() {
	_line=$(user_line)
	if [ "$state" = absent ]; then
		[ -n "$_line" ] || return 0
		user_run userdel ${force:+-f} ${remove:+-r} "$name"
		_rc=$?
		# 12: the home or mail could not be removed (it is not there); the account is gone
		[ $_rc = 12 ] && [ -z "$(user_line)" ] && return 0
		return $_rc
	fi
	user_check_groups || return 1
	if [ -z "$_line" ]; then
		user_create || return 1
		[ -z "$check" ] || return 0
	else
		user_modify || return 1
		user_home || return 1
	fi
	user_ages || return 1
	[ -z "$generate_ssh_key" ] || user_key || return 1
	printf 'entry=%s\n' "$(user_line)"
}
