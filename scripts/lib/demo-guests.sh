# shellcheck shell=bash
# shellcheck disable=SC2154,SC2034 # SUDO: lib/steps.sh; GUESTS_LINE: scripts/demo
# scripts/demo --with-guests: the kernel module on two full virtual machines. Functions only.

guests() { $SUDO test/hosts/guests "$1" --name "$GUESTS_NAME" "${@:2}"; }

play_guests() { # LOG
  # the controller keeps what it built; a build of an earlier run must not be found
  guests exec -- env "XDG_CACHE_HOME=$GUESTS_DIR/cache" "$(command -v node)" bin/toa-play.js playbooks/site.yml \
    -i "$GUESTS_DIR/inventory.ini" | tee "$1"
  local status=${PIPESTATUS[0]}
  return "$status"
}

ask_guests() { # FILE
  guests traffic >"$1" && node scripts/lib/traffic.mjs "$1"
}

# How often a compiler ran, on both together
count_builds() {
  local guest
  for guest in guest-a guest-b; do
    guests ssh "$guest" 'find /var/lib/toa/build -name "*.log" 2>/dev/null' </dev/null
  done | wc -l
}

# Sets GUESTS_LINE; its status says whether all went well. $1 owner
guests_part() {
  local failed=0 a b balancer total cut_a cut_b changed builds
  GUESTS_NAME=$(new_name demo)-g
  GUESTS_DIR=/tmp/toa-play-$GUESTS_NAME
  GUESTS_LINE='guests: not finished'
  # shellcheck disable=SC2086 # a list of words
  step 'packages for virtual machines' install_packages $GUEST_PACKAGES || return 1
  step 'start two virtual machines' guests up --dir "$GUESTS_DIR" --owner "$1" || return 1
  step 'guests, before' ask_guests "$GUESTS_DIR/before.json" || failed=1
  step 'guests: toa-play playbooks/site.yml, toa_strategy: module' play_guests "$GUESTS_DIR/first.log" || failed=1
  step 'guests, after' ask_guests "$GUESTS_DIR/after.json" || failed=1
  step 'guests: toa-play playbooks/site.yml, again' play_guests "$GUESTS_DIR/second.log" || failed=1
  step 'cut the power of guest-b, and wait for it' guests restart guest-b || failed=1
  step 'guests, after the power cut' ask_guests "$GUESTS_DIR/cut.json" || failed=1
  read -r balancer _ < <(node scripts/lib/traffic.mjs --count "$GUESTS_DIR/before.json")
  read -r a b _ < <(node scripts/lib/traffic.mjs --count "$GUESTS_DIR/after.json")
  read -r cut_a cut_b _ < <(node scripts/lib/traffic.mjs --count "$GUESTS_DIR/cut.json")
  total="$a $b $cut_a $cut_b"
  changed=$(changed_in "$GUESTS_DIR/second.log")
  builds=$(count_builds)
  if [ "$balancer" != 0 ] || [ "$total" != '2 2 2 2' ] || [ "$changed" != 0 ] || [ "$builds" != 1 ]; then failed=1; fi
  GUESTS_LINE="guests: $a of $b show the client's address by the kernel module; $builds build; second run changed=${changed:-unknown}; after a power cut $cut_a of $cut_b"
  return $failed
}
