# shellcheck shell=sh
# shellcheck disable=SC2154 # tree, release...: set by the call
# Remote half of kernel_install: from where a kernel comes, and that it goes. Needs files.sh, kernel.sh and place.sh.
# KERNEL_ROOT is put before the paths of the host (tests). What is refused is the answer `no=KIND text`.

# What a tree has built. Variables: tree
kernel_install_built() {
	tree=$(toa_expand "$tree")
	_key=$(cat "$tree/.toa-build/built" 2>/dev/null)
	_image=$(kernel_image "$tree")
	if [ -z "$_key" ] || [ -z "$_image" ]; then
		printf 'no=unbuilt %s has no kernel that is built whole\n' "$tree"
		return 0
	fi
	printf 'release=%s\nkey=%s\n' "$(kernel_release "$tree")" "$_key"
}

# Whether it is there, and what forbids it. Variables: those of place.sh
kernel_install_look() {
	kernel_place_names
	if [ "$(cat "$_stamp" 2>/dev/null)" = "$key" ] && [ -f "$_vmlinuz" ] && [ -d "$_modules" ]; then
		kernel_place_tell
		return 0
	fi
	if [ "$release" = "$(uname -r)" ]; then
		printf 'no=running %s runs: its files would be replaced under it\n' "$release"
	elif [ ! -f "$_stamp" ] && [ ! -f "$_stamp.begun" ] && [ -e "$_vmlinuz" ]; then
		printf 'no=foreign there is a kernel %s that was not installed by this verb: %s\n' "$release" "$_vmlinuz"
	else
		echo changed=1
	fi
}

# This tree's own make. Variables: tree, release, key, options and those of place.sh
kernel_install_make() {
	kernel_place_names
	tree=$(toa_expand "$tree")
	cd "$tree" || return 1
	kernel_place_room "$tree/$(kernel_image "$tree")" || return 0
	kernel_place_begin || return 1
	_out=$tree/.toa-build/install
	if ! kernel_install_with_make modules_install >"$_out" 2>&1 || ! kernel_install_with_make install >>"$_out" 2>&1; then
		tail -n 30 "$_out" >&2
		return 1
	fi
	if [ ! -f "$_vmlinuz" ]; then
		printf 'no=loader make install left no %s: %s\n' "$_vmlinuz" "$(tail -n 1 "$_out")"
		echo --output--
		cat "$_out"
		return 0
	fi
	kernel_place_links && kernel_place_end || return 1
	kernel_place_tell
	echo --output--
	cat "$_out"
}

kernel_install_with_make() { # TARGET
	[ -z "${KERNEL_ROOT-}" ] || set -- "$@" "INSTALL_MOD_PATH=$KERNEL_ROOT" "INSTALL_PATH=$KERNEL_ROOT/boot"
	kernel_make "$@" </dev/null
}

# The kernel of a tree below a folder, as it lies on a host
kernel_install_stage() { # FOLDER
	mkdir -p "$1/boot" "$1/lib/modules" || return 1
	KERNEL_ROOT=$1 kernel_install_with_make modules_install >"$1.log" 2>&1 || {
		tail -n 30 "$1.log" >&2
		rm -f "$1.log"
		return 1
	}
	rm -f "$1.log" "$1/lib/modules/$_release/build" "$1/lib/modules/$_release/source"
	cp "$(kernel_image .)" "$1/boot/vmlinuz-$_release" && cp System.map "$1/boot/System.map-$_release" && cp .config "$1/boot/config-$_release"
}

# As one archive, for hosts that did not build it. Variables: tree, options
kernel_install_pack() {
	tree=$(toa_expand "$tree")
	cd "$tree" || return 1
	_release=$(kernel_release .)
	_archive=$KERNEL_HOME/packed/$_release-$(cat .toa-build/built).tar.gz
	mkdir -p "${_archive%/*}" || return 1
	printf 'archive=%s\n' "$_archive"
	[ ! -f "$_archive" ] || return 0
	_stage=$tree/.toa-stage
	rm -rf "$_stage"
	kernel_install_stage "$_stage" && kernel_tar -cf - -C "$_stage" boot lib | gzip -1 >"$_archive.part" && kernel_tar -tf "$_archive.part" >/dev/null && mv -f "$_archive.part" "$_archive"
	_rc=$?
	rm -rf "$_stage" "$_archive.part"
	return $_rc
}

