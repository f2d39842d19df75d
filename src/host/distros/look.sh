# shellcheck shell=sh
# shellcheck disable=SC2154 # release_files: set by the call
# What tells which distribution a host is, as sections "== NAME" (src/host/facts/sections.ts); of-host.ts reads them.

distro_look() {
	echo '== files'
	# shellcheck disable=SC2086 # a list of paths
	for _file in /etc/os-release /usr/lib/os-release $release_files /etc/debian_version; do
		[ -r "$_file" ] && awk -v path="$_file" '{ print path ":" $0 }' "$_file"
	done
	printf '== uname\n%s\n== kernel\n%s\n%s\n== tools\n' "$(uname -s)" "$(uname -r)" "$(uname -m)"
	for _tool in apt-get dnf dnf5 yum zypper rpm-ostree apk pacman; do command -v "$_tool"; done 2>/dev/null
	echo '== paths'
	[ ! -e /run/ostree-booted ] || echo /run/ostree-booted
}
