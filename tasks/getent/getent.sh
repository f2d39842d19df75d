# shellcheck shell=sh
# shellcheck disable=SC2154 # database, key, service: set by the call
# Remote half of getent; without the program the files of passwd, group, hosts, services and shadow serve.

getent_file() {
	case $database in
	passwd | group | shadow | gshadow) _field=: ;;
	hosts | services | protocols | networks | rpc | ethers) _field='[ \t]+' ;;
	*) return 1 ;;
	esac
	[ -r "/etc/$database" ] || return 2
	awk -F "$_field" -v k="$key" '
		/^[ \t]*(#|$)/ { next }
		k == "" { print; n++; next }
		{ for (i = 1; i <= NF; i++) if ($i == k && (FS != ":" || i == 1 || i == 3)) { print; n++; exit } }
		END { exit n ? 0 : 2 }' "/etc/$database"
}

getent_main() {
	if command -v getent >/dev/null 2>&1; then
		getent ${service:+-s "$service"} "$database" ${key:+"$key"}
	else
		getent_file
	fi
	echo "rc=$?" >&2
}
