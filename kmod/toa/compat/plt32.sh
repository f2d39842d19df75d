#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Makes a module of a kernel before 4.16 loadable when binutils 2.31 or newer wrote it.
#   plt32.sh FILE.ko
# Those mark calls with R_X86_64_PLT32, which old loaders reject. In a module it means R_X86_64_PC32 (there is no PLT),
# and newer loaders treat it as that: the type of each such relocation is replaced. Needs readelf (binutils).
ko=$1
# shellcheck source=release.sh
. "${0%/*}/release.sh"

older_than_4_16 "$(release_of "$ko")" || exit 0
# where the types stand: the low byte of r_info, in entries of 24 bytes
LC_ALL=C readelf -rW "$ko" | awk '
	/^Relocation section/ { for (i = 1; i < NF; i++) if ($i == "offset") table = $(i + 1); entry = 0 }
	/^[0-9a-f]+ +[0-9a-f]+ +R_/ { if ($3 == "R_X86_64_PLT32") print table, entry; entry++ }' |
	while read -r table entry; do
		printf '\002' | dd of="$ko" bs=1 seek=$((table + entry * 24 + 8)) conv=notrunc 2>/dev/null || exit 1
	done
