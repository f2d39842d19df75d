# shellcheck shell=sh
# shellcheck disable=SC2154,SC2086 # name, params...: set by the call; parameters are words
# Remote half of modprobe; needs files.sh. $root is empty but in tests of the files.

modprobe_loaded() {
	_name=$(printf '%s' "$name" | tr - _)
	awk -v n="$_name" '$1 == n { found = 1 } END { exit !found }' /proc/modules 2>/dev/null && return 0
	grep -Eqs "/$(printf '%s' "$_name" | sed 's/_/[-_]/g')\.ko" "/lib/modules/$(uname -r)/modules.builtin" || [ -d "/sys/module/$_name" ]
}

# Lines of $2 that do not name the module; $1: pattern
modprobe_clean() {
	for _file in "$2"/*.conf; do
		[ -f "$_file" ] || continue
		grep -Eq "$1" "$_file" || continue
		echo changed=1
		[ -n "$check" ] && continue
		toa_create "$_file" && _new=$toa_new || return 1
		sed -E "s/($1)/# \1/" "$_file" >"$_new" && toa_replace "$_new" "$_file" || return 1
	done
}

# Makes $1 hold exactly the line $2
modprobe_write() {
	[ "$(cat "$1" 2>/dev/null)" = "$2" ] && return 0
	echo changed=1
	[ -n "$check" ] && return 0
	mkdir -p "${1%/*}" && toa_create "$1" && _new=$toa_new || return 1
	printf '%s\n' "$2" >"$_new" && toa_replace "$_new" "$1"
}

# At every boot, or never: /etc/modules-load.d and /etc/modprobe.d
modprobe_persist() {
	_load=$root/etc/modules-load.d
	_options=$root/etc/modprobe.d
	_pattern="^[[:space:]]*$name([[:space:]]|$)"
	_with="^[[:space:]]*options[[:space:]]+${name}[[:space:]].*"
	case $persistent in
	present)
		if ! cat "$_load"/*.conf 2>/dev/null | grep -Eq "$_pattern"; then modprobe_write "$_load/$name.conf" "$name" || return 1; fi
		[ -n "$params" ] || return 0
		if ! cat "$_options"/*.conf 2>/dev/null | grep -Fqx "options $name $params"; then
			modprobe_clean "$_with" "$_options" && modprobe_write "$_options/$name.conf" "options $name $params"
		fi
		;;
	absent) modprobe_clean "$_pattern" "$_load" && modprobe_clean "$_with" "$_options" ;;
	esac
}

modprobe_main() {
	if [ "$state" = present ]; then
		if ! modprobe_loaded; then
			echo changed=1
			if [ -z "$check" ]; then modprobe "$name" $params || return 1; else modprobe -n "$name" 2>/dev/null || [ ! -d "/lib/modules/$(uname -r)" ] || {
				echo "modprobe: FATAL: Module $name not found." >&2
				return 1
			}; fi
		fi
	elif modprobe_loaded; then
		echo changed=1
		[ -n "$check" ] || modprobe -r "$name" || return 1
	fi
	modprobe_persist
}
