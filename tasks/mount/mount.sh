# shellcheck shell=sh
# shellcheck disable=SC2154,SC2086 # point, src...: set by the call
# Remote half of mount: what is mounted, and mounting, around the edit of fstab. Needs files.sh, edit.sh.

# Mount points stand in /proc/mounts with blanks as \040
mount_source() { awk -v p="$point" '{ m = $2; gsub(/\\040/, " ", m) } m == p { s = $1 } END { print s }' /proc/mounts; }

mount_point_now() { awk -v p="$point" '{ m = $2; gsub(/\\040/, " ", m) } m == p { found = 1 } END { exit !found }' /proc/mounts; }

mount_prepare() {
	point=$(toa_expand "$point")
	if mount_point_now; then echo mounted=1; fi
	printf 'there=%s\n' "$([ -e "$point" ] && echo 1)"
}

mount_say() {
	_said=$("$@" 2>&1 </dev/null) || {
		echo "Error mounting $point: $(printf '%s' "$_said" | tr '\n' ' ')" >&2
		return 1
	}
}

mount_folder() {
	[ -e "$point" ] && return 0
	mkdir -p "$point" || {
		echo "Error making dir $point" >&2
		return 1
	}
}

mount_remount() {
	_said=$(mount -o "remount${opts:+,$opts}" "$point" 2>&1 </dev/null) && return 0
	umount "$point" 2>/dev/null || {
		echo "Error remounting $point: $_said" >&2
		return 1
	}
	mount_by_table
}

# mount by fstab: util-linux reads another one with -T
mount_by_table() {
	if [ "$path" = /etc/fstab ]; then mount_say mount "$point"; else mount_say mount -T "$path" "$point"; fi
}

# Behind the edit of fstab, or alone. $edited: fstab differed
mount_after() {
	point=$(toa_expand "$point")
	_now=
	mount_point_now && _now=1
	case $state:$_now in
	mounted:)
		echo changed=1
		[ -n "$check" ] || { mount_folder && mount_by_table; }
		;;
	mounted:1) [ -z "$edited" ] || {
		echo changed=1
		[ -n "$check" ] || mount_remount
	} ;;
	ephemeral:)
		echo changed=1
		[ -n "$check" ] || { mount_folder && mount_say mount -t "$fstype" ${opts:+-o "$opts"} "$src" "$point"; }
		;;
	ephemeral:1)
		if [ "$(mount_source)" != "$src" ]; then
			echo "Ephemeral mount point is already mounted with a different source than the specified one. Failing in order to prevent an unwanted unmount or override operation. Try replacing this command with a \"state: unmounted\" followed by a \"state: ephemeral\", or use a different destination path." >&2
			return 1
		fi
		echo changed=1
		[ -n "$check" ] || mount_remount
		;;
	remounted:1)
		echo changed=1
		[ -n "$check" ] || mount_remount
		;;
	remounted:)
		echo "Error remounting $point: not mounted" >&2
		return 1
		;;
	unmounted:1 | absent:1)
		echo changed=1
		[ -n "$check" ] || umount "$point" || {
			echo "Error unmounting $point" >&2
			return 1
		}
		;;
	esac || return 1
	if [ "$state" = absent ] && [ -d "$point" ]; then
		echo changed=1
		[ -n "$check" ] || rmdir "$point" || {
			echo "Error rmdir $point: it is not empty" >&2
			return 1
		}
	fi
	return 0
}

# States that leave fstab alone
mount_main() { mount_after; }
