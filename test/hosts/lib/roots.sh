# shellcheck shell=bash
# The cached root file systems. `debian` is a whole root, `guest` the disk of a virtual machine; the others are overlay
# layers above `debian`. Each has the hash of its recipe in its name, is built under another name and renamed when complete.

recipe_hash() { # NAME
  {
    [ "$1" = guest ] || cat "$HOSTS_DIR/roots/debian.sh" "$HOSTS_DIR/roots/apt-repository.sh"
    [ "$1" = debian ] || cat "$HOSTS_DIR/roots/$1.sh"
    case $1 in
    guest) cat "$HOSTS_DIR/nginx.conf" ;;
    debian-balancers) cat "$HOSTS_DIR/roots/debian-systemd.sh" ;;
    debian-with-*) cat "$HOSTS_DIR/roots/debian-with-rpm.sh" "$HOSTS_DIR/roots/rpm-repository.sh" ;;
    esac
    uname -m
  } | sha256sum | cut -c1-12
}

root_path() { printf '%s/%s-%s' "$CACHE" "$1" "$(recipe_hash "$1")"; }

# lower_dirs NAME: what an overlay mount takes as lowerdir=
lower_dirs() {
  if [ "$1" = debian ]; then root_path debian; else printf '%s:%s' "$(root_path "$1")" "$(root_path debian)"; fi
}

ensure_root() { # NAME
  local path started=$SECONDS
  path=$(root_path "$1")
  [ ! -d "$path" ] || return 0
  mkdir -p "$CACHE"
  # one builder at a time for each root, however many fleets start; a dead builder's half is removed by the next one
  (
    flock 9
    [ ! -d "$path" ] || exit 0
    say "building the root $1 (kept in $CACHE)"
    rm -rf "$path.part" "$path.work"
    if ! build_root "$1" "$path.part" "$path.work" >"$path.log" 2>&1; then
      tail -15 "$path.log" >&2
      exit 1
    fi
    rm -rf "$path.work"
    mv "$path.part" "$path"
    remove_old_roots "$1" "$path"
    say "built the root $1 in $((SECONDS - started)) s"
  ) 9>"$CACHE/$1.lock" || die "the root $1 was not built; the whole log: $path.log"
}

build_root() { # NAME UPPER WORK
  local name=$1 upper=$2
  case $name in
  debian | guest)
    # shellcheck disable=SC2016 # the inner shell expands
    bash -euo pipefail -c '. "$1/roots/$2.sh"; HOSTS_DIR=$1 "build_$2" "$3"' build "$HOSTS_DIR" "$name" "$upper"
    return
    ;;
  esac
  mkdir -p "$upper" "$3"
  # the mounts live in a namespace of their own and go with it
  # shellcheck disable=SC2016 # the inner shell expands
  unshare --mount --propagation private -- bash -euo pipefail -c '
    . "$1/roots/$2.sh"
    target=$(mktemp -d)
    trap "umount -R \"$target\" && rmdir \"$target\"" EXIT
    mount -t overlay overlay -o "lowerdir=$5,upperdir=$3,workdir=$4" "$target"
    mount -t proc proc "$target/proc"
    mount --bind /dev "$target/dev"
    mount --bind "$(realpath /etc/resolv.conf)" "$target/etc/resolv.conf"
    printf "#!/bin/sh\nexit 101\n" >"$target/usr/sbin/policy-rc.d"
    chmod +x "$target/usr/sbin/policy-rc.d"
    HOSTS_DIR=$1 "build_${2//-/_}" "$target"
    rm "$target/usr/sbin/policy-rc.d"
  ' build "$HOSTS_DIR" "$name" "$upper" "$3" "$(root_path debian)"
}

# A changed recipe leaves its old root behind; running fleets may still use it, so only roots unused for a day go.
remove_old_roots() { # NAME PATH
  find "$CACHE" -maxdepth 1 -type d -name "$1-????????????" ! -path "$2" -mtime +0 -exec rm -rf {} +
}

ensure_roots() {
  ensure_root debian
  # the layers need only the first root: build them side by side
  local name builder builders=()
  for name in debian-systemd debian-with-rpm debian-with-zypper debian-openrc; do
    ensure_root "$name" &
    builders+=($!)
  done
  for builder in "${builders[@]}"; do wait "$builder" || exit 1; done
}