# By hand, from the tree that lies here. Variables: tree, options and those of place.sh
kernel_install_tree() {
	kernel_place_names
	tree=$(toa_expand "$tree")
	cd "$tree" || return 1
	_release=$release
	kernel_place_room "$tree/$(kernel_image "$tree")" || return 0
	kernel_place_folder || return 1
	kernel_install_stage "$_new" && kernel_place
	_rc=$?
	rm -rf "$_new"
	[ $_rc = 3 ] || return $_rc
}

# By hand, from an archive of a builder. Variables: archive and those of place.sh
kernel_install_archive() {
	kernel_place_names
	kernel_place_room "$archive" || {
		rm -f "$archive"
		return 0
	}
	kernel_place_folder || return 1
	if gzip -dc <"$archive" | kernel_tar -xf - -C "$_new" --no-same-owner; then kernel_install_looked && kernel_place; else false; fi
	_rc=$?
	rm -rf "$_new" "$archive"
	[ $_rc = 3 ] || return $_rc
}

# Nothing but one kernel's files and folders is in it.
kernel_install_looked() {
	_odd=$(cd "$_new" && find . ! -type f ! -type d -print | head -n 1)
	[ -n "$_odd" ] || _odd=$(cd "$_new" && find . -type f ! -path "./lib/modules/$release/*" ! -path "./boot/vmlinuz-$release" ! -path "./boot/System.map-$release" ! -path "./boot/config-$release" -print | head -n 1)
	if [ -z "$_odd" ] && [ -f "$_new/boot/vmlinuz-$release" ] && [ -d "$_new/lib/modules/$release" ]; then return 0; fi
	printf 'no=archive what the builder sent is not kernel %s: %s\n' "$release" "${_odd:-its image or modules are missing}"
	return 3
}

# Whether a kernel is one to go back to: `running`, or where it is named as good. Variables: release, keep (one a line)
kernel_install_good() {
	if [ "$release" = "$(uname -r)" ]; then
		printf 'no=running %s runs\n' "$release"
	elif printf '%s\n' "$keep" | grep -qxF -- "$release"; then
		printf 'no=good %s is to be kept\n' "$release"
	elif cat "$_root"/boot/grub*/grubenv 2>/dev/null | grep '^saved_entry=' | grep -qF -- "$release"; then
		printf 'no=good %s is the default of the boot loader\n' "$release"
	elif grep -qxF -- "from=$release" "$_root/var/lib/toa/boot/trial" 2>/dev/null; then
		printf 'no=good %s is what the host goes back to when the kernel on trial fails\n' "$release"
	elif [ "$(find "$_root/boot" -name 'vmlinuz-*' -type f | wc -l)" -le 1 ]; then
		printf 'no=good %s is the only kernel\n' "$release"
	else return 1; fi
}

# Only what this verb installed. Variables: release, keep, hooks
kernel_install_remove() {
	kernel_place_names
	if [ ! -f "$_stamp" ] && [ ! -f "$_stamp.begun" ]; then
		[ ! -e "$_vmlinuz" ] || printf 'no=foreign %s was not installed by this verb\n' "$release"
		return 0
	fi
	kernel_install_good && return 0
	echo changed=1
	[ -z "$check" ] || return 0
	mv -f "$_stamp" "$_stamp.begun" 2>/dev/null
	for _link in vmlinuz System.map; do
		[ "$(readlink "$_root/boot/$_link")" != "$_link-$release" ] || rm -f "$_root/boot/$_link"
	done
	for _file in "$_vmlinuz" "$_root/boot/System.map-$release" "$_root/boot/config-$release" "$_root/boot/initrd-$release.img" "$_root/boot/initramfs-$release.img" "$_root/boot/initrd.img-$release" "$_root/boot/initrd-$release"; do
		[ -f "$_file" ] || continue
		rm -f "$_file" || return 1
		printf 'removed=%s\n' "$_file"
	done
	rm -rf "$_modules" && printf 'removed=%s\n' "$_modules" || return 1
	[ -z "$hooks" ] || kernel_place_hooks remove >&2 || return 1
	rm -f "$_stamp.begun"
}
