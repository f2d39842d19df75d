# shellcheck shell=sh
# shellcheck disable=SC2154 # src: set by the call
# Remote half of slurp; needs files.sh.

slurp_main() {
	src=$(toa_expand "$src")
	[ -e "$src" ] || {
		echo "file not found: $src" >&2
		return 1
	}
	[ ! -d "$src" ] || {
		echo "source is a directory and must be a file: $src" >&2
		return 1
	}
	[ -r "$src" ] || {
		echo "file is not readable: $src" >&2
		return 1
	}
	printf '%s\n' "$src"
	cat "$src"
}
