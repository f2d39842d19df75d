# shellcheck shell=sh
# shellcheck disable=SC2154 # tree, patch...: set by the call
# kernel_build: one patch. It is applied to copies of the files that it names; when all of it fits, those get their names.
# .toa-patch is there from then until the last one has its name: a run that is cut off in between is gone on with.
# .toa-patches has a sum a line, in the order of applying. Needs files.sh and kernel.sh.
# Variables: tree, patch (uploaded), strip, sum, files (one a line)

kernel_patch() {
	tree=$(toa_expand "$tree")
	cd "$tree" || return 1
	kernel_patch_finish || return 1
	if grep -qxF "$sum" .toa-patches 2>/dev/null; then
		echo state=there
	else
		_program=$(kernel_program patch) || {
			rm -f "$patch"
			echo 'the program patch is not installed' >&2
			return 1
		}
		if kernel_patch_reversed; then
			printf '%s\n' "$sum" >>.toa-patches
			echo state=there
		else
			kernel_patch_stage
		fi
	fi
	_rc=$?
	rm -rf "$patch" .toa-stage.new
	return $_rc
}

# Copies of the files, as they are
kernel_patch_copy() {
	rm -rf .toa-stage.new
	mkdir .toa-stage.new || return 1
	while IFS= read -r _file; do
		case $_file in */*) mkdir -p ".toa-stage.new/${_file%/*}" || return 1 ;; esac
		[ ! -f "$_file" ] || cp -p -- "$_file" ".toa-stage.new/$_file" || return 1
	done <<-FILES
		$files
	FILES
}

# Whether it can be taken back as it is: somebody has applied it
kernel_patch_reversed() {
	kernel_patch_copy || return 1
	LC_ALL=C "$_program" -p"$strip" -R -f -s --dry-run -F 0 -d .toa-stage.new -i "$patch" >/dev/null 2>&1
}

kernel_patch_stage() {
	kernel_patch_copy || return 1
	_said=$(LC_ALL=C "$_program" -p"$strip" -N -f -d .toa-stage.new -i "$patch" 2>&1) || {
		printf '%s\n' "$_said" | awk '/^patching file|^checking file/ { file = $3 }
			/FAILED at|FAILED --|can.t find file|malformed|garbage/ { print "hunk=" (/^Hunk/ ? file ": " : "") $0 }'
		printf 'why=%s\n' "$(printf '%s\n' "$_said" | tail -n 1)"
		echo --output--
		find .toa-stage.new -name '*.rej' -exec cat {} +
		return 0
	}
	printf '%s\n' "$_said" | awk '/^patching file/ { file = $3 } /with fuzz|offset/ { print "fuzz=" file ": " $0 }'
	printf '%s\n' "$sum" >.toa-stage.new/.toa-sum
	printf '%s\n' "$files" >.toa-stage.new/.toa-files
	# what the patch removes is not there any more
	while IFS= read -r _file; do
		if [ -f "$_file" ] && [ ! -f ".toa-stage.new/$_file" ]; then printf '%s\n' "$_file"; fi
	done <<-FILES >.toa-stage.new/.toa-gone
		$files
	FILES
	mv .toa-stage.new .toa-patch || return 1
	kernel_patch_finish || return 1
	echo state=applied
}

# Gives the files of a staged patch their names, as many as have not got them yet.
kernel_patch_finish() {
	[ -d .toa-patch ] || return 0
	while IFS= read -r _file; do
		[ -f ".toa-patch/$_file" ] || continue
		case $_file in */*) mkdir -p "${_file%/*}" || return 1 ;; esac
		mv -f -- ".toa-patch/$_file" "$_file" || return 1
	done <.toa-patch/.toa-files
	while IFS= read -r _file; do rm -f -- "$_file"; done <.toa-patch/.toa-gone
	cat .toa-patch/.toa-sum >>.toa-patches && rm -rf .toa-patch
}
