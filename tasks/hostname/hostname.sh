# shellcheck shell=sh
# shellcheck disable=SC2154 # name, use: set by the call
# Remote half of hostname; needs files.sh.

hostname_now() { cat /proc/sys/kernel/hostname 2>/dev/null || hostname 2>/dev/null || uname -n; }

hostname_way() {
	[ "$use" = auto ] || {
		printf '%s\n' "$use"
		return
	}
	if [ -d /run/systemd/system ] && command -v hostnamectl >/dev/null 2>&1; then
		echo systemd
	elif [ -e /etc/sysconfig/network ] && [ ! -e /etc/hostname ]; then
		echo redhat
	elif [ -e /etc/SuSE-release ] && [ -e /etc/HOSTNAME ]; then
		echo sles
	elif command -v rc-service >/dev/null 2>&1 && [ -e /etc/conf.d/hostname ]; then
		echo openrc
	else echo generic; fi
}

# The name that the next boot will have
hostname_kept() {
	case $1 in
	redhat) sed -n 's/^HOSTNAME=["'\'']\{0,1\}\([^"'\'']*\).*/\1/p' /etc/sysconfig/network 2>/dev/null ;;
	openrc) sed -n 's/^hostname=["'\'']\{0,1\}\([^"'\'']*\).*/\1/p' /etc/conf.d/hostname 2>/dev/null ;;
	sles) cat /etc/HOSTNAME 2>/dev/null ;;
	systemd) hostnamectl --static status 2>/dev/null || cat /etc/hostname 2>/dev/null ;;
	*) sed -n '/^#/!{/./{p;q;};}' /etc/hostname 2>/dev/null ;;
	esac
}

# Replaces or adds "$2=..." in the file $1
hostname_setting() {
	toa_create "$1" && _new=$toa_new || return 1
	awk -v k="$2" -v v="$3" -v q="$4" '
		index($0, k "=") == 1 { if (!done) print k "=" q v q; done = 1; next }
		{ print }
		END { if (!done) print k "=" q v q }' "$1" >"$_new" && toa_replace "$_new" "$1"
}

hostname_keep() {
	case $1 in
	redhat) hostname_setting /etc/sysconfig/network HOSTNAME "$name" '' ;;
	openrc) hostname_setting /etc/conf.d/hostname hostname "$name" '"' ;;
	systemd) hostnamectl --transient set-hostname "$name" && hostnamectl --pretty set-hostname "$name" && hostnamectl --static set-hostname "$name" ;;
	*)
		_file=/etc/hostname
		[ "$1" = sles ] && _file=/etc/HOSTNAME
		toa_create $_file && _new=$toa_new || return 1
		printf '%s\n' "$name" >"$_new" && toa_replace "$_new" $_file
		;;
	esac
}

hostname_main() {
	_way=$(hostname_way)
	_now=$(hostname_now)
	_kept=$(hostname_kept "$_way" | head -n 1)
	printf 'before=%s\nkept=%s\n' "$_now" "$_kept"
	if [ "$_kept" != "$name" ]; then
		echo changed=1
		[ -n "$check" ] || hostname_keep "$_way" || return 1
	fi
	if [ "$_now" != "$name" ]; then
		echo changed=1
		[ -n "$check" ] || [ "$(hostname_now)" = "$name" ] || hostname "$name" || return 1
	fi
	printf 'fqdn=%s\n' "$(hostname -f 2>/dev/null)"
}
