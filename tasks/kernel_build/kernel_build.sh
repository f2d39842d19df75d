# shellcheck shell=sh
# shellcheck disable=SC2154 # tree, key...: set by the call
# Remote half of kernel_build: what there is, and the configuration. Needs files.sh and kernel.sh.

kernel_build_enter() {
	tree=$(toa_expand "$tree")
	cd "$tree" 2>/dev/null && kernel_version . >/dev/null
}

# Variables: tree, compiler (a word: gcc-9)
kernel_build_look() {
	kernel_build_enter || {
		echo none=1
		return 0
	}
	printf 'tree=%s\nversion=%s\n' "$tree" "$(kernel_version .)"
	[ ! -f .toa-source ] || printf 'source=%s\n' "$(head -n 1 .toa-source)"
	printf 'cores=%s\n' "$(grep -c '^processor' /proc/cpuinfo)"
	awk '$1 == "MemAvailable:" { a = $2 } $1 == "MemFree:" || $1 == "Cached:" { f += $2 } $1 == "SwapFree:" { s = $2 }
		END { print "memory=" int(((a ? a : f) + s) / 1024) }' /proc/meminfo
	printf 'free=%s\n' $(($(kernel_free .) / 1024))
	kernel_build_tools
	kernel_job_tell
}

kernel_build_tools() {
	printf 'gcc=%s\n' "$("${compiler:-gcc}" -dumpversion 2>/dev/null)"
	printf 'make=%s\n' "$(make --version 2>/dev/null | sed -n '1s/^GNU Make *\(version \)\{0,1\}//p')"
	# shellcheck disable=SC2016 # perl's own
	printf 'perl=%s\n' "$(perl -e 'printf "%vd", $^V' 2>/dev/null)"
	printf 'binutils=%s\n' "$(ld -v 2>/dev/null | sed -n '1s/.* \([0-9][0-9.]*\).*/\1/p')"
	for _tool in bc flex bison patch; do
		_path=$(kernel_program $_tool) && _path=present
		printf '%s=%s\n' $_tool "$_path"
	done
}

# Whether texts stand in files. Lines `FILE<tab>TEXT` on standard input (TEXT a basic regular expression, or nothing);
# with `plain` it is the text itself.
kernel_build_has() {
	kernel_build_enter || return 1
	_number=0
	_tab=$(printf '\t')
	while IFS="$_tab" read -r _file _text; do
		_is=
		if [ -f "$_file" ]; then
			if [ -z "$_text" ] || grep -q ${plain:+-F} -e "$_text" -- "$_file"; then _is=1; fi
		fi
		printf 'has%s=%s\n' $_number "$_is"
		_number=$((_number + 1))
	done
}

# A kernel's Makefile takes LC_ALL away: LANG is what its programs speak
kernel_config_make() (
	LANG=C
	export LANG
	kernel_make "$@"
)

