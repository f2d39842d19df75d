# shellcheck shell=sh
# shellcheck disable=SC2154 # dest, urls...: set by the call
# Remote half of kernel_source; needs files.sh, http.sh and kernel.sh. Variables: dest, key (empty: the tree has to be there),
# urls (one a line), path or uploaded (an archive), sha256, repo, version, and those of http.sh.
# A tree gets its name when it is whole; .toa-source in it says what it was made of.

kernel_source_look() {
	dest=$(toa_expand "$dest")
	printf 'tree=%s\n' "$dest"
	if [ -f "$dest/.toa-source" ]; then
		_have=$(head -n 1 "$dest/.toa-source")
		if [ -n "$key" ] && [ "$_have" != "$key" ]; then printf 'other=%s\n' "$_have"; else kernel_source_tell "$dest"; fi
	elif [ -z "$key" ]; then
		kernel_source_tell "$dest"
	elif [ -d "$dest" ] && [ -z "$(ls -A "$dest")" ]; then
		echo changed=1
	elif [ -e "$dest" ]; then
		echo 'other=not brought by this verb'
	else
		echo changed=1
	fi
}

kernel_source_tell() { # TREE
	if _is=$(kernel_version "$1"); then printf 'version=%s\n' "$_is"; else echo none=1; fi
}

kernel_source_main() {
	dest=$(toa_expand "$dest")
	dest=${dest%/}
	umask 022
	mkdir -p "${dest%/*}" "$KERNEL_HOME/archives" || return 1
	toa_parts "$dest"
	toa_owned "$toa_folder"
	[ -z "$toa_foreign" ] || {
		echo "$toa_folder is another user's folder: a kernel's tree does not belong there" >&2
		return 1
	}
	toa_hidden "$dest"
	_new=$toa_new
	mkdir "$_new" || return 1
	if [ -n "$repo" ]; then kernel_source_git; else kernel_source_archive; fi
	_rc=$?
	[ $_rc != 0 ] || kernel_source_name || _rc=1
	[ ! -d "$_new" ] || rm -rf "$_new"
	[ -z "$uploaded" ] || rm -f "$uploaded"
	[ $_rc = 3 ] || return $_rc
}

# What is wrong is said as an answer: status 3
kernel_source_archive() {
	_archive=${uploaded:-$path}
	if [ -n "$urls" ]; then
		_archive=$KERNEL_HOME/archives/$sha256
		[ "$(toa_checksum "$_archive" sha256)" = "$sha256" ] || kernel_source_fetch || return 3
	elif [ -n "$sha256" ]; then
		_sum=$(toa_checksum "$_archive" sha256)
		[ "$_sum" = "$sha256" ] || {
			printf 'sum=%s\n' "$_sum"
			return 3
		}
	fi
	kernel_source_room || return 3
	kernel_source_unpack
}

kernel_source_fetch() {
	_part=$_archive.part
	_bad=
	while IFS= read -r url; do
		[ -n "$url" ] || continue
		http_request "$_part" ''
		case $http_status in
		2??) ;;
		*)
			printf 'tried=%s: %s\n' "$url" "${http_error:-status $http_status}"
			continue
			;;
		esac
		_sum=$(toa_checksum "$_part" sha256)
		if [ "$_sum" = "$sha256" ]; then
			mv -f -- "$_part" "$_archive"
			return
		fi
		_bad=$_sum
		printf 'tried=%s: another SHA-256\n' "$url"
	done <<-URLS
		$urls
	URLS
	rm -f "$_part"
	if [ -n "$_bad" ]; then printf 'sum=%s\n' "$_bad"; else echo unreachable=1; fi
	return 1
}

# A kernel is ten times as large as its archive.
kernel_source_room() {
	[ -f "$_archive" ] || {
		echo "there is no archive $_archive" >&2
		return 0
	}
	_need=$(($(wc -c <"$_archive") * 10 / 1024))
	_free=$(kernel_free "$_new")
	[ "${_free:-$_need}" -lt "$_need" ] || return 0
	printf 'need=%s\nfree=%s\n' $((_need / 1024)) $((_free / 1024))
	return 1
}

# By its first bytes: tar of 2009 knows no xz, busybox's no guessing
kernel_source_unpack() {
	case $(dd if="$_archive" bs=1 count=6 2>/dev/null | od -An -tx1 | tr -d ' \n') in
	1f8b*) _plain='gzip -dc' ;;
	425a68*) _plain='bzip2 -dc' ;;
	fd377a585a00*) _plain='xz -dc' ;;
	*) _plain='cat -' ;;
	esac
	# the status of the first program of a pipe is lost
	{ $_plain <"$_archive" || : >"$_new/.broken"; } | kernel_tar -xf - -C "$_new" --no-same-owner || {
		echo "$_archive cannot be unpacked" >&2
		return 1
	}
	[ ! -e "$_new/.broken" ] || {
		echo "$_archive cannot be unpacked: ${_plain%% *} failed" >&2
		return 1
	}
}

kernel_source_git() {
	_git=$(kernel_program git) || {
		echo 'git is not installed' >&2
		return 1
	}
	"$_git" init -q "$_new" || return 1
	# not every server gives a commit by itself
	"$_git" -C "$_new" fetch -q --depth 1 -- "$repo" "$version" 2>/dev/null || "$_git" -C "$_new" fetch -q -- "$repo" '+refs/*:refs/toa/*' || return 1
	"$_git" -C "$_new" checkout -q --detach "$version"
}

# The tree, or the one folder that holds it, gets its name.
kernel_source_name() {
	_tree=$_new
	_only=$(ls -A "$_new")
	if [ ! -f "$_new/Makefile" ] && [ -d "$_new/$_only" ]; then _tree=$_new/$_only; fi
	if [ -h "$_tree" ] || ! kernel_version "$_tree" >/dev/null; then
		echo none=1
		return 0
	fi
	printf '%s\n' "$key" >"$_tree/.toa-source" || return 1
	[ ! -d "$dest" ] || rmdir "$dest" || return 1
	chmod 0755 "$_tree" && mv -- "$_tree" "$dest" || return 1
	echo changed=1
	kernel_source_tell "$dest"
}
