# shellcheck shell=sh
# shellcheck disable=SC2154,SC2015,SC2013 # set by the call; A && B || C is meant; names of modules are words
# Remote half of toa_vendor_module; needs tasks/shared/{files,toa,kmod}.sh. Takes away another vendor's receiver: the module,
# and all that the guides (Huawei, DPVS, UCloud, Tencent, GoEdge, vtoa) make load it again. What is changed is copied first.
# Variables: root (a prefix of all paths; empty but in tests), keep (where copies go), check

VENDOR_NAMES='toa|hw_toa|toa_[a-z0-9]+|vtoa|ttm|tcp_toa|tgw_toa'
# a word that loads one of them: insmod /root/toa/toa.ko, modprobe toa
VENDOR_LOADS="(^|[[:space:];&|(/])(insmod|modprobe)([[:space:]]+-[a-zA-Z]+)*[[:space:]]+([^[:space:]]*/)?($VENDOR_NAMES)([.]ko)?([[:space:];&|)]|\$)"

VENDOR_COMMENT='^[[:space:]]*:?[[:space:]]*#'
# the same words for sed, whose patterns end at a slash
VENDOR_LOADS_SED=$(printf '%s' "$VENDOR_LOADS" | sed 's#/#\\/#g')

# True for a file with a line that loads one of them, comments (and what we have taken out) left aside. $1 file
vendor_loads() { [ -f "$1" ] && grep -vE "$VENDOR_COMMENT" "$1" | grep -qE "$VENDOR_LOADS"; }

# Copies a file or folder once to where it can be taken back from. $1 path
vendor_keep() {
	echo changed=1
	echo "was=$1"
	[ -z "$check" ] || return 0
	_copy=$root$keep$1
	[ ! -e "$_copy" ] || return 0
	mkdir -p "${_copy%/*}" && chmod 0700 "$root$keep" && cp -a "$root$1" "$_copy"
}

# Runs an edit (sed words after $1) over a file whose lines match, in one rename. $1 path
vendor_edit() {
	_path=$1
	shift
	vendor_keep "$_path" || return 1
	[ -z "$check" ] || return 0
	toa_create "$root$_path" && _new=$toa_new || return 1
	if sed -E "$@" "$root$_path" >"$_new"; then
		toa_like "$root$_path" "$_new"
		mv -f -- "$_new" "$root$_path" && return 0
	fi
	rm -f "$_new"
	return 1
}

vendor_drop() { # PATH
	vendor_keep "$1" || return 1
	[ -n "$check" ] || rm -rf -- "${root:?}$1"
}

# Like this when $root is empty, too
vendor_drop_real() {
	vendor_keep "$1" || return 1
	[ -n "$check" ] || rm -rf -- "$1"
}
vendor_remove() { if [ -n "$root" ]; then vendor_drop "$1"; else vendor_drop_real "$1"; fi; }

# A script that loads the module: the line becomes one that does nothing, so that an `if` around it stays whole
vendor_script() { # PATH
	vendor_loads "$root$1" || return 0
	vendor_edit "$1" -e "/$VENDOR_COMMENT/!{/$VENDOR_LOADS_SED/s/^([[:space:]]*)(.*)/\\1: # taken out by toa-play: \\2/;}"
}

# Files whose only purpose is to load it go whole
vendor_only_loads() { # PATH
	! grep -E '(^|[[:space:];&|/])(insmod|modprobe)[[:space:]]' "$root$1" | grep -vqE "$VENDOR_LOADS|$VENDOR_COMMENT"
}

vendor_boot() {
	for _file in "$root"/etc/sysconfig/modules/*.modules; do
		vendor_loads "$_file" || continue
		_name=${_file#"$root"}
		if vendor_only_loads "$_name"; then vendor_remove "$_name"; else vendor_script "$_name"; fi || return 1
	done
	for _name in /etc/rc.local /etc/rc.d/rc.local /etc/init.d/boot.local; do
		# a link to another of them
		[ -h "$root$_name" ] || vendor_script "$_name" || return 1
	done
	for _file in "$root/etc/modules" "$root"/etc/modules-load.d/*.conf "$root"/etc/modprobe.d/*.conf; do
		vendor_list "${_file#"$root"}" || return 1
	done
	vendor_units
}

# Lists of modules and of their options, ours left out
vendor_list() { # PATH
	_lines="^[[:space:]]*((options|install|alias|softdep)[[:space:]]+)?($VENDOR_NAMES)([[:space:]]|\$)"
	[ -f "$root$1" ] && grep -E "$_lines" "$root$1" | grep -qv 'kinds=' || return 0
	# ours has that name, and the options beside it
	case $1 in /etc/modules-load.d/toa.conf) [ ! -f "$root/etc/modprobe.d/toa.conf" ] || ! grep -q 'kinds=' "$root/etc/modprobe.d/toa.conf" || return 0 ;; esac
	vendor_edit "$1" -e "/$_lines/d"
}

vendor_units() {
	for _file in "$root"/etc/systemd/system/*.service "$root"/usr/lib/systemd/system/*.service "$root"/lib/systemd/system/*.service; do
		[ -f "$_file" ] && [ ! -h "$_file" ] && grep -E '^Exec' "$_file" | grep -qE "$VENDOR_LOADS" || continue
		_unit=${_file##*/}
		[ -n "$check$root" ] || systemctl disable "$_unit" >/dev/null 2>&1
		vendor_remove "${_file#"$root"}" || return 1
		[ -n "$check$root" ] || systemctl daemon-reload >/dev/null 2>&1
	done
	return 0
}

