# shellcheck shell=bash
# What scripts/demo and scripts/test share: timed steps, and what must be installed first. Functions and constants only.

# Debian packages that scripts/build-kmod needs; those of the fleet stand in test/hosts/lib/common.sh.
# shellcheck disable=SC2034 # used by the scripts
BUILD_PACKAGES="clang gcc libc6-dev musl-tools libbpf-dev linux-libc-dev"
# shellcheck disable=SC2034 # used by scripts/test
TEST_PACKAGES="shellcheck shfmt make patch bzip2 kmod bc flex bison groff-base grub-common grub2-common dash busybox-static ansible-core ansible python3 python3-jinja2 python3-netaddr python3-passlib python3-jmespath openssh-server openssh-client sudo git iptables ufw locales acl attr file rpm gpg python3-pip python3-venv zip unzip xz-utils zstd openssl cron bpftool nginx-light libnginx-mod-stream podman crun apache2-bin haproxy golang-go default-jdk-headless gcc-aarch64-linux-gnu libc6-dev-arm64-cross qemu-user-static csh tcsh fish zsh strace"

SUDO=''
[ "$(id -u)" = 0 ] || SUDO=sudo

# step TITLE COMMAND...: says what it does and how long it took; the status is the command's.
step() {
  local title=$1 started=$EPOCHREALTIME status outcome='done'
  shift
  printf '\n== %s\n' "$title"
  "$@"
  status=$?
  [ $status -eq 0 ] || outcome="FAILED ($status)"
  printf -- '-- %s: %s, %s s\n' "$title" "$outcome" "$(since "$started")"
  return $status
}

# since STARTED: seconds with one decimal
since() { awk -v from="${1/,/.}" -v to="${EPOCHREALTIME/,/.}" 'BEGIN { printf "%.1f", to - from }'; }

fail() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

need_root_way() {
  [ -z "$SUDO" ] || command -v sudo >/dev/null || fail "this needs root: run it as root, or install sudo"
}

# need_node: Node 20 or newer with npm, which Debian 12 does not have: that one is not ours to install.
need_node() {
  command -v node >/dev/null || fail "Node >= 20 is needed (https://nodejs.org), and there is no node in PATH"
  local major
  major=$(node -p 'process.versions.node.split(".")[0]')
  [ "$major" -ge 20 ] || fail "Node >= 20 is needed, this is $(node --version)"
  command -v npm >/dev/null || fail "npm is needed, and there is none in PATH"
}

# install_packages PACKAGE...: with apt-get, only what is missing.
install_packages() {
  local package missing=()
  for package; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
  done
  [ ${#missing[@]} -gt 0 ] || { echo "all there: $*" && return 0; }
  echo "installing: ${missing[*]}"
  # another run may be installing too: wait for it
  $SUDO env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 -q=2 update &&
    $SUDO env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 -q=2 install --yes \
      --no-install-recommends "${missing[@]}" >/dev/null
}

# locked COMMAND...: one at a time in this folder, so that two runs side by side do not read half-written files.
locked() (
  mkdir -p .cache
  exec 9>.cache/build.lock
  flock 9
  "$@"
)

# unless_same STAMP SUM COMMAND...: runs the command, unless it was done for the same SUM.
unless_same() {
  local stamp=$1 sum=$2
  shift 2
  [ "$sum" != "$(cat "$stamp" 2>/dev/null)" ] || { echo 'nothing changed since the last time' && return 0; }
  "$@" && printf '%s\n' "$sum" >"$stamp"
}

install_modules() {
  locked unless_same node_modules/.toa-play-lock "$(cat package.json package-lock.json | sha256sum)" \
    npm ci --no-audit --no-fund --loglevel=error
}

build() {
  if [ ! -d dist/src ] || [ ! -d kmod/build ]; then rm -f dist/.built-from; fi
  locked unless_same dist/.built-from "$(sources_sum)" npm run --silent build
}

# sources_sum: one hash of all that the build reads
sources_sum() {
  find src tasks kmod scripts tsconfig.json package.json package-lock.json -path kmod/build -prune -o -type f -print0 |
    sort -z | xargs -0 sha256sum | sha256sum
}

# new_name PREFIX: a name for a fleet that no other run has: the process's id, and its start.
new_name() { printf '%s-%s-%s' "$1" "$$" "$(date +%s | tail -c 5)"; }
