# shellcheck shell=sh
# shellcheck disable=SC2154 # basedir, dest, src, strip, state...: set by the call
# Remote half of patch; needs files.sh, program.sh. The patch comes by standard input, or is $src on the host.

# GNU patch itself: busybox's shell has one of its own, with fewer options
patch_program() {
	_patch='patch'
	for _at in /usr/bin/patch /bin/patch /usr/local/bin/patch; do
		[ ! -x "$_at" ] || _patch=$_at
	done
	toa_need "$_patch"
}

# patch with what is asked for; $1 is -R or nothing, the rest are more options
patch_run() {
	_reverse=$1
	shift
	[ -z "$_reverse" ] || set -- "$@" -R
	[ -z "$binary" ] || set -- "$@" --binary
	[ -z "$ignore_whitespace" ] || set -- "$@" -l
	set -- "$@" -s -N -t -p "$strip" -i "$_input"
	[ -z "$dest" ] || set -- "$@" "$dest"
	LC_ALL=C "$_patch" "$@" 2>&1 </dev/null
}

patch_refuse() {
	printf '%s\n' "$1" >&2
	return 1
}

patch_input() {
	if [ -n "$src" ]; then
		case $src in \~* | *'$'*) src=$(toa_expand "$src") ;; esac
		[ -r "$src" ] || patch_refuse "src $src doesn't exist or not readable" || return 1
		# it is looked for from another folder
		case $src in /*) _input=$src ;; *) _input=$PWD/$src ;; esac
	else
		_scratch=$(mktemp "${TMPDIR:-/tmp}/.toa-patch.XXXXXX") && cat >"$_scratch" || return 1
		_input=$_scratch
	fi
}

# In the other direction it fits where it has been applied: then nothing is to do. Files change only when all of it fits.
patch_apply() {
	_way='' _back=-R
	[ "$state" = present ] || _way=-R _back=''
	patch_run "$_back" --dry-run >/dev/null && return 0
	_said=$(patch_run "$_way" --dry-run) || patch_refuse "$_said" || return 1
	echo changed=1
	[ -z "$check" ] || return 0
	set --
	[ -z "$backup" ] || set -- -b -V numbered
	_said=$(patch_run "$_way" "$@") || patch_refuse "$_said"
}

patch_main() {
	_scratch=''
	patch_program || return 1
	case $dest in \~* | *'$'*) dest=$(toa_expand "$dest") ;; esac
	case $basedir in \~* | *'$'*) basedir=$(toa_expand "$basedir") ;; esac
	if [ -n "$dest" ]; then [ -w "$dest" ] || patch_refuse "dest $dest doesn't exist or not writable" || return 1; fi
	case $dest in '' | /*) ;; *) dest=$PWD/$dest ;; esac
	[ -n "$basedir" ] || basedir=${dest%/*}/
	[ -d "$basedir" ] || patch_refuse "basedir $basedir doesn't exist" || return 1
	patch_input && cd "$basedir" && patch_apply
	_rc=$?
	[ -z "$_scratch" ] || rm -f -- "$_scratch"
	return $_rc
}
