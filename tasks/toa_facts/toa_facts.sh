# shellcheck shell=sh
# Remote half of toa_facts; needs tasks/shared/{files,toa,kmod}.sh. Changes nothing.

toa_facts_cgroup() {
	awk '$3 == "cgroup2" { print "cgroup2=" $2; exit }' /proc/mounts
	awk '$3 == "bpf" { print "bpffs=" $2; exit }' /proc/mounts
	grep -q 'cgroup2$' /proc/filesystems && echo cgroup2_known=1
	grep -q 'bpf$' /proc/filesystems && echo bpffs_known=1
	return 0
}

toa_facts_security() {
	[ -r /sys/kernel/security/lockdown ] && sed -n 's/.*\[\([a-z]*\)\].*/lockdown=\1/p' /sys/kernel/security/lockdown
	for _var in /sys/firmware/efi/efivars/SecureBoot-*; do
		[ -e "$_var" ] && printf 'secure_boot=%s\n' "$(od -An -t u1 "$_var" 2>/dev/null | awk '{ print $NF }')"
	done
	[ -r /sys/module/module/parameters/sig_enforce ] && printf 'sig_enforce=%s\n' "$(cat /sys/module/module/parameters/sig_enforce)"
	[ -e /sys/kernel/btf/vmlinux ] && echo btf=1
	[ -e /proc/modules ] && echo modules=1
	[ -e /sys/kernel/debug/kprobes ] || grep -q ' register_kprobe$' /proc/kallsyms 2>/dev/null && echo kprobes=1
	[ -c /dev/net/tun ] && echo tun=1
	return 0
}

toa_facts_build() {
	_release=$(uname -r)
	if [ -e "/lib/modules/$_release/build/Makefile" ]; then
		printf 'headers=%s\n' "$(readlink -f "/lib/modules/$_release/build")"
	elif [ -h "/lib/modules/$_release/build" ]; then
		printf 'headers_missing=%s\n' "$(readlink "/lib/modules/$_release/build")"
	fi
	command -v gcc >/dev/null 2>&1 && printf 'compiler=%s\n' "$(gcc --version 2>/dev/null | head -n 1)"
	command -v make >/dev/null 2>&1 && printf 'make=%s\n' "$(command -v make)"
	return 0
}

toa_facts_module() {
	case $(kmod_loaded) in
	ours)
		printf 'module=toa\nmodule_ours=1\n'
		sed 's/^/module_state=/' /proc/net/toa
		sed 's/^/module_network=/' /proc/net/toa_allow
		_ko=$KMOD_HOME/modules/$(uname -r)/toa.ko
		if [ -f "$_ko" ] && [ -e /sys/module/toa/srcversion ] && [ "$(cat /sys/module/toa/srcversion)" != "$(kmod_srcversion_of "$_ko")" ]; then echo module_pending=1; fi
		;;
	other)
		_name=$(kmod_vendor_name)
		printf 'module=%s\nmodule_version=%s\n' "${_name:-toa}" "$(cat "/sys/module/${_name:-toa}/version" 2>/dev/null)"
		;;
	esac
	if kmod_crashed; then
		echo module_crashed=1
		sed -n 's/^reason=/module_kept_out=/p' "$KMOD_HOME/out"
	fi
	# kernels that are installed and have no module, by the hooks' own account
	[ ! -f "$KMOD_HOME/rebuilt" ] || while read -r _release _state _reason; do
		[ "$_state" != missing ] || [ ! -d "/lib/modules/$_release" ] || [ -f "$KMOD_HOME/modules/$_release/toa.ko" ] || printf 'module_lacks=%s: %s\n' "$_release" "$_reason"
	done <"$KMOD_HOME/rebuilt"
}

toa_facts_receiver() {
	toa_facts_module
	if _bin=$(toa_bin) && [ -x "$_bin/toa-bpf" ]; then
		printf 'program=%s\n' "$_bin/toa-bpf"
		printf 'program_sum=%s\n' "$(toa_checksum "$_bin/toa-bpf" sha256)"
		printf 'status=%s\n' "$("$_bin/toa-bpf" status 2>/dev/null)"
		printf 'stats=%s\n' "$("$_bin/toa-bpf" stats 2>/dev/null)"
	fi
	return 0
}

# What loads the receiver at boot (empty: nothing), and when it was proved last
toa_facts_kept() {
	_boot=
	if [ -h /etc/systemd/system/multi-user.target.wants/toa.service ]; then
		_boot=systemd
	elif [ -e /etc/modules-load.d/toa.conf ] && [ -e /etc/modprobe.d/toa.conf ]; then
		_boot=modules-load
	elif [ -x /etc/local.d/toa.start ]; then
		_boot=openrc
	elif [ -x /etc/sysconfig/modules/toa.modules ]; then
		_boot=sysconfig
	elif _rc=$(toa_rc_file) && grep -qsE '^/etc/toa/(attach|load)' "$_rc"; then _boot=rc.local; fi
	printf 'boot=%s\n' "$_boot"
	[ -f /var/lib/toa/proof ] && printf 'proof=%s\n' "$(head -n 1 /var/lib/toa/proof)"
	return 0
}

toa_facts_main() {
	printf 'kernel=%s\narch=%s\nuid=%s\ninit=%s\n' "$(uname -r)" "$(uname -m)" "$(id -u)" "$(toa_init)"
	printf 'container=%s\n' "$(grep -Eqs '(docker|lxc|kubepods)' /proc/1/cgroup && echo 1)"
	toa_facts_cgroup
	toa_facts_security
	toa_facts_build
	toa_facts_receiver
	toa_facts_kept
	for _loader in /boot/grub2/grub.cfg /boot/grub/grub.cfg /boot/grub/grub.conf /boot/grub/menu.lst; do
		if [ -e "$_loader" ]; then
			printf 'boot_loader=%s\n' "$_loader"
			break
		fi
	done
	return 0
}
