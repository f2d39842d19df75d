# shellcheck shell=sh
# shellcheck disable=SC2154 # scope, file, repo, name, value...: set by the call
# Remote half of git_config; needs files.sh, foreign.sh, write.sh, program.sh. Git writes its files beside and renames them.

# git config in the scope, with $@. Git before 1.7.10 knows neither includes nor the option.
git_config_run() {
	[ -z "$_includes" ] || set -- "$_includes" "$@"
	case $scope in
	'') LC_ALL=C git config "$@" ;;
	file) LC_ALL=C git config -f "$file" "$@" ;;
	*) LC_ALL=C git config "--$scope" "$@" ;;
	esac </dev/null
}

git_config_options() {
	_includes=--includes
	LC_ALL=C git config -h 2>&1 </dev/null | grep -q -e --includes || _includes=
}

# All settings as git gives them with -z: name, newline, value, NUL. A file that is not there has none.
git_config_list() {
	if [ "$scope" = file ] && [ ! -e "$file" ]; then return 0; fi
	_said=$(git_config_run -l 2>&1 >/dev/null) || {
		_rc=$?
		case $_said in *'unable to read config file'*) return 0 ;; esac
		printf '%s\n' "$_said" >&2
		return $_rc
	}
	git_config_run -z -l
}

# git writes where a link leads. In a folder of somebody else it gets a copy in a folder of our own instead.
git_config_foreign() {
	if [ -h "$file" ]; then
		toa_follow "$file" || return 1
		file=$toa_real
	fi
	_file=$file
	toa_create "$_file" && file=$toa_new || return 1
	# in a subshell: toa_read closes what toa_create opened
	if [ -e "$_file" ] && ! (toa_read "$_file") >"$file"; then
		toa_drop "$file"
		return 1
	fi
	git_config_set || {
		_rc=$?
		toa_drop "$file"
		return $_rc
	}
	toa_replace "$file" "$_file"
}

git_config_write() {
	echo changed=1
	[ -z "$check" ] || return 0
	if [ "$scope" = file ]; then
		toa_parts "$file"
		toa_owned "$toa_folder"
		if [ -n "$toa_foreign" ]; then
			git_config_foreign
			return
		fi
	fi
	git_config_set
}

git_config_set() {
	if [ "$state" = absent ]; then git_config_run --unset "$name"; else git_config_run -- "$name" "$value"; fi
}

git_config_main() {
	toa_need git || return 1
	case $file in \~* | *'$'*) file=$(toa_expand "$file") ;; esac
	case $repo in \~* | *'$'*) repo=$(toa_expand "$repo") ;; esac
	cd "${repo:-/}" || return 1
	git_config_options
	echo ran=1
	if [ -n "$list_all" ]; then
		echo --output--
		git_config_list
		return
	fi
	# what is wrong with a name, git says again when it is set
	_old=$(git_config_run "$name" 2>/dev/null)
	_rc=$?
	if [ $_rc -gt 1 ]; then
		git_config_run "$name"
		return
	fi
	toa_said=
	toa_tell before "$_old"
	printf %s "$toa_said"
	if [ "$state" = absent ]; then
		[ $_rc = 1 ] || git_config_write
	elif [ -n "$value" ]; then
		if [ $_rc = 1 ] || [ "$_old" != "$value" ]; then git_config_write; fi
	fi
}
