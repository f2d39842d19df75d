# shellcheck shell=sh
# shellcheck disable=SC2154 # name, state: set by the call
# Remote half of locale_gen; needs files.sh, program.sh. Lists have "NAME CHARSET" a line.

# Encodings as `locale -a` prints them: small letters without dashes
locale_gen_there() {
	_plain=$name
	case $name in
	*.*)
		_code=${name#*.}
		_at=
		case $_code in *@*) _at=@${_code#*@} ;; esac
		_plain=${name%%.*}.$(printf %s "${_code%%@*}" | tr '[:upper:]' '[:lower:]' | tr -d -)$_at
		;;
	esac
	LC_ALL=C locale -a 2>/dev/null | awk -v a="$name" -v b="$_plain" '$0 == a || tolower($0) == tolower(b) { found = 1 } END { exit !found }'
}

# Whether file $1 has a line of the locale, be it a comment
locale_gen_listed() {
	awk -v n="$name" '{ sub(/^[# \t]+/, "") } $1 == n && NF == 2 { found = 1 } END { exit !found }' "$1" 2>/dev/null
}

locale_gen_known() {
	for _list in /etc/locale.gen /usr/share/i18n/SUPPORTED /usr/local/share/i18n/SUPPORTED; do
		locale_gen_listed "$_list" && return 0
	done
	echo "The locale you've entered is not available on your system." >&2
	return 1
}

# The lines of the locale with a mark in front or without one; one that /etc/locale.gen lacks comes out of SUPPORTED
locale_gen_edit() {
	toa_create /etc/locale.gen && _new=$toa_new || return 1
	{
		awk -v n="$name" -v on="$1" '
			{ bare = $0; sub(/^[# \t]+/, "", bare); count = split(bare, word, /[ \t]+/) }
			word[1] == n && count == 2 { print (on ? "" : "# ") bare; next }
			{ print }' /etc/locale.gen || return 1
		if [ -n "$1" ] && ! locale_gen_listed /etc/locale.gen; then
			awk -v n="$name" '$1 == n && NF == 2' /usr/share/i18n/SUPPORTED /usr/local/share/i18n/SUPPORTED 2>/dev/null | sort -u
		fi
	} >"$_new"
	toa_replace "$_new" /etc/locale.gen
}

locale_gen_main() {
	toa_need locale-gen || return 1
	if [ ! -f /etc/locale.gen ]; then
		echo "/etc/locale.gen is missing: is the package \"locales\" installed?" >&2
		return 1
	fi
	locale_gen_known || return 1
	if locale_gen_there; then _now=present; else _now=absent; fi
	[ "$_now" != "$state" ] || return 0
	echo changed=1
	[ -z "$check" ] || return 0
	_on=1
	[ "$state" = present ] || _on=
	locale_gen_edit "$_on" || return 1
	_said=$(LC_ALL=C locale-gen 2>&1 </dev/null)
	if locale_gen_there; then _now=present; else _now=absent; fi
	[ "$_now" = "$state" ] || {
		printf '%s\n' "$_said" "locale-gen did not make $name $state" >&2
		return 1
	}
}
