# shellcheck shell=sh
# shellcheck disable=SC2154 # update_cache...: set by the call
# What apt_repository and deb822_repository share around the edit of a list. Needs files.sh.

# Distribution's code name, for names of files and ppa lines
apt_lists_codename() {
	_name=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release 2>/dev/null | tr -d '"')
	[ -n "$_name" ] || _name=$(lsb_release -cs 2>/dev/null)
	printf '%s\n' "$_name"
}

apt_lists_after() {
	[ -n "$update_cache" ] && [ -z "$check" ] || return 0
	DEBIAN_FRONTEND=noninteractive
	export DEBIAN_FRONTEND
	_said=$(apt-get -q -o Acquire::Retries=2 -o DPkg::Lock::Timeout=60 update 2>&1 </dev/null)
	_rc=$?
	# apt-get update says 0 with a repository down: only its words tell
	if [ $_rc -ne 0 ] || printf '%s\n' "$_said" | grep -q '^[EW]: Failed to fetch'; then
		echo "Failed to update apt cache: $(printf '%s\n' "$_said" | grep '^[EW]:' | tr '\n' ' ')" >&2
		return 1
	fi
}
