# shellcheck shell=sh
# shellcheck disable=SC2154,SC2034 # release, key...: set by the call; names are read by kernel_install.sh
# kernel_install: how a kernel that is whole in a folder gets its names on this host. Modules first, the image last; the stamp
# KERNEL_HOME/installed/RELEASE when all is there, RELEASE.begun from the first change on. Needs files.sh and kernel.sh.
# Variables: release, key, initrd, links, hooks

kernel_place_names() {
	_root=${KERNEL_ROOT-}
	_vmlinuz=$_root/boot/vmlinuz-$release
	_modules=$_root/lib/modules/$release
	_stamp=$KERNEL_HOME/installed/$release
}

kernel_place_begin() {
	umask 022
	mkdir -p "${_stamp%/*}" "$_root/boot" "$_root/lib/modules" && printf '%s\n' "$key" >"$_stamp.begun"
}

kernel_place_end() {
	sync
	mv -f "$_stamp.begun" "$_stamp"
}

# A folder on the file system of the modules
kernel_place_folder() {
	kernel_place_begin || return 1
	toa_hidden "$_modules"
	_new=$toa_new
	mkdir "$_new"
}

# The image twice over (an initrd is as large), and the modules
kernel_place_room() { # FILE
	_size=$(($(wc -c <"$1") / 1024))
	_free=$(kernel_free "$_root/boot")
	[ "${_free:-$_size}" -lt $((_size * 2 + 1024)) ] || return 0
	printf 'no=room /boot has %s MiB free, %s are needed for kernel and initrd\n' $((_free / 1024)) $(((_size * 2 + 1024) / 1024))
	return 1
}

# From the folder $_new
kernel_place() {
	kernel_place_modules && kernel_place_boot System.map && kernel_place_boot config || return 1
	kernel_place_initrd || return $?
	kernel_place_boot vmlinuz && kernel_place_links || return 1
	if [ -n "$hooks" ]; then kernel_place_hooks add >"$_new/hooks" 2>&1 || {
		cat "$_new/hooks" >&2
		return 1
	}; fi
	kernel_place_end || return 1
	kernel_place_tell
	echo --output--
	[ ! -f "$_new/hooks" ] || cat "$_new/hooks"
}

kernel_place_modules() {
	# two renames: in between there are none, and .begun says so
	if [ -d "$_modules" ]; then rm -rf "$_modules.toa-old" && mv "$_modules" "$_modules.toa-old" || return 1; fi
	mv "$_new/lib/modules/$release" "$_modules" || {
		mv "$_modules.toa-old" "$_modules" 2>/dev/null
		return 1
	}
	rm -rf "$_modules.toa-old"
	_depmod=$(kernel_program depmod) || {
		echo 'depmod is not installed' >&2
		return 1
	}
	"$_depmod" ${_root:+-b "$_root"} "$release"
}

kernel_place_boot() { # NAME
	_to=$_root/boot/$1-$release
	toa_create "$_to" && cat "$_new/boot/$1-$release" >"$toa_new" && mode=0644 owner='' group='' && toa_replace "$toa_new" "$_to" && return 0
	rm -f "$toa_new"
	return 1
}

# By what the system has. Its hook makes one by itself where there is one (Debian's initramfs-tools, kernel-install).
kernel_place_initrd() {
	_how=$initrd
	if [ "$_how" = auto ]; then
		_how=none
		for _program in dracut mkinitramfs mkinitrd; do
			kernel_program $_program >/dev/null && {
				_how=$_program
				break
			}
		done
		[ "$_how" != mkinitramfs ] || [ -z "$hooks" ] || [ ! -x "$_root/etc/kernel/postinst.d/initramfs-tools" ] || _how=none
	fi
	_made=
	case $_how in
	none) return 0 ;;
	dracut) _made=$_root/boot/initramfs-$release.img ;;
	mkinitrd) _made=$_root/boot/initrd-$release.img ;;
	mkinitramfs) _made=$_root/boot/initrd.img-$release ;;
	esac
	_part=$_root/boot/.toa-initrd-$release
	case $_how in
	dracut) dracut -f "$_part" "$release" ;;
	mkinitrd) mkinitrd -f "$_part" "$release" ;;
	mkinitramfs) mkinitramfs -o "$_part" "$release" ;;
	esac >"$_new/initrd.log" 2>&1 </dev/null
	_rc=$?
	if [ $_rc = 0 ] && [ -s "$_part" ]; then
		mv -f "$_part" "$_made"
		return
	fi
	rm -f "$_part"
	printf 'no=initrd %s made no initrd: %s\n' "$_how" "$(tail -n 1 "$_new/initrd.log")"
	return 3
}

# vmlinuz and System.map lead to it, as names in the same folder
kernel_place_links() {
	[ -n "$links" ] || return 0
	for _link in vmlinuz System.map; do
		if [ -e "$_root/boot/$_link" ] && [ ! -h "$_root/boot/$_link" ]; then
			echo "$_root/boot/$_link is no link: it stays, and the new kernel is not it" >&2
			return 1
		fi
		toa_link "$_link-$release" "$_root/boot/$_link" || return 1
	done
}

# What the distribution runs when a kernel comes or goes. Where there is none (legacy GRUB), boot_entry makes the entry.
kernel_place_hooks() { # add|remove
	[ -z "$_root" ] || return 0
	_hooks=/etc/kernel/postinst.d
	[ "$1" = add ] || _hooks=/etc/kernel/postrm.d
	if [ -d /etc/apt ] && command -v run-parts >/dev/null 2>&1 && [ -d $_hooks ]; then
		DEB_MAINT_PARAMS=configure NEEDRESTART_SUSPEND=1 run-parts --arg="$release" --arg="/boot/vmlinuz-$release" $_hooks
	elif command -v kernel-install >/dev/null 2>&1 && [ -d /boot/loader/entries ]; then
		if [ "$1" = add ]; then kernel-install add "$release" "/boot/vmlinuz-$release"; else kernel-install remove "$release"; fi
	fi
}

kernel_place_tell() {
	printf 'kernel=%s\nmodules=%s\n' "$_vmlinuz" "$_modules"
	[ ! -f "$_root/boot/System.map-$release" ] || printf 'system_map=%s\n' "$_root/boot/System.map-$release"
	for _file in "$_root/boot/initramfs-$release.img" "$_root/boot/initrd-$release.img" "$_root/boot/initrd.img-$release"; do
		[ ! -f "$_file" ] || printf 'initrd=%s\n' "$_file"
	done
}