# Jobs that load it again when it is gone: in the tables themselves, and in scripts that these run
vendor_jobs() {
	for _file in "$root/etc/crontab" "$root"/etc/cron.d/* "$root"/var/spool/cron/root "$root"/var/spool/cron/crontabs/root; do
		[ -f "$_file" ] || continue
		_name=${_file#"$root"}
		for _script in $(grep -v '^[[:space:]]*#' "$_file" | tr -s '[:space:];&|()' '\n' | grep '^/' | sort -u | head -n 50); do
			case $_script in /usr/* | /bin/* | /sbin/* | /dev/*) continue ;; esac
			vendor_is_script "$_script" && { vendor_script "$_script" || return 1; }
		done
		vendor_loads "$_file" || continue
		vendor_edit "$_name" -e "/$VENDOR_COMMENT/!{/$VENDOR_LOADS_SED/s/^/# taken out by toa-play: /;}" || return 1
	done
	for _file in "$root"/etc/cron.hourly/* "$root"/etc/cron.daily/*; do
		vendor_is_script "${_file#"$root"}" && { vendor_script "${_file#"$root"}" || return 1; }
	done
	return 0
}

# Text of our own (root's), not large, in a folder of our own: what users can change is not ours to follow
vendor_is_script() {
	_dir=${1%/*}
	[ -f "$root$1" ] && [ ! -h "$root$1" ] && [ -O "$root$1" ] && [ -O "$root${_dir:-/}" ] && [ "$(wc -c <"$root$1")" -lt 65536 ] && head -c 2 "$root$1" | grep -q '#!'
}

# Ours, by DKMS, is left alone: it is named alike
vendor_dkms() {
	for _source in "$root"/usr/src/*-*; do
		[ -f "$_source/dkms.conf" ] && grep -qE "^(PACKAGE_NAME|BUILT_MODULE_NAME(\[0\])?)=\"?($VENDOR_NAMES)\"?[[:space:]]*\$" "$_source/dkms.conf" || continue
		[ ! -f "$_source/compat/configure.sh" ] || continue
		_id=$(sed -nE 's/^PACKAGE_NAME="?([^"]*)"?.*/\1/p' "$_source/dkms.conf" | head -n 1)
		_version=$(sed -nE 's/^PACKAGE_VERSION="?([^"]*)"?.*/\1/p' "$_source/dkms.conf" | head -n 1)
		vendor_keep "${_source#"$root"}" || return 1
		[ -z "$check" ] || continue
		[ -n "$root" ] || ! command -v dkms >/dev/null 2>&1 || dkms remove "$_id/$_version" --all >/dev/null 2>&1
		rm -rf -- "$_source"
		case $_id in */* | '' | .*) ;; *) rm -rf -- "${root:-}/var/lib/dkms/$_id" ;; esac
	done
	return 0
}

# Modules beside those of the kernel's own package. $1 file: is it another vendor's?
vendor_is_theirs() {
	case $1 in *.ko) ! tr '\0' '\n' <"$1" | grep -q '^parm=max_clients:' ;; esac
}

vendor_installed() {
	_gone=
	for _file in "$root"/lib/modules/*/extra/* "$root"/lib/modules/*/extra/*/* "$root"/lib/modules/*/updates/* "$root"/lib/modules/*/updates/dkms/* "$root"/lib/modules/*/weak-updates/*; do
		[ -f "$_file" ] && printf '%s\n' "${_file##*/}" | grep -qE "^($VENDOR_NAMES)[.]ko([.](xz|gz|zst))?\$" && vendor_is_theirs "$_file" || continue
		vendor_remove "${_file#"$root"}" || return 1
		_gone=1
	done
	[ -z "$_gone" ] || [ -n "$check$root" ] || depmod -a 2>/dev/null
	return 0
}

# What is loaded, unless it is ours. Asked first: a module that cannot go leaves all as it was
vendor_unload() {
	[ -z "$root" ] || return 0
	for _name in $(awk '{ print $1 }' /proc/modules 2>/dev/null | grep -xE "$VENDOR_NAMES"); do
		if [ "$_name" = toa ] && [ -e /proc/net/toa_kinds ]; then continue; fi
		echo changed=1
		echo "unloaded=$_name"
		[ -z "$check" ] || continue
		if ! _said=$(rmmod "$_name" 2>&1); then
			echo "failed=$_name: $_said"
			return 1
		fi
	done
	return 0
}

vendor_main() {
	vendor_unload || return 0
	vendor_boot && vendor_jobs && vendor_dkms && vendor_installed
}
