#!/bin/sh
# Written for toa-play's tests: as a kernel's install.sh, which asks the distribution first.
if command -v "${INSTALLKERNEL:-installkernel}" >/dev/null 2>&1; then exec "${INSTALLKERNEL:-installkernel}" "$@"; fi
cat "$2" >"$4/vmlinuz"
cp "$3" "$4/System.map"
echo "Cannot find LILO."
