#!/bin/bash
# rpm-repository.sh FOLDER: builds small real RPMs and a repository of them. Runs inside the root that has rpmbuild.
#   toa-hello 1.0 and 1.1 (needs toa-hello-data), toa-hello-data, toa-broken (needs what nobody has), toa-scripted (its
#   %post fails), bash (only a name for the database: packages with scriptlets need /bin/sh)
set -euo pipefail
out=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# spec NAME VERSION FILE TAGS SCRIPTLETS: one package with one file
spec() {
  cat >"$work/$1-$2.spec" <<SPEC
Name: $1
Version: $2
Release: 1
Summary: $1 for the test hosts
License: MIT
BuildArch: noarch
AutoReqProv: no
$4
%description
A small package for the test hosts.
%install
install -D -m 0755 /dev/stdin %{buildroot}$3 <<'FILE'
#!/bin/sh
echo $1 $2
FILE
%files
$3
$5
SPEC
  rpmbuild -bb --quiet --define "_topdir $work/rpmbuild" --define '__os_install_post %{nil}' "$work/$1-$2.spec"
}

spec bash 4.2.46 /usr/share/toa-test/bash 'Provides: /bin/sh' ''
spec toa-hello-data 1.0 /usr/share/toa-hello/data '' ''
spec toa-hello 1.0 /usr/bin/toa-hello 'Requires: toa-hello-data' ''
spec toa-hello 1.1 /usr/bin/toa-hello 'Requires: toa-hello-data' ''
spec toa-broken 1.0 /usr/bin/toa-broken 'Requires: nobody-has-this' ''
spec toa-scripted 1.0 /usr/bin/toa-scripted '' $'%post\nexit 3'
mkdir -p "$out"
mv "$work"/rpmbuild/RPMS/noarch/*.rpm "$out"
createrepo_c --quiet "$out"
