#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Makes toa_config.h: TOA_HAVE_<NAME> for each compat/probes/<name>.c that the kernel's own compiler and flags take.
#   configure.sh OUT "COMPILER FLAGS"...       run by Kbuild, in the folder where kbuild compiles
# What the compiler said stands in OUT.log. Without a working compiler or headers, OUT is one #error line that says why.
out=$1 command=$2
probes=${0%/*}/probes
log=$out.log
strict=-Werror
umask 022

key=$({
	printf '%s\n' "$command"
	cat "$0" "$probes"/*.c
} | cksum)
if [ -f "$out" ] && grep -qF "key $key" "$out"; then exit 0; fi

# $1: name; true when it compiles. What kbuild defines for each file is defined here too: 2.6.32's pr_debug() wants the hashes.
try() {
	printf '== %s\n' "$1"
	# shellcheck disable=SC2086 # flags are words
	eval "set -- \"\$1\" $command"
	name=$1
	shift
	# shellcheck disable=SC2086 # one word or none
	"$@" $strict '-DKBUILD_MODNAME="toa"' '-DKBUILD_BASENAME="toa"' -DDEBUG_HASH=1 -DDEBUG_HASH2=1 -c -o "$out.o" "$probes/$name.c"
}

emit() {
	# headers that warn would make each probe fail: be strict only where that says something
	if ! try 00-compiles >>"$log" 2>&1; then strict=; fi
	if [ -z "$strict" ] && ! try 00-compiles >>"$log" 2>&1; then
		echo '#error "toa: the headers of this kernel do not compile with this compiler; see toa_config.h.log"'
		return
	fi
	if try 00-refuses >>"$log" 2>&1; then
		echo '#error "toa: the compiler takes anything: probes of the kernel are worthless"'
		return
	fi
	[ -n "$strict" ] || echo '#define TOA_HEADERS_WARN 1'
	for probe in "$probes"/[!0]*.c; do
		name=${probe##*/}
		name=${name%.c}
		if try "$name" >>"$log" 2>&1; then
			printf '#define TOA_HAVE_%s 1\n' "$(printf '%s' "$name" | tr '[:lower:]' '[:upper:]')"
		fi
	done
}

: >"$log"
{
	printf '/* Made by compat/configure.sh; key %s */\n' "$key"
	emit
} >"$out.new"
rm -f "$out.o"
mv -f "$out.new" "$out"
