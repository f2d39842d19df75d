# shellcheck shell=sh
# What the verbs that bring, build and install kernels share. Functions and constants only.

KERNEL_HOME=${KERNEL_HOME:-/var/lib/toa/kernel}

# Path of a program of the host, never a shell's own of that name (busybox has a patch and a tar that know less).
kernel_program() { # NAME
	_ifs=$IFS
	IFS=:
	for _dir in $PATH /usr/sbin /sbin; do
		if [ ! -f "$_dir/$1" ] || [ ! -x "$_dir/$1" ]; then continue; fi
		IFS=$_ifs
		printf '%s\n' "$_dir/$1"
		return 0
	done
	IFS=$_ifs
	return 1
}

# The host's tar, where there is one
kernel_tar() { # WORD...
	_tar=$(kernel_program tar) || _tar=tar
	"$_tar" "$@"
}

# make with the words of $options (one a line), which its own words outweigh
kernel_make() { # WORD...
	_ifs=$IFS
	set -f
	IFS='
'
	# shellcheck disable=SC2086,SC2154 # a word a line; set by the call
	set -- $options "$@"
	IFS=$_ifs
	set +f
	LC_ALL=C make "$@"
}

# The value of a variable at the top of a tree's Makefile
kernel_make_word() { # TREE NAME
	sed -n "s/^$2[[:space:]]*=[[:space:]]*//p" "$1/Makefile" 2>/dev/null | head -n 1 | sed 's/[[:space:]]*$//'
}

# 2.6.32, 6.1.192: what the tree is, without EXTRAVERSION
kernel_version() { # TREE
	_version=$(kernel_make_word "$1" VERSION)
	[ -n "$_version" ] || return 1
	_sub=$(kernel_make_word "$1" SUBLEVEL)
	printf '%s.%s%s\n' "$_version" "$(kernel_make_word "$1" PATCHLEVEL)" "${_sub:+.$_sub}"
}

# Free KiB on the file system of a path that may not be there yet
kernel_free() { # PATH
	_at=$1
	while [ ! -e "$_at" ]; do
		case $_at in */*) _at=${_at%/*} ;; *) _at=. ;; esac
		[ -n "$_at" ] || _at=/
	done
	df -Pk "$_at" 2>/dev/null | awk 'NR == 2 { print $4 }'
}

# What `uname -r` will say of the tree's kernel: what its build wrote down, else what 2.4's header says
kernel_release() { # TREE
	if [ -s "$1/include/config/kernel.release" ]; then
		cat "$1/include/config/kernel.release"
	else
		sed -n 's/^#define UTS_RELEASE "\(.*\)"/\1/p' "$1/include/linux/utsrelease.h" "$1/include/linux/version.h" 2>/dev/null | head -n 1
	fi
}

# The image that a build left, under the tree
kernel_image() { # TREE
	for _image in arch/x86/boot/bzImage arch/x86_64/boot/bzImage arch/i386/boot/bzImage arch/arm64/boot/Image.gz arch/arm64/boot/Image; do
		[ -f "$1/$_image" ] || continue
		printf '%s\n' "$_image"
		return 0
	done
	return 1
}
