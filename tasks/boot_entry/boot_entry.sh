# shellcheck shell=sh
# shellcheck disable=SC2154 # loader, roles...: set by the call
# Remote half of boot_entry; needs files.sh and trial.sh. It finds the files of the boot loader and gives them out as they
# are; the controller reads them, and sends back whole texts, which are written only where all files still are the same.
# Variables: loader (auto, or which), checks, check; for the writing: roles (lines `SUM LENGTH PATH`), run (commands, one a
# line), mask; text of the files on standard input.

# Where all of it is: below another folder in tests
boot_begin() {
	BOOT_ROOT=${BOOT_ROOT-}
	BOOT_STATE=$BOOT_ROOT/var/lib/toa/boot
}

# Sets boot_cfg to the first of the paths that is a file
boot_first() {
	boot_cfg=
	for _file; do
		if [ -f "$BOOT_ROOT$_file" ]; then
			boot_cfg=$BOOT_ROOT$_file
			return 0
		fi
	done
	return 1
}

boot_has_entries() {
	for _file in "$1"/*.conf; do [ -f "$_file" ] && return 0; done
	return 1
}

# EL's UEFI grub.cfg may be a stub that only names the real one
boot_grub2_cfg() {
	boot_first /boot/grub2/grub.cfg /boot/grub/grub.cfg && return 0
	for _file in "$BOOT_ROOT"/boot/efi/EFI/*/grub.cfg; do
		if [ -f "$_file" ]; then
			boot_cfg=$_file
			return 0
		fi
	done
	return 1
}

boot_legacy_cfg() { boot_first /boot/grub/grub.conf /boot/grub/menu.lst; }
boot_extlinux_cfg() { boot_first /boot/extlinux/extlinux.conf /boot/syslinux/syslinux.cfg /extlinux/extlinux.conf; }

# The folder that holds loader/entries of systemd-boot: ESP or extended boot partition
boot_esp() {
	for _dir in /efi /boot/efi /boot; do
		if boot_has_entries "$BOOT_ROOT$_dir/loader/entries"; then
			boot_dir=$BOOT_ROOT$_dir
			return 0
		fi
	done
	return 1
}

# Which loaders have a configuration here, one a line
boot_found() {
	_systemd=
	if boot_esp && [ -f "$boot_dir/loader/loader.conf" ]; then _systemd=1; fi
	if boot_grub2_cfg; then
		if grep -q '^[[:space:]]*blscfg' "$boot_cfg"; then echo bls; else echo grub2; fi
	elif [ -n "$_systemd" ]; then
		echo systemd_boot
	elif boot_legacy_cfg; then
		echo grub_legacy
	elif boot_extlinux_cfg; then
		echo extlinux
	fi
}

# One file as `ROLE LENGTH PATH`, its bytes, a newline
boot_give() { # ROLE PATH
	[ -f "$2" ] || return 0
	case $2 in
	*'
'*)
		echo "the name of a file of the boot loader has a line break" >&2
		return 1
		;;
	esac
	_length=$(($(wc -c <"$2")))
	if [ "$_length" -gt 1048576 ]; then
		echo "$2 has $_length bytes: that is no configuration of a boot loader" >&2
		return 1
	fi
	printf '%s %s %s\n' "$1" "$_length" "$2"
	cat <"$2"
	echo
}

