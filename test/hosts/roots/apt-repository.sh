#!/bin/bash
# apt-repository.sh FOLDER: small real .deb packages and a repository of them. Runs inside the root.
#   toa-hello 1.0 (needs toa-hello-data), toa-hello-data, toa-broken (needs what nobody has)
set -euo pipefail
out=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$out"

# package NAME FILE DEPENDS
package() {
  local tree=$work/$1 file=$out/$1_1.0_all.deb
  mkdir -p "$tree/DEBIAN" "$(dirname "$tree$2")"
  printf '#!/bin/sh\necho %s 1.0\n' "$1" >"$tree$2"
  chmod 755 "$tree$2"
  {
    printf 'Package: %s\nVersion: 1.0\nArchitecture: all\nMaintainer: toa-play <toa-play@localhost>\n' "$1"
    [ -z "$3" ] || printf 'Depends: %s\n' "$3"
    printf 'Description: a small package for the test hosts\n'
  } >"$tree/DEBIAN/control"
  dpkg-deb --build --root-owner-group "$tree" "$file" >/dev/null
  {
    cat "$tree/DEBIAN/control"
    printf 'Filename: ./%s\nSize: %s\nSHA256: %s\n\n' "$(basename "$file")" "$(stat -c %s "$file")" \
      "$(sha256sum "$file" | cut -d' ' -f1)"
  } >>"$out/Packages"
}

package toa-hello-data /usr/share/toa-hello/data ''
package toa-hello /usr/bin/toa-hello toa-hello-data
package toa-broken /usr/bin/toa-broken nobody-has-this
