# shellcheck shell=sh
# shellcheck disable=SC2154,SC2086 # steps, deb...: set by the call; one word or none is meant where unquoted
# What apt does beside named packages.

apt_say() {
	"$@" >"$_out" 2>&1 </dev/null
	_rc=$?
	cat "$_out"
	# "3 upgraded, 0 newly installed, 1 to remove and 0 not upgraded."
	if grep -Eq '^[0-9]+ upgraded, [0-9]+ newly installed' "$_out" &&
		! grep -Eq '^0 upgraded, 0 newly installed, (0 downgraded, )?0 to remove' "$_out"; then
		echo changed=1
	fi
	return $_rc
}

apt_deb() {
	case $deb in
	*://*)
		_file=$(mktemp "${TMPDIR:-/tmp}/.toa-deb.XXXXXX") || return 1
		{ curl -fsSL -o "$_file" "$deb" || wget -q -O "$_file" "$deb"; } || {
			echo "cannot download $deb" >&2
			return 1
		}
		;;
	*) _file=$deb ;;
	esac
	[ -r "$_file" ] || {
		echo "Unable to install package: $_file does not exist" >&2
		return 1
	}
	_name=$(dpkg-deb -f "$_file" Package) || return 1
	_want=$(dpkg-deb -f "$_file" Version)
	_have=$(dpkg-query -W -f '${db:Status-Abbrev} ${Version}\n' "$_name" 2>/dev/null | awk '$1 ~ /^.i/ { print $2 }')
	[ "$_have" = "$_want" ] && return 0
	echo changed=1
	[ -n "$check" ] && return 0
	_path=$_file
	case $_file in /*.deb) ;; *) _path=$(mktemp -d)/$_name.deb && cp "$_file" "$_path" ;; esac
	apt-get -y -q -o DPkg::Lock::Timeout="$lock_timeout" install "$_path"
}

apt_extra() {
	export DEBIAN_FRONTEND=noninteractive
	_out=$(mktemp "${TMPDIR:-/tmp}/.toa-apt.XXXXXX") || return 1
	_s=
	[ -n "$check" ] && _s=-s
	[ -z "$update_cache" ] || [ -n "$check" ] || apt-get -q -o DPkg::Lock::Timeout="$lock_timeout" update >/dev/null 2>&1
	_end=0
	for _step in $steps; do
		case $_step in
		deb) apt_deb ;;
		dist-upgrade | upgrade) apt_say apt-get -y -q $_s -o DPkg::Lock::Timeout="$lock_timeout" -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold --with-new-pkgs $_step ;;
		autoremove) apt_say apt-get -y -q $_s ${purge:+--purge} -o DPkg::Lock::Timeout="$lock_timeout" autoremove ;;
		autoclean | clean) [ -n "$check" ] || apt-get -y -q "$_step" ;;
		esac || {
			_end=$?
			break
		}
	done
	rm -f "$_out"
	return $_end
}
