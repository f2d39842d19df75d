# shellcheck shell=sh
# shellcheck disable=SC2154 # name, question...: set by the call
# Remote half of debconf; needs files.sh. Lines of debconf-show: "* question: value", "(password omitted)" for secrets.

debconf_now() { debconf-show "$name" 2>/dev/null | sed -n "s|^[* ] *$(printf '%s' "$question" | sed 's/[.[\*^$|]/\\&/g'): \{0,1\}||p" | head -n 1; }

debconf_main() {
	for _program in debconf-show debconf-set-selections; do
		command -v $_program >/dev/null 2>&1 || {
			echo "Failed to find required executable \"$_program\" in paths" >&2
			return 1
		}
	done
	printf '%s\n' "$(debconf-show "$name" 2>/dev/null)" | sed -n 's/^[* ] /question=/p'
	[ -n "$question" ] || return 0
	_now=$(debconf_now)
	if debconf-show "$name" 2>/dev/null | grep -qF -- " $question:"; then
		[ "$_now" = "$value" ] && return 0
		# the stored secret is not shown: debconf-get-selections neither; communicate by a comparison of ours
		if [ "$vtype" = password ] && [ "$_now" = '(password omitted)' ]; then
			_stored=$(awk -v q="Name: $question" '$0 == q { on = 1 } on && /^Value: / { print substr($0, 8); exit } /^$/ { on = 0 }' /var/cache/debconf/passwords.dat 2>/dev/null)
			[ "$_stored" = "$value" ] && return 0
		fi
	fi
	printf 'before=%s\n' "$_now"
	echo changed=1
	[ -n "$check" ] && return 0
	printf '%s %s %s %s\n' "$name" "$question" "$vtype" "$value" | debconf-set-selections ${unseen:+-u}
}
