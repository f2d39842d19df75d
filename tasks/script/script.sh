# shellcheck shell=sh
# shellcheck disable=SC2154 # file, chdir, creates, removes, check, executable: set by the call
# Remote half of the verb script; needs tasks/shared/command.sh.

# script_look: says whether creates or removes forbid the run.
script_look() (
	toa_command_begin && echo go
	exit 0
)

# script_run TEXT: the text names the uploaded file.
script_run() (
	chmod 0700 -- "$file" || exit 126
	if [ -n "$chdir" ]; then
		toa_command_path "$chdir"
		CDPATH='' cd -- "$toa_path" || exit 1
	fi
	exec /bin/sh -c "$1"
)
