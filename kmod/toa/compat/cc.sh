#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Says what CC has to be for a build tree; nothing when the tree's own choice is right.
#   cc.sh KDIR [CC]
# A compiler that makes PIE by default breaks the option checks of kernels whose Makefile has no -fno-PIE (before 4.9):
# the module then loses -mno-sse and gets SSE instructions. -fno-pie must be part of CC, because those checks use CC alone.
kdir=$1 cc=${2-}
main=$kdir/Makefile
# Debian's build trees, and those of O= builds, only include another Makefile
for _ in 1 2 3; do
	next=$(sed -n 's/^include *\([^ $]*Makefile\)$/\1/p' "$main" 2>/dev/null | head -n 1)
	[ -n "$next" ] || break
	main=$next
done
if [ -f "$main" ] && ! grep -qi -e '-fno-pie' "$main" &&
	${cc:-gcc} -dM -E - </dev/null 2>/dev/null | grep -q '__PIE__'; then
	printf '%s -fno-pie\n' "${cc:-gcc}"
elif [ -n "$cc" ]; then
	printf '%s\n' "$cc"
fi
