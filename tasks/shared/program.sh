# shellcheck shell=sh
# What verbs share that hand their work to one program of the host.

# Whether program $1 is there; says so as Ansible does where it is not.
toa_need() {
	command -v "$1" >/dev/null 2>&1 && return 0
	printf 'Failed to find required executable "%s" in paths: %s\n' "$1" "$PATH" >&2
	return 1
}