# The configuration to begin with, behind --output--. Variables: tree, from, options
kernel_config_base() {
	kernel_build_enter || return 1
	kernel_config_keep || return 1
	_base=
	case $from in
	running)
		for _base in "/boot/config-$(uname -r)" /proc/config.gz ''; do [ ! -r "$_base" ] || break; done
		[ -n "$_base" ] || {
			echo "the running kernel's configuration is in neither /boot/config-$(uname -r) nor /proc/config.gz" >&2
			return 1
		}
		;;
	/*)
		set --
		for _file in $from; do [ ! -f "$_file" ] || set -- "$@" "$_file"; done
		[ $# = 1 ] || {
			echo "$from: $# files, not one" >&2
			return 1
		}
		_base=$1
		;;
	tree)
		_base=.toa-config-tree
		[ -f $_base ] || {
			echo 'this tree came without a .config: config_from says where it begins' >&2
			return 1
		}
		;;
	*) kernel_config_made || return 1 ;;
	esac
	echo --output--
	case $_base in *.gz) gzip -dc <"$_base" ;; *) cat -- "$_base" ;; esac
}

# The one that came with the tree, before a build makes another of it
kernel_config_keep() {
	[ ! -e .toa-config-seen ] || return 0
	[ ! -f .config ] || { cp -p .config .toa-config-new && mv -f .toa-config-new .toa-config-tree; } || return 1
	: >.toa-config-seen
}

# What a target of make configures, without touching .config
kernel_config_made() {
	_base=.toa-config-made
	[ ! -f .config ] || mv -f .config .toa-config-before
	kernel_config_make "$from" </dev/null >.toa-config-log 2>&1
	_rc=$?
	[ $_rc != 0 ] || mv -f .config $_base || _rc=1
	[ ! -f .toa-config-before ] || mv -f .toa-config-before .config
	[ $_rc = 0 ] || tail -n 40 .toa-config-log >&2
	return $_rc
}

# Takes the configuration on standard input, lets the tree's own program complete it, and gives what came of it. One that is
# as before keeps its time, so that nothing is compiled anew. Variables: tree, target, answers (one a line), options
kernel_config_set() {
	kernel_build_enter || return 1
	cat >.toa-config-new || return 1
	# moved, not copied: busybox's cp knows whole seconds only
	[ ! -f .config ] || mv -f .config .toa-config-before || return 1
	mv -f .toa-config-new .config || return 1
	kernel_config_answers | kernel_config_make "$target" >.toa-config-log 2>&1
	# oldconfig says nothing by its status when a pipe feeds it: what it wrote counts
	_rc=$?
	if [ $_rc != 0 ]; then
		[ ! -f .toa-config-before ] || mv -f .toa-config-before .config
		echo failed=$_rc
		echo --output--
		tail -n 60 .toa-config-log
		return 0
	fi
	if cmp -s .config .toa-config-before; then mv -f .toa-config-before .config; else rm -f .toa-config-before; fi
	echo --output--
	cat .config
}

# Then its defaults, as often as it asks
kernel_config_answers() {
	[ -z "$answers" ] || printf '%s\n' "$answers"
	_times=0
	while [ $_times -lt 20000 ] && echo; do _times=$((_times + 1)); done 2>/dev/null
}

# Where Kconfig (Config.in in 2.4) names a symbol, and under which conditions: `at=SYMBOL FILE:LINE CONDITION`.
# Variables: tree, symbols (without CONFIG_, one a line)
kernel_config_why() {
	kernel_build_enter || return 1
	_list=$(printf '%s' "$symbols" | tr '\n' ' ')
	# other machines' symbols of the same name say nothing here
	case $(uname -m) in
	x86_64 | i?86) _mine='x86\|x86_64\|i386' ;;
	aarch64) _mine=arm64 ;;
	*) _mine='.*' ;;
	esac
	find . -name .toa-\* -prune -o \( -name 'Kconfig*' -o -name 'Config.in' -o -name 'config.in' \) -type f -print |
		sed "/^\.\/arch\/[^/]*\//{ /^\.\/arch\/\($_mine\)\//!d; }" | sort | while IFS= read -r _file; do
		awk -v list="$_list" -v file="${_file#./}" '
			function say(condition) { print "at=" name " " file ":" at " " condition }
			function flush(  i) {
				if (name in want) {
					n = 0
					for (i = 1; i <= depth; i++) if (outer[i] != "") { say(outer[i]); n++ }
					for (i = 1; i <= own; i++) { say(needs[i]); n++ }
					if (n == 0) say("")
				}
				name = ""; own = 0
			}
			BEGIN { split(list, one, " "); for (i in one) want[one[i]] = 1 }
			/^[ \t]*(menu)?config[ \t]/ { flush(); name = $2; at = FNR; next }
			/^[ \t]*if[ \t]/ { flush(); sub(/^[ \t]*if[ \t]+/, ""); outer[++depth] = $0; next }
			/^[ \t]*(menu|choice)([ \t]|$)/ { flush(); outer[++depth] = ""; inmenu = 1; next }
			/^[ \t]*(endif|endmenu|endchoice)/ { flush(); if (depth > 0) depth--; next }
			/^[ \t]*(source|comment)[ \t]/ { flush(); inmenu = 0; next }
			/^[ \t]+depends[ \t]+(on[ \t]+)?/ {
				sub(/^[ \t]+depends[ \t]+(on[ \t]+)?/, "")
				if (name != "") needs[++own] = $0; else if (inmenu) outer[depth] = $0
			}
			/(dep_)?(tristate|bool|mbool)[ \t].*CONFIG_/ && file ~ /onfig\.in$/ {
				for (i = 1; i <= NF; i++) if ($i ~ /^CONFIG_/) { s = substr($i, 8); if (s in want) { rest = ""; for (j = i + 1; j <= NF; j++) if ($j ~ /^\$CONFIG_/) rest = rest " " substr($j, 9); name = s; at = FNR; say(substr(rest, 2)) }; break }
				name = ""
			}
			END { flush() }' "$_file"
	done
}
