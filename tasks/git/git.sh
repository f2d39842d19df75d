# shellcheck shell=sh
# shellcheck disable=SC2154,SC2086 # repo, dest...: set by the call; ${x:+...} are words
# Remote half of git; needs files.sh.

git_say() {
	echo "$*" >&2
	return 1
}

git_run() { "$_git" "$@" </dev/null; }

# ssh by a file, since GIT_SSH_COMMAND is younger than the oldest git; its values come by the environment
git_ssh() {
	[ -n "$key_file$accept_hostkey$accept_newhostkey$ssh_opts" ] || return 0
	_wrapper=$(mktemp "${TMPDIR:-/tmp}/.toa-ssh.XXXXXX") || return 1
	TOA_GIT_KEY=$key_file
	TOA_GIT_WORDS=$ssh_opts
	[ -z "$accept_hostkey" ] || TOA_GIT_WORDS="$TOA_GIT_WORDS -o StrictHostKeyChecking=no"
	[ -z "$accept_newhostkey" ] || TOA_GIT_WORDS="$TOA_GIT_WORDS -o StrictHostKeyChecking=accept-new"
	export TOA_GIT_KEY TOA_GIT_WORDS
	cat >"$_wrapper" <<-'EOT'
		#!/bin/sh
		# shellcheck disable=SC2086
		exec ssh -o BatchMode=yes $TOA_GIT_WORDS ${TOA_GIT_KEY:+-i "$TOA_GIT_KEY" -o IdentitiesOnly=yes} "$@"
	EOT
	chmod 0700 "$_wrapper"
	GIT_SSH=$_wrapper
	export GIT_SSH
	unset GIT_SSH_COMMAND
}

# The commit that $version means at the remote, from what ls-remote tells
git_remote_commit() {
	if [ "$version" = HEAD ]; then
		printf '%s\n' "$_refs" | awk '$2 == "HEAD" { print $1; exit }'
	else
		printf '%s\n' "$_refs" | awk -v v="$version" '
			$2 == "refs/heads/" v || $2 == v { branch = $1 }
			$2 == "refs/tags/" v { tag = $1 }
			$2 == "refs/tags/" v "^{}" { peeled = $1 }
			END { print branch ? branch : peeled ? peeled : tag }'
	fi
}

git_is_branch() { printf '%s\n' "$_refs" | awk -v v="refs/heads/$version" '$2 == v { found = 1 } END { exit !found }'; }
git_is_tag() { printf '%s\n' "$_refs" | awk -v v="refs/tags/$version" '$2 == v { found = 1 } END { exit !found }'; }

