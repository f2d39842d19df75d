# shellcheck shell=sh
# shellcheck disable=SC2154,SC2086 # set by the call; lists of words
# Remote half of kernel_devel; needs tasks/shared/{files,toa,kmod}.sh. Variables: release, compiler, urls, check,
# distro_... (src/host/distros).

kernel_devel_tree() {
	if [ -e "/lib/modules/$release/build/Makefile" ]; then readlink -f "/lib/modules/$release/build"; fi
}

# A build tree that is there while the link to it is not: the kernel came without its -devel package at the time.
kernel_devel_stray() {
	for _tree in "$distro_build_tree" "/usr/src/kernels/$release" "/usr/src/linux-headers-$release" "/usr/src/linux-$release" "/usr/src/kernels/${release%.*}-${release##*.}"; do
		[ -e "$_tree/Makefile" ] && {
			printf '%s\n' "$_tree"
			return 0
		}
	done
	return 1
}

kernel_devel_link() {
	_stray=$(kernel_devel_stray) || return 1
	echo changed=1
	echo "linked=$_stray"
	[ -n "$check" ] && return 0
	mkdir -p "/lib/modules/$release" && rm -f "/lib/modules/$release/build" && ln -s "$_stray" "/lib/modules/$release/build"
}

kernel_devel_manager() {
	case $distro_manager in
	apt) echo apt-get ;;
	dnf | dnf5 | yum | zypper) echo "$distro_manager" ;;
	*) return 1 ;;
	esac
}

kernel_devel_tools() {
	command -v "${cc:-gcc}" >/dev/null 2>&1 || printf 'gcc '
	command -v make >/dev/null 2>&1 || printf 'make '
	command -v objdump >/dev/null 2>&1 || printf 'binutils '
	# objtool of 4.14 and newer links against it; on Debian the headers bring it
	if [ -n "$distro_libelf" ] && [ ! -e /usr/include/libelf.h ]; then
		case $release in 2.* | 3.*) ;; *) printf '%s' "$distro_libelf" ;; esac
	fi
}

# $1 manager, then packages. What the manager says goes to stderr.
kernel_devel_install() {
	_manager=$1
	shift
	[ $# -gt 0 ] || return 0
	echo changed=1
	echo "installing=$*"
	[ -n "$check" ] && return 0
	# what kmod_boot left would build a module for these headers: whoever asks for them does so itself
	TOA_NO_REBUILD=1
	export TOA_NO_REBUILD
	case $_manager in
	apt-get)
		DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@" >&2 && return 0
		apt-get update >&2
		DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@" >&2
		;;
	zypper) zypper --non-interactive install --oldpackage "$@" >&2 ;;
	*) "$_manager" install -y "$@" >&2 ;;
	esac
}

kernel_devel_fetch() { # URL FILE
	case $1 in
	file:///*)
		cp -- "${1#file://}" "$2" >&2
		return
		;;
	esac
	if command -v curl >/dev/null 2>&1; then
		curl -fsSL --connect-timeout 20 -o "$2" "$1" >&2
	elif command -v wget >/dev/null 2>&1; then
		wget -q -T 20 -O "$2" "$1" >&2
	else
		echo "neither curl nor wget is here to fetch $1" >&2
		return 1
	fi
}

# $urls: lines "SHA256 URL". The first that can be had with the right sum is installed.
kernel_devel_from_urls() {
	[ -n "$urls" ] || return 1
	_folder=$(mktemp -d "${TMPDIR:-/tmp}/toa-devel.XXXXXX") || return 1
	printf '%s\n' "$urls" | while read -r _sum _url; do
		_file=$_folder/${_url##*/}
		kernel_devel_fetch "$_url" "$_file" || continue
		if [ "$(toa_checksum "$_file" sha256)" != "$_sum" ]; then
			echo "$_url has another SHA-256 than $_sum: refused" >&2
			continue
		fi
		case $_file in
		*.rpm) rpm -i --oldpackage "$_file" >&2 ;;
		*.deb) dpkg -i "$_file" >&2 ;;
		*) echo "$_url is neither .rpm nor .deb" >&2 && false ;;
		esac && echo "url=$_url" && break
	done
	rm -rf "$_folder"
	[ -n "$(kernel_devel_tree)" ]
}

# Releases for which this host could get headers, for the remedy
kernel_devel_offers() {
	case $1 in
	apt-get) apt-cache pkgnames linux-headers- 2>/dev/null | sed -n 's/^linux-headers-\([0-9].*-[a-z0-9]*\)$/\1/p' | grep -v -e common -e -rt- | sort | tail -n 3 ;;
	zypper) zypper --non-interactive search -s kernel-default-devel 2>/dev/null | awk -F'|' '/kernel-default-devel/ { print $4 }' | head -n 3 ;;
	*) "$1" -q list available kernel-devel 2>/dev/null | awk '/^kernel-devel/ { print $2 }' | tail -n 3 ;;
	esac | tr '\n' ' '
}

kernel_devel_main() {
	[ -n "$release" ] || release=$(uname -r)
	echo "release=$release"
	_manager=$(kernel_devel_manager) || _manager=
	_tools=
	[ -n "$compiler" ] && _tools=$(kernel_devel_tools)
	if [ -z "$(kernel_devel_tree)" ]; then kernel_devel_link || _wanted=${distro_headers:-headers}; fi
	# of a distribution that is not known, no package has a name
	[ "${_wanted-}" != headers ] || _manager=
	if [ -n "${_wanted-}$_tools" ] && [ -z "$_manager" ] && [ -z "$urls" ]; then
		echo "failed=no_manager"
		return 0
	fi
	if [ -n "$_tools" ]; then kernel_devel_install "$_manager" $_tools || {
		echo failed=tools
		echo "tools=$_tools"
		return 0
	}; fi
	if [ -n "${_wanted-}" ]; then
		echo changed=1
		{ [ -n "$_manager" ] && kernel_devel_install "$_manager" $_wanted; } || [ -n "$check" ] || kernel_devel_from_urls || {
			echo "failed=headers"
			echo "wanted=$_wanted"
			echo "offers=$(kernel_devel_offers "$_manager")"
			return 0
		}
		[ -n "$check" ] || [ -n "$(kernel_devel_tree)" ] || kernel_devel_link || {
			echo "failed=no_tree"
			echo "wanted=$_wanted"
			return 0
		}
	fi
	_wanted=
	echo "tree=$(kernel_devel_tree)"
}
