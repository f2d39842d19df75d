# shellcheck shell=sh
# shellcheck disable=SC2154 # paths, dest...: set by the call
# Remote half of archive; needs files.sh. Lists hold one per line.

archive_say() {
	echo "$*" >&2
	return 1
}

archive_absolute() {
	_absolute=$(toa_expand "$1")
	case $_absolute in /*) ;; *) _absolute=${PWD%/}/$_absolute ;; esac
	printf '%s\n' "$_absolute"
}

# Patterns among the paths are expanded; excluded ones left out
archive_expand() {
	printf '%s\n' "$paths" | while IFS= read -r _pattern; do
		[ -n "$_pattern" ] || continue
		_pattern=$(archive_absolute "$_pattern")
		_ifs=$IFS
		IFS=
		# shellcheck disable=SC2086 # a pattern is wanted, split is off
		set -- $_pattern
		IFS=$_ifs
		for _path in "$@"; do
			case $_path in *'
'*)
				archive_say "a name with a line break cannot be archived: $_path"
				return 1
				;;
			esac
			printf '%s\n' "$exclude_path" | grep -qxF -e "$_path" && continue
			if [ -e "$_path" ] || [ -h "$_path" ]; then printf '%s\n' "$_path"; else printf 'missing=%s\n' "$_path" >&3; fi
		done
	done
}

archive_pack() {
	case $format in
	gz) gzip -nc ;;
	bz2) bzip2 -c ;;
	xz) xz -c ;;
	*) cat ;;
	esac
}

archive_unpack() {
	case $format in
	gz) gzip -dc <"$1" ;;
	bz2) bzip2 -dc <"$1" ;;
	xz) xz -dc <"$1" ;;
	*) cat "$1" ;;
	esac 2>/dev/null
}

# The folder from which members are named, as Ansible has it: the deepest that the folders of all paths begin with. A
# path that ends in / is its own folder
archive_root() {
	printf '%s\n' "$_list" | awk '
		{ sub("[^/]*$", ""); }
		NR == 1 { common = $0; next }
		{ while (substr($0, 1, length(common)) != common) common = substr(common, 1, length(common) - 1) }
		END { sub("[^/]*$", "", common); print common == "" ? "/" : common }'
}

# What has a line break in its name
archive_odd() {
	printf '%s\n' "$_list" | while IFS= read -r _path; do
		find "$_path" -name '*
*' -print
	done
}

# Members below $_root, excluded patterns left out, in an order of their own. Of a folder only what is in it
archive_members() {
	printf '%s\n' "$_list" | while IFS= read -r _path; do
		if [ -d "$_path" ]; then find "${_path%/}/" -print | sed 1d; else printf '%s\n' "$_path"; fi
	done | while IFS= read -r _path; do printf '%s\n' "${_path#"$_root"}"; done | LC_ALL=C sort -u | while IFS= read -r _member; do
		_skip=
		_old=$IFS
		IFS='
'
		set -f
		for _pattern in $exclusion_patterns; do
			# shellcheck disable=SC2254 # a pattern is meant
			case $_member in $_pattern) _skip=1 ;; esac
		done
		set +f
		IFS=$_old
		[ -n "$_skip" ] || [ "$_root$_member" = "$dest" ] || printf '%s\n' "$_member"
	done
}

# Lines "CRC or sum name" of a zip, for comparing
archive_zip_list() { unzip -v "$1" 2>/dev/null | awk 'NF >= 8 && length($7) == 8 && $7 !~ /[^0-9a-f]/ { print $7, $8 }' | sort; }

# For a tar that reads no list: all names at once, or the kernel says that they are too many
archive_tar_words() {
	IFS='
'
	set -f
	# shellcheck disable=SC2086 # one name a line
	set -- $_members
	unset IFS
	set +f
	cd "$_root" && tar --no-recursion -cf - -- "$@"
}

archive_make() {
	_odd=$(archive_odd)
	[ -z "$_odd" ] || {
		archive_say "a name with a line break cannot be archived: $_odd"
		return 1
	}
	_members=$(archive_members)
	if [ "$format" = zip ]; then
		command -v zip >/dev/null 2>&1 || {
			archive_say 'Failed to find required executable "zip" in paths'
			return 1
		}
		rm -f "$1"
		(cd "$_root" && printf '%s\n' "$_members" | LC_ALL=$_locale zip -q -X "$1.zip" -@ && mv -f "$1.zip" "$1")
	else
		_names=$(mktemp "${TMPDIR:-/tmp}/.toa-names.XXXXXX") || return 1
		# a line of such a list that begins with - is an option to tar, and may be a command to run
		printf '%s\n' "$_members" | sed 's|^-|./-|' >"$_names"
		if tar --version 2>/dev/null | grep -q GNU; then
			tar -C "$_root" --no-recursion --no-unquote --transform='s|^\./-|-|S' -cf - -T "$_names" | archive_pack >"$1"
		else
			archive_tar_words | archive_pack >"$1"
		fi
		_rc=$?
		rm -f "$_names"
		return $_rc
	fi
}

archive_same() {
	[ -f "$dest" ] || return 1
	if [ "$format" = zip ]; then
		[ -n "$(archive_zip_list "$dest")" ] && [ "$(archive_zip_list "$dest")" = "$(archive_zip_list "$1")" ]
	else
		[ "$(archive_unpack "$dest" | cksum)" = "$(archive_unpack "$1" | cksum)" ]
	fi
}

archive_main() {
	# names are bytes: bash in UTF-8 takes a line break behind half a character as part of it
	_locale=${LC_ALL-} LC_ALL=C
	dest=$(archive_absolute "$dest")
	exec 3>&1
	_list=$(archive_expand) || return 1
	exec 3>&-
	printf '%s\n' "$_list" | sed '/^$/d; s/^/archived=/'
	if [ -z "$_list" ]; then
		# what was archived and removed before is done
		if [ -e "$dest" ]; then
			echo state=compress
			toa_attributes "$dest" && toa_report "$dest"
			return
		fi
		archive_say "Error, no source paths were found"
		return 1
	fi
	_single=
	if [ "$(printf '%s\n' "$_list" | wc -l)" -eq 1 ] && [ ! -d "$_list" ] && [ -z "$force_archive" ] && [ "$format" != tar ] && [ "$format" != zip ]; then _single=$_list; fi
	_root=$(archive_root)
	# busybox knows these only to unpack
	case $format in bz2 | xz) echo x | archive_pack >/dev/null 2>&1 || {
		archive_say "no program on this host can compress as $format"
		return 1
	} ;; esac
	toa_create "$dest" || {
		archive_say "cannot write beside $dest"
		return 1
	}
	_new=$toa_new
	if [ -n "$_single" ]; then archive_pack <"$_single" >"$_new"; else archive_make "$_new"; fi || {
		toa_drop "$_new"
		archive_say "failed to write the archive"
		return 1
	}
	if archive_same "$_new"; then
		toa_drop "$_new"
	else
		echo changed=1
		if [ -n "$check" ]; then toa_drop "$_new"; else toa_replace "$_new" "$dest" || return 1; fi
	fi
	[ ! -e "$dest" ] || toa_attributes "$dest" || return 1
	if [ -n "$remove" ]; then
		echo changed=1
		[ -n "$check" ] || archive_remove || return 1
	fi
	[ ! -e "$dest" ] || toa_report "$dest"
	printf 'root=%s\n' "$_root"
}

archive_remove() {
	printf '%s\n' "$_list" | while IFS= read -r _path; do
		[ "$_path" = "$dest" ] || rm -rf "${_path:?}" || exit 1
	done
}
