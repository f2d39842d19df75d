# shellcheck shell=sh
# Notes that outlive a session (docs/adr/0011-notified-handlers-outlive-a-run.md): files of lines in a folder that only the shell's user can
# enter. What cannot be written is not noted: a full disk must not keep a task from running.

# Sets toa_notes to the folder: of the host for root, of the home for others. Never a home that is somebody else's.
toa_notes_at() {
	toa_notes=
	if [ -O / ]; then
		toa_notes=/var/lib/toa-play
	elif [ -n "${HOME:-}" ] && [ -O "$HOME/." ]; then
		toa_notes=$HOME/.toa-play
	fi
	[ -n "$toa_notes" ]
}

# Adds the line $2 to the notes of name $1, without a process where the folder is there. Half a line that a full disk left
# before it must not swallow it.
toa_note() {
	toa_notes_at || return 0
	[ -d "$toa_notes" ] || mkdir -m 700 "$toa_notes"
	if [ -O "$toa_notes" ] && [ ! -h "$toa_notes" ]; then printf '\n%s\n' "$2" >>"$toa_notes/$1"; fi
	return 0
} 2>/dev/null </dev/null

# Removes the notes of name $1, and the folder with the last of them.
toa_note_forget() {
	toa_notes_at || return 0
	rm -f "$toa_notes/$1"
	rmdir "$toa_notes"
	return 0
} 2>/dev/null </dev/null

# Prints all notes, each line behind "toa-note" and its name. Those that nobody asked for in 90 days go.
toa_notes_say() {
	toa_notes_at || return 0
	for toa_note_file in "$toa_notes"/*; do
		if ! [ -f "$toa_note_file" ] || ! [ -O "$toa_note_file" ]; then continue; fi
		while IFS= read -r toa_note_line; do [ -z "$toa_note_line" ] || printf 'toa-note %s %s\n' "${toa_note_file##*/}" "$toa_note_line"; done <"$toa_note_file"
	done
	# one process, however many notes there are, and none where there are none
	[ ! -f "$toa_note_file" ] || find "$toa_notes" -type f -mtime +90 -exec rm -f {} +
	unset toa_note_file toa_note_line
	return 0
} 2>/dev/null </dev/null
