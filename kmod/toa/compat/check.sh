#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Looks at a built module before anybody loads it.
#   check.sh FILE.ko [KDIR [RELEASE]]
# One line for each thing that is wrong, "CODE: text"; the status is 1 then. Needs objdump, readelf and nm (binutils).
ko=$1 kdir=${2-} release=${3-}
status=0

complain() {
	printf '%s: %s\n' "$1" "$2" >&2
	status=1
}

# shellcheck source=release.sh
. "${0%/*}/release.sh"

[ -f "$ko" ] || {
	complain E_KMOD_MISSING "$ko was not built"
	exit 1
}
for tool in objdump readelf nm; do
	command -v $tool >/dev/null 2>&1 || {
		complain E_KMOD_BINUTILS "$tool is missing: install binutils"
		exit 1
	}
done

built=$(release_of "$ko")
[ -n "$built" ] || complain E_KMOD_VERMAGIC "$ko has no vermagic: modpost did not finish"
[ -n "$release" ] || release=$built
[ "$built" = "$release" ] || complain E_KMOD_VERMAGIC "built for $built, wanted $release"

# objdump of another architecture says that it cannot, and there are no such registers
if objdump -d "$ko" 2>/dev/null | grep -Eq '%[xyz]mm[0-9]'; then
	complain E_KMOD_SSE "the module uses SSE registers: the compiler lost -mno-sse (PIE by default?); build with CC='gcc -fno-pie'"
fi
# loaders before 4.16 know no R_X86_64_PLT32, which binutils 2.31 and newer write
if older_than_4_16 "$release" && readelf -rW "$ko" | grep -q R_X86_64_PLT32; then
	complain E_KMOD_PLT32 "relocations that the loader of $release rejects: compat/plt32.sh mends them"
fi
# each symbol the module wants is one that the kernel offers
if [ -f "$kdir/Module.symvers" ]; then
	missing=$(nm -u "$ko" | awk -v list="$kdir/Module.symvers" '
		BEGIN { while ((getline line < list) > 0) { split(line, field, /[ \t]+/); known[field[2]] = 1 } }
		!($2 in known) && $2 !~ /^(_GLOBAL_OFFSET_TABLE_|__this_module|\.TOC\.)$/ { printf " %s", $2 }')
	[ -z "$missing" ] || complain E_KMOD_SYMBOLS "the kernel does not offer:$missing"
fi
exit $status
