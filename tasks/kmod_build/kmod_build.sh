# shellcheck shell=sh
# shellcheck disable=SC2154,SC2086 # set by the call; options are words
# Remote half of kmod_build; needs tasks/shared/{files,toa,kmod}.sh.

# What is here already. Variables: release (empty: the running one), key
kmod_build_look() {
	[ -n "$release" ] || release=$(uname -r)
	echo "release=$release"
	echo "arch=$(uname -m)"
	_ko=$KMOD_HOME/modules/$release/toa.ko
	echo "path=$_ko"
	[ -f "$_ko" ] || return 0
	echo "have=$(toa_checksum "$_ko" sha256)"
	echo "key=$(cat "$KMOD_HOME/modules/$release/key" 2>/dev/null)"
}

# Compiles. Variables: archive (uploaded tar), release, key, options (a word a line).
# The log stays in $KMOD_HOME/build/RELEASE-KEY.log; the folder goes.
kmod_build_make() {
	_home=$KMOD_HOME/build
	_log=$_home/$release-$key.log
	_dir=$_home/.$key.$$
	mkdir -p "$_dir" || return 1
	echo "log=$_log"
	if tar -xf "$archive" -C "$_dir" >"$_log" 2>&1; then
		rm -f "$archive"
	else
		cat "$_log" >&2
		rm -rf "$_dir"
		return 1
	fi
	set -f
	IFS='
'
	set -- $options
	unset IFS
	set +f
	{
		printf 'kernel %s, %s\n' "$release" "$(date)"
		${CC:-gcc} --version | head -n 1
		make -C "$_dir" KERNEL="$release" "$@" </dev/null
	} >>"$_log" 2>&1
	_rc=$?
	if [ $_rc = 0 ] && [ -f "$_dir/toa.ko" ]; then kmod_build_done; else echo "failed=$_rc"; fi
	# the end of the log, for people; all of it stays on the host
	tail -n 400 "$_log" | tr -d '\r' | sed 's/^/log:/'
	rm -rf "$_dir"
	return 0
}

kmod_build_done() {
	strip -g "$_dir/toa.ko" >>"$_log" 2>&1
	# how the kernel wants modules signed; the controller does it
	echo "hash=$(sed -n 's/^CONFIG_MODULE_SIG_HASH="\(.*\)"/\1/p' "/lib/modules/$release/build/.config" 2>/dev/null)"
	echo "ko=$_home/toa-$release-$key.ko"
	mv -f "$_dir/toa.ko" "$_home/toa-$release-$key.ko"
	[ -f "$_dir/compat/check.sh" ] || return 0
	sh "$_dir/compat/check.sh" "$_home/toa-$release-$key.ko" "/lib/modules/$release/build" "$release" 2>&1 | sed 's/^/check=/'
}

# Puts the artifact where kmod_load and kmod_boot look. Variables: uploaded, release, key
kmod_build_place() {
	_dir=$KMOD_HOME/modules/$release
	mkdir -p "$_dir" || return 1
	_new=$_dir/.toa.ko.$$
	# what is loaded now: kmod_load goes back to it when the new one cannot be loaded
	[ ! -f "$_dir/toa.ko" ] || ln -f "$_dir/toa.ko" "$_dir/toa.ko.before" 2>/dev/null || cp -f "$_dir/toa.ko" "$_dir/toa.ko.before" || return 1
	{ mv -f -- "$uploaded" "$_new" 2>/dev/null || cat "$uploaded" >"$_new"; } && chmod 0644 "$_new" && mv -f -- "$_new" "$_dir/toa.ko" || return 1
	printf '%s\n' "$key" >"$_dir/key"
	# a power cut soon after must not leave an empty module that each boot tries
	sync
	echo changed=1
	echo "path=$_dir/toa.ko"
	echo "have=$(toa_checksum "$_dir/toa.ko" sha256)"
}