git_clone() {
	echo changed=1
	[ -z "$check" ] || {
		printf 'after=%s\n' "$_wanted"
		return 0
	}
	case $dest in */*) mkdir -p "${dest%/*}" || return 1 ;; esac
	set -- clone --origin "$remote"
	[ -z "$bare" ] || set -- "$@" --bare
	[ -z "$reference" ] || set -- "$@" --reference "$reference"
	if [ -n "$depth" ] && { [ "$version" = HEAD ] || git_is_branch || git_is_tag; }; then set -- "$@" --depth "$depth"; fi
	[ -z "$single_branch" ] || set -- "$@" --single-branch
	if git_is_branch || git_is_tag; then set -- "$@" --branch "$version"; fi
	_said=$(git_run "$@" -- "$repo" "$dest" 2>&1) || {
		git_say "Failed to clone: $(printf '%s' "$_said" | tail -n 1)"
		return 1
	}
	cd "$dest" || return 1
	[ -z "$refspec" ] || git_run fetch -q "$remote" "$refspec" || return 1
	[ -n "$bare" ] || git_checkout
}

git_checkout() {
	if [ "$version" = HEAD ]; then
		git_run remote set-head "$remote" -a >/dev/null 2>&1
		_branch=$(git_run symbolic-ref -q "refs/remotes/$remote/HEAD")
		_branch=${_branch#"refs/remotes/$remote/"}
		# a remote whose HEAD is detached: the commit itself
		[ -n "$_branch" ] || {
			git_run checkout -q --force "$_wanted"
			return
		}
	elif git_is_branch; then
		_branch=$version
	else
		git_run checkout -q --force "$version" -- 2>/dev/null || git_run checkout -q --force "$version" || {
			git_say "Failed to checkout $version"
			return 1
		}
		return 0
	fi
	if git_run show-ref -q --verify "refs/heads/$_branch"; then
		git_run checkout -q --force "$_branch" -- && git_run reset -q --hard "$remote/$_branch" --
	else
		git_run checkout -q --force --track -b "$_branch" "$remote/$_branch"
	fi || {
		git_say "Failed to checkout branch $_branch"
		return 1
	}
}

git_fetch() {
	set -- fetch -q --force
	[ -z "$depth" ] || set -- "$@" --depth "$depth"
	_said=$(git_run "$@" --tags "$remote" 2>&1) || {
		git_say "Failed to download remote objects and refs: $(printf '%s' "$_said" | tail -n 1)"
		return 1
	}
	if [ -n "$bare" ]; then
		_said=$(git_run fetch -q --force "$remote" '+refs/heads/*:refs/heads/*' 2>&1)
	else
		# without a refspec of tags the branches come too, by the remote's own one
		_said=$(git_run "$@" "$remote" $refspec 2>&1)
	fi || {
		git_say "Failed to download remote objects and refs: $(printf '%s' "$_said" | tail -n 1)"
		return 1
	}
}

git_update() {
	cd "$dest" || return 1
	_before=$(git_run rev-parse HEAD 2>/dev/null)
	printf 'before=%s\n' "$_before"
	if [ -z "$bare" ] && git_run status --porcelain 2>/dev/null | grep -qv '^??'; then
		[ -n "$force" ] || {
			git_say "Local modifications exist in the destination: $dest (force=no)."
			return 1
		}
		echo changed=1
		[ -n "$check" ] || git_run reset -q --hard HEAD || return 1
	fi
	if [ "$(git_run config --get "remote.$remote.url")" != "$repo" ]; then
		echo changed=1
		echo remote_url_changed=1
		if [ -z "$check" ]; then git_run remote set-url "$remote" "$repo" 2>/dev/null || git_run remote add "$remote" "$repo" || return 1; fi
	fi
	if [ -z "$update" ] || { [ -n "$_wanted" ] && [ "$_wanted" = "$_before" ]; }; then
		printf 'after=%s\n' "$_before"
		return 0
	fi
	if [ -n "$check" ]; then
		echo changed=1
		printf 'after=%s\n' "${_wanted:-$version}"
		return 0
	fi
	# a commit by its name may be here already
	if [ -n "$_wanted" ] || ! git_run cat-file -e "$version^{commit}" 2>/dev/null; then git_fetch || return 1; fi
	[ -n "$bare" ] || git_checkout
}

git_submodules() {
	[ -f .gitmodules ] && [ -n "$recursive" ] || return 0
	_old=$(git_run submodule status 2>/dev/null)
	git_run submodule -q sync >/dev/null 2>&1
	_said=$(git_run submodule -q update --init --recursive ${track_submodules:+--remote} ${force:+--force} 2>&1) || {
		git_say "Failed to init/update submodules: $(printf '%s' "$_said" | tail -n 1)"
		return 1
	}
	[ "$_old" = "$(git_run submodule status 2>/dev/null)" ] || echo changed=1
}

git_work() {
	dest=$(toa_expand "$dest")
	git_ssh || return 1
	_refs=
	if [ -n "$update" ] || [ ! -e "$dest/.git" ]; then
		_refs=$(git_run ls-remote "$repo" 2>"$_errors") || {
			_rc=$?
			echo failed=ls-remote
			cat "$_errors" >&2
			return "$_rc"
		}
	fi
	_wanted=$(git_remote_commit)
	if [ -e "$dest/.git" ] || { [ -n "$bare" ] && [ -e "$dest/HEAD" ]; }; then
		git_update || return 1
	elif [ -z "$clone" ]; then
		echo changed=1
		printf 'after=%s\n' "$_wanted"
		return 0
	else git_clone || return 1; fi
	[ -z "$check" ] || return 0
	cd "$dest" || return 1
	[ -n "$bare" ] || git_submodules || return 1
	_after=$(git_run rev-parse HEAD)
	if [ -n "$verify_commit" ]; then git_run verify-commit "$_after" >/dev/null 2>&1 || {
		git_say "Failed to verify GPG signature of commit/tag \"$version\""
		return 1
	}; fi
	[ "${_before-}" = "$_after" ] || echo changed=1
	printf 'after=%s\n' "$_after"
}

git_main() {
	_git=${executable:-git}
	command -v "$_git" >/dev/null 2>&1 || {
		echo 'Failed to find required executable "git" in paths' >&2
		return 1
	}
	[ -z "$umask" ] || umask "$umask" || return 1
	GIT_TERMINAL_PROMPT=0
	GIT_ASKPASS=true
	export GIT_TERMINAL_PROMPT GIT_ASKPASS
	_wrapper=
	_errors=$(mktemp "${TMPDIR:-/tmp}/.toa-git.XXXXXX") || return 1
	git_work
	_rc=$?
	rm -f "$_errors" ${_wrapper:+"$_wrapper"}
	return $_rc
}
