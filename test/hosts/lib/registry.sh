# shellcheck shell=bash
# One folder for each raised fleet: REGISTRY/ID/{dir,owner}. `owner` is "PID STARTTIME" of the process the fleet belongs
# to, or "kept". A fleet whose owner is gone is a leftover, and the next start removes it.

register_fleet() { # ID DIR OWNER-PID
  mkdir -p "$REGISTRY"
  mkdir "$REGISTRY/$1" 2>/dev/null || die "a fleet named $1 is up already (fleet down --name $1 removes it)"
  printf '%s\n' "$2" >"$REGISTRY/$1/dir"
  own_fleet "$1" "$3"
}

own_fleet() { # ID PID|kept
  if [ "$2" = kept ]; then echo kept; else echo "$2 $(start_time "$2")"; fi >"$REGISTRY/$1/owner.new"
  mv "$REGISTRY/$1/owner.new" "$REGISTRY/$1/owner"
}

fleet_dir() { cat "$REGISTRY/$1/dir" 2>/dev/null; }

fleet_ids() {
  local path
  for path in "$REGISTRY"/*/; do [ -d "$path" ] && basename "$path"; done
  return 0
}

is_leftover() { # ID
  local pid start
  # between mkdir and the owner's name there is a moment: a fleet without an owner counts after a minute
  if [ ! -e "$REGISTRY/$1/owner" ]; then
    [ -z "$(find "$REGISTRY/$1" -maxdepth 0 -mmin -1 2>/dev/null)" ]
    return
  fi
  read -r pid start <"$REGISTRY/$1/owner" || return 1
  [ "$pid" != kept ] && ! alive "$pid" "$start"
}

sweep_leftovers() {
  local id
  mkdir -p "$REGISTRY"
  exec 8>"$REGISTRY.lock"
  flock 8
  for id in $(fleet_ids); do
    is_leftover "$id" || continue
    say "removing the leftovers of $id"
    remove_fleet "$id"
  done
  exec 8>&-
}

# remove_fleet ID: processes, namespaces, cgroups, files; what is not there any more is no error.
remove_fleet() {
  local id=$1 dir name
  dir=$(fleet_dir "$id")
  kill_cgroup "$(cgroup_dir "$id")" || say "warning: the cgroup of $id stays"
  for name in /run/netns/toa-"$id"-*; do
    [ -e "$name" ] || continue
    ip netns del "$(basename "$name")"
  done
  # `up` took the folder only when nothing was in it, and marked it
  [ -z "$dir" ] || [ ! -e "$dir/.toa-fleet" ] || rm -rf "$dir"
  rm -rf "${REGISTRY:?}/$id"
}
