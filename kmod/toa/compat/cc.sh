#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Says what CC has to be for a build tree; nothing when the tree's own choice is right.
#   cc.sh KDIR [CC]
# A compiler that makes PIE by default breaks the option checks of kernels whose Makefile has no -fno-PIE (before 4.9):
# the module then loses -mno-sse and gets SSE instructions. -fno-pie must be part of CC, because those checks use CC alone.
# Trees whose Makefile has no -std= (before 3.18) are written in gnu89, where "extern inline" makes no function; gcc 5 and newer
# read gnu11 by default, and the linker then finds each of them in every file.
kdir=$1 cc=${2-}
main=$kdir/Makefile
# Debian's build trees, and those of O= builds, only include another Makefile
for _ in 1 2 3; do
	next=$(sed -n 's/^include *\([^ $]*Makefile\)$/\1/p' "$main" 2>/dev/null | head -n 1)
	[ -n "$next" ] || break
	main=$next
done
knows() { grep -qi -e "$1" "$main"; }
makes() { ${cc:-gcc} -dM -E - </dev/null 2>/dev/null | grep -q "$1"; }

flags=
if [ -f "$main" ]; then
	if ! knows '-fno-pie' && makes __PIE__; then flags=' -fno-pie'; fi
	if ! knows '-std=gnu' && makes __STDC_VERSION__; then flags="$flags -std=gnu89"; fi
fi
if [ -n "$cc$flags" ]; then printf '%s%s\n' "${cc:-gcc}" "$flags"; fi
