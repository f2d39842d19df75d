# shellcheck shell=sh
# Files through the framed shell, for servers that allow no second session beside it (MaxSessions 1).

# Makes the new file $1, empty and private. Says whether this host reads base64, which shells take in ten times faster
# than bytes that printf has to make.
in_band_begin() {
	umask 077
	set -C
	true >"$1" || return 1
	[ "$(echo YmFzZTY0 | base64 -d 2>/dev/null)" != base64 ] || echo base64
}

# Appends stdin to file $1.
in_band_more() { LC_ALL=C cat >>"$1"; }

# The same, for base64.
in_band_more_base64() { base64 -d >>"$1"; }

# Prints the bytes of file $1.
in_band_size() { wc -c <"$1"; }

in_band_all() { LC_ALL=C cat <"$1"; }

# Prints the piece of file $1 that is $3 bytes long and has $2 such before it.
in_band_piece() { dd if="$1" bs="$3" skip="$2" count=1 2>/dev/null; }