boot_files() {
	case $boot_kind in
	grub2 | bls)
		boot_grub2_cfg && boot_give cfg "$boot_cfg" && boot_give env "${boot_cfg%/*}/grubenv" && boot_give settings "$BOOT_ROOT/etc/default/grub" || return 1
		[ "$boot_kind" = bls ] || return 0
		for _conf in "$BOOT_ROOT"/boot/loader/entries/*.conf; do boot_give entry "$_conf" || return 1; done
		;;
	grub_legacy) boot_legacy_cfg && boot_give cfg "$boot_cfg" && boot_give saved "${boot_cfg%/*}/default" ;;
	systemd_boot)
		boot_esp && boot_give cfg "$boot_dir/loader/loader.conf" || return 1
		for _conf in "$boot_dir"/loader/entries/*.conf; do boot_give entry "$_conf" || return 1; done
		;;
	extlinux) boot_extlinux_cfg && boot_give cfg "$boot_cfg" ;;
	esac
}

# What bootctl would boot once, without its attributes (4 bytes) and the NULs of UTF-16
boot_oneshot() {
	_vars=$BOOT_ROOT/sys/firmware/efi/efivars
	[ -d "$_vars" ] && command -v bootctl >/dev/null 2>&1 || return 0
	echo efi=1
	_var=$_vars/LoaderEntryOneShot-4a67b082-0a4c-41cf-b6c7-440b29bb8c4f
	[ ! -r "$_var" ] || printf 'oneshot=%s\n' "$(dd if="$_var" bs=1 skip=4 2>/dev/null | tr -d '\0\n')"
}

boot_read() {
	boot_begin
	boot_kind=$loader
	[ "$loader" != auto ] || boot_kind=$(boot_found)
	printf 'loader=%s\nrunning=%s\n' "$boot_kind" "$(uname -r)"
	if [ -z "$boot_kind" ]; then return 0; fi
	[ "$boot_kind" != systemd_boot ] || boot_oneshot
	boot_trial_tell
	[ -z "$checks" ] || boot_checks
	echo --files--
	boot_files
}

# How GRUB would have to write grubenv: the file system, and what lies below it. $1 folder
boot_ground() {
	_probe=$(command -v grub-probe || command -v grub2-probe)
	if [ -n "$_probe" ] && _fs=$("$_probe" --target=fs "$1" 2>/dev/null) && _below=$("$_probe" --target=abstraction "$1" 2>/dev/null); then
		printf 'ground_fs=%s\nground_below=%s\n' "$_fs" "$(printf '%s' "$_below" | tr '\n' ' ')"
		return 0
	fi
	# the longest mount point above the folder
	_mount=$(df -P "$1" 2>/dev/null | awk 'NR == 2 { print $1, $NF }')
	_fs=$(awk -v point="${_mount#* }" '$2 == point { fs = $3 } END { print fs }' /proc/mounts)
	_below=
	case ${_mount%% *} in
	/dev/mapper/* | /dev/dm-*) _below=lvm ;;
	/dev/md*) _below=mdraid ;;
	esac
	printf 'ground_fs=%s\nground_below=%s\n' "$_fs" "$_below"
}

boot_size() { # FILE...: KiB of those that are there
	_sum=0
	for _file; do [ ! -f "$_file" ] || _sum=$((_sum + $(wc -c <"$_file") / 1024 + 1)); done
	echo $_sum
}

boot_checks() {
	case $boot_kind in
	grub2 | bls) boot_grub2_cfg && boot_ground "${boot_cfg%/*}" ;;
	grub_legacy) boot_legacy_cfg && boot_ground "${boot_cfg%/*}" ;;
	esac
	_now=$(uname -r)
	_boot=$BOOT_ROOT/boot
	printf 'free=%s\n' "$(df -Pk "$_boot" 2>/dev/null | awk 'NR == 2 { print $4 }')"
	printf 'kernel_size=%s\ninitrd_size=%s\n' "$(boot_size "$_boot/vmlinuz-$_now")" \
		"$(boot_size "$_boot/initrd.img-$_now" "$_boot/initramfs-$_now.img" "$_boot/initrd-$_now" "$_boot/initrd-$_now.img")"
	[ ! -f "$BOOT_ROOT$BOOT_TIMER" ] || {
		echo timer=1
		[ ! -h "$BOOT_ROOT$BOOT_MASK" ] || echo masked=1
	}
	! command -v needrestart >/dev/null 2>&1 || echo needrestart=1
	printf 'mkconfig=%s\n' "$(boot_mkconfig_words)"
	printf 'cmdline=%s\n' "$(cat /proc/cmdline 2>/dev/null)"
}

boot_mkconfig_words() {
	if command -v update-grub >/dev/null 2>&1; then
		echo update-grub
	elif command -v grub2-mkconfig >/dev/null 2>&1; then
		echo grub2-mkconfig
	elif command -v grub-mkconfig >/dev/null 2>&1; then
		echo grub-mkconfig
	fi
}

boot_mkconfig() {
	boot_grub2_cfg || return 1
	case $(boot_mkconfig_words) in
	update-grub) update-grub >&2 ;;
	grub2-mkconfig) grub2-mkconfig -o "$boot_cfg" >&2 ;;
	grub-mkconfig) grub-mkconfig -o "$boot_cfg" >&2 ;;
	*)
		echo "there is no update-grub, grub2-mkconfig or grub-mkconfig" >&2
		return 1
		;;
	esac
}

# Whether each file still is what the controller read. Lines `SUM LENGTH PATH` on standard input.
boot_same() {
	while read -r _sum _ _path; do
		if [ "$_sum" = none ]; then
			[ -e "$_path" ] && {
				echo "$_path appeared while it was being edited" >&2
				return 75
			}
			continue
		fi
		toa_sum_of "$_path"
		[ "$toa_sum" = "$_sum" ] || {
			echo "$_path was changed by someone else while it was being edited" >&2
			return 75
		}
	done
	return 0
}

# One text from the file that holds all, at its name; what was there before is kept for `state: restored`.
boot_put() { # PATH FROM LENGTH ALL
	_real=$1
	if [ -h "$1" ]; then {
		toa_follow "$1" || return 1
		_real=$toa_real
	}; fi
	boot_keep "$1" || return 1
	toa_create "$_real" && _new=$toa_new || return 1
	if [ "$3" -gt 0 ] && ! tail -c +"$2" "$4" | dd bs=1 count="$3" of="$_new" 2>/dev/null; then
		toa_drop "$_new"
		return 1
	fi
	if [ "$(($(wc -c <"$_new")))" != "$3" ]; then
		echo "No space left on device: $1" >&2
		toa_drop "$_new"
		return 1
	fi
	# shellcheck disable=SC2034 # toa_replace reads them
	mode='' owner='' group=''
	toa_replace "$_new" "$_real" || return 1
	printf 'changed=1\nwrote=%s\n' "$1"
	boot_kept_as "$1"
}

boot_write() {
	boot_begin
	printf '%s\n' "$roles" | boot_same || return $?
	[ -z "$check" ] || return 0
	umask 022
	mkdir -p "$BOOT_STATE" && _all=$BOOT_STATE/.new.$$ && (
		umask 077
		cat >"$_all"
	) || return 1
	_from=1
	_rc=0
	while read -r _ _length _path; do
		[ -n "$_path" ] || continue
		boot_put "$_path" $_from "$_length" "$_all" || {
			_rc=1
			break
		}
		_from=$((_from + _length))
	done <<-ROLES
		$roles
	ROLES
	rm -f "$_all"
	# what is renamed on a disk that is lost in a moment is not there afterwards
	sync
	[ $_rc = 0 ] || return 1
	[ -z "$mask" ] || boot_mask || return 1
	boot_run
}

boot_run() {
	while read -r _command _word; do
		case $_command in
		'') continue ;;
		mkconfig) boot_mkconfig || return 1 ;;
		oneshot) bootctl set-oneshot "$_word" >&2 || return 1 ;;
		trial) boot_trial_set || return 1 ;;
		untrial) boot_trial_end ;;
		esac
		echo changed=1
	done <<-RUN
		$run
	RUN
}
