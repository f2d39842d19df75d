# shellcheck shell=sh
# shellcheck disable=SC2154,SC2016 # set by the call; text of scripts
# kmod_boot: a kernel that is installed later gets its module by hooks of the package manager, where a compiler is.
# Needs tasks/shared/{files,kmod}.sh. Variables: rebuild, made_from (hash of the source, its make options as JSON, then one a
# line), archive (uploaded tar, or empty), check

kmod_rebuild_lacks_source() {
	[ -n "$rebuild" ] && [ -z "$archive$check" ] && [ "$(cat "$KMOD_HOME/source/.made-from" 2>/dev/null)" != "$made_from" ]
}

# The source as it is shipped, kept for the hooks
kmod_rebuild_source() {
	[ "$(cat "$KMOD_HOME/source/.made-from" 2>/dev/null)" != "$made_from" ] || return 0
	echo changed=1
	echo "wrote=$KMOD_HOME/source"
	[ -z "$check" ] || return 0
	_new=$KMOD_HOME/.source.$$
	rm -rf "$_new"
	if mkdir -p "$_new" && tar -xf "$archive" -C "$_new" && printf '%s\n' "$made_from" >"$_new/.made-from" &&
		rm -rf "$KMOD_HOME/source" && mv "$_new" "$KMOD_HOME/source"; then
		rm -f "$archive"
		return 0
	fi
	rm -rf "$_new" "$archive"
	return 1
}

# It must never stop the installation of a kernel: whatever is missing, it says so and ends well.
kmod_rebuild_script() {
	cat <<-EOF
		#!/bin/sh
		# Made by toa-play. Builds the TOA module for a kernel that was installed, or that boots without one. \$1 release
		home=$KMOD_HOME
	EOF
	cat <<-'EOF'
		release=$1
		folder=$home/modules/$release
		say() { echo "toa: $*" >&2; [ ! -w /dev/kmsg ] || echo "toa: $*" >/dev/kmsg; }
		# one line a kernel, for `toa-play status`: RELEASE built, or RELEASE missing REASON
		record() {
			{ grep -v "^$release " "$home/rebuilt" 2>/dev/null; echo "$release $*"; } >"$home/.rebuilt.$$" && mv -f "$home/.rebuilt.$$" "$home/rebuilt"
		}
		[ -n "$release" ] && [ -z "$TOA_NO_REBUILD" ] && [ ! -f "$folder/toa.ko" ] || exit 0
		if [ ! -e "/lib/modules/$release/build/Makefile" ] || ! command -v make >/dev/null || ! command -v gcc >/dev/null; then
			say "no module for $release yet: its headers or a compiler are missing; run kernel-upgrade.yml before it boots"
			record "missing its headers or a compiler are missing: run kernel-upgrade.yml before it boots"
			exit 0
		fi
		work=$(mktemp -d "$home/.rebuild.XXXXXX") || exit 0
		trap 'rm -rf "$work"' EXIT
		mkdir -p "$home/build"
		log=$home/build/$release-hook.log
		cp -R "$home/source/." "$work" || exit 0
		{ read -r hash; read -r json; set --; while read -r word; do [ -z "$word" ] || set -- "$@" "$word"; done; } <"$work/.made-from"
		if make -C "$work" KERNEL="$release" "$@" >"$log" 2>&1 </dev/null && strip -g "$work/toa.ko" >>"$log" 2>&1; then
			# as kmod_build names it, so that the next run finds nothing to do
			key=$(printf '["%s","%s","%s",%s,""]' "$hash" "$release" "$(uname -m)" "$json" | sha256sum | cut -c1-16)
			mkdir -p "$folder" && printf '%s\n' "$key" >"$folder/key" && mv -f "$work/toa.ko" "$folder/toa.ko" && say "module for $release built" && record built
		else
			say "the module for $release was not built: see $log"
			record "missing it was not built: see $log"
		fi
		exit 0
	EOF
}

# What runs when a kernel, or its headers, are installed: the distribution's folders; of one that is not known, what is there
kmod_rebuild_folders() {
	if [ -n "${distro_kernel_hooks-}" ]; then
		printf '%s\n' "$distro_kernel_hooks"
	elif [ -d /usr/lib/kernel/install.d ] && command -v kernel-install >/dev/null 2>&1; then
		echo /etc/kernel/install.d
	else echo /etc/kernel/postinst.d; fi
}

kmod_rebuild_hooks() {
	for _folder in $(kmod_rebuild_folders); do
		case $_folder in */install.d) echo "$_folder/90-toa.install" ;; *) echo "$_folder/toa" ;; esac
	done
}

kmod_rebuild_hook() { # FILE
	case $1 in
	*.install) printf '#!/bin/sh\n# Made by toa-play.\n[ "$1" != add ] || /etc/toa/rebuild "$2"\nexit 0\n' ;;
	*) printf '#!/bin/sh\n# Made by toa-play.\n[ ! -x /etc/toa/rebuild ] || /etc/toa/rebuild "$1"\nexit 0\n' ;;
	esac
}

# Makes a folder, and those above it, and notes which were not there: they go with the hook. $1 folder
kmod_rebuild_folder() {
	[ ! -d "$1" ] || return 0
	kmod_rebuild_folder "${1%/*}" && mkdir "$1" && printf '%s\n' "$1" >>"$KMOD_HOME/folders"
}

kmod_rebuild_main() {
	if [ -z "$rebuild" ]; then
		kmod_rebuild_absent
		return 0
	fi
	kmod_rebuild_source || return 1
	kmod_rebuild_script | kmod_write /etc/toa/rebuild 0755 || return 1
	for _hook in $(kmod_rebuild_hooks); do
		[ -n "$check" ] || kmod_rebuild_folder "${_hook%/*}" || return 1
		kmod_rebuild_hook "$_hook" | kmod_write "$_hook" 0755 || return 1
	done
	if command -v gcc >/dev/null 2>&1 && command -v make >/dev/null 2>&1; then echo compiler=1; fi
}

kmod_rebuild_absent() {
	for _file in /etc/toa/rebuild /etc/kernel/postinst.d/toa /etc/kernel/header_postinst.d/toa /etc/kernel/install.d/90-toa.install; do
		toa_remove "$_file"
	done
	if [ -z "$check" ] && [ -f "$KMOD_HOME/folders" ]; then
		# the last one that was made first; one that somebody else uses by now stays
		sed '1!G;h;$!d' "$KMOD_HOME/folders" | while read -r _folder; do
			case $_folder in */etc/kernel | */etc/kernel/*) rmdir "$_folder" 2>/dev/null ;; esac
		done
	fi
	toa_remove "$KMOD_HOME/folders"
	toa_remove "$KMOD_HOME/rebuilt"
	[ -d "$KMOD_HOME/source" ] || return 0
	echo changed=1
	echo "removed=$KMOD_HOME/source"
	[ -n "$check" ] || rm -rf "$KMOD_HOME/source"
	return 0
}
