# shellcheck shell=sh
# shellcheck disable=SC2154 # make, chdir, file, jobs, target: set by the call
# Remote half of make; needs files.sh, program.sh.

make_program() {
	_make=$make
	case $_make in \~* | *'$'*) _make=$(toa_expand "$_make") ;; esac
	if [ -z "$_make" ]; then
		_make='gmake'
		command -v gmake >/dev/null 2>&1 || _make='make'
	fi
	toa_need "$_make" && _make=$(command -v "$_make")
}

# $@: what is set on the command line. `make -q` asks whether there is anything to do, and does nothing.
make_main() {
	make_program || return 1
	case $chdir in \~* | *'$'*) chdir=$(toa_expand "$chdir") ;; esac
	cd "$chdir" || return 1
	[ -z "$target" ] || set -- "$target" "$@"
	case $file in \~* | *'$'*) file=$(toa_expand "$file") ;; esac
	[ -z "$file" ] || set -- -f "$file" "$@"
	[ -z "$jobs" ] || set -- -j "$jobs" "$@"
	printf 'make=%s\nran=1\n' "$_make"
	"$_make" -q "$@" >/dev/null 2>&1 </dev/null && return 0
	echo changed=1
	[ -z "$check" ] || return 0
	echo --output--
	"$_make" "$@" </dev/null
}
