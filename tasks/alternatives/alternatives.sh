# shellcheck shell=sh
# shellcheck disable=SC2154,SC2086 # name, path...: set by the call
# Remote half of alternatives: Debian's update-alternatives and Red Hat's alternatives. Needs files.sh.

alternatives_program() {
	for _program in update-alternatives alternatives; do
		if command -v $_program >/dev/null 2>&1; then
			echo $_program
			return 0
		fi
	done
	echo 'Failed to find required executable "update-alternatives" in paths' >&2
	return 1
}

alternatives_run() {
	echo changed=1
	[ -n "$check" ] && return 0
	_said=$("$_alternatives" "$@" 2>&1 </dev/null) || {
		printf '%s\n' "$_said" | tr '\n' ' ' >&2
		return 1
	}
}

alternatives_show() { LC_ALL=C "$_alternatives" --display "$name" 2>/dev/null; }

# Priority of $path, or nothing when it is not among the choices
alternatives_priority() { alternatives_show | awk -v p="$path" 'index($0, p " - ") == 1 { for (i = 1; i < NF; i++) if ($i == "priority") { print $(i + 1); exit } }'; }

alternatives_link() {
	[ -z "$link" ] || {
		printf '%s\n' "$link"
		return
	}
	_link=$(alternatives_show | grep -F -- "link $name is " | head -n 1)
	_link=${_link#*"link $name is "}
	[ -n "$_link" ] || _link=$(sed -n 2p "/var/lib/alternatives/$name" 2>/dev/null)
	[ -n "$_link" ] || _link=$(sed -n 2p "/var/lib/dpkg/alternatives/$name" 2>/dev/null)
	printf '%s\n' "$_link"
}

alternatives_main() {
	_alternatives=$(alternatives_program) || return 1
	_priority=$(alternatives_priority)
	_shown=$(alternatives_show)
	_mode=manual
	case $_shown in *'auto mode'* | *'status is auto'*) _mode=auto ;; esac
	_current=$(printf '%s\n' "$_shown" | sed -n 's/^ *link currently points to //p' | head -n 1)
	if [ "$state" = absent ]; then
		[ -n "$_priority" ] || return 0
		alternatives_run --remove "$name" "$path"
		return
	fi
	if [ -z "$_priority" ] || { [ -n "$priority" ] && [ "$priority" != "$_priority" ]; }; then
		_link=$(alternatives_link)
		[ -n "$_link" ] || {
			echo "Needed to install the alternative, but unable to do so as we are missing the link" >&2
			return 1
		}
		[ -e "$path" ] || {
			echo "Specified path $path does not exist" >&2
			return 1
		}
		set -- --install "$_link" "$name" "$path" "${priority:-50}"
		_ifs=$IFS
		IFS='
'
		for _slave in $slaves; do
			IFS='	'
			set -- "$@" --slave $_slave
			IFS='
'
		done
		IFS=$_ifs
		alternatives_run "$@" || return 1
	fi
	case $state in
	selected) [ "$_current" = "$path" ] || alternatives_run --set "$name" "$path" ;;
	auto) [ $_mode = auto ] || alternatives_run --auto "$name" ;;
	esac
}
