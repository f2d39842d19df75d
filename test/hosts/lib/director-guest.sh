# shellcheck shell=bash
# The director by IPVS: a virtual machine with the root of the other directors, and the kernel of the guests' disk.

make_director_disk() { # DIR HOST
  local folder=$1/hosts/$2 release
  ensure_root guest
  release=$(cat "$(root_path guest)/kernel")
  debugfs -R "dump /boot/vmlinuz-$release $folder/vmlinuz" "$(root_path guest)/disk.img" 2>/dev/null
  [ -s "$folder/vmlinuz" ] || die "no kernel was found on the guests' disk"
  mkdir -p "$folder"/{upper,work,root}
  # the mounts live in a namespace of their own and go with it
  # shellcheck disable=SC2016 # the inner shell expands
  unshare --mount --propagation private -- bash -euo pipefail -c '
    mount -t overlay overlay -o "lowerdir=$4,upperdir=$2/upper,workdir=$2/work" "$2/root"
    mkdir -p "$2/root/lib/modules"
    debugfs -R "rdump /lib/modules/$5 $2/root/lib/modules" "$6/disk.img" 2>/dev/null
    bash "$3/setup/all.sh" "$1" "$2" "$2/root"
    mke2fs -q -t ext4 -d "$2/root" -E root_owner=0:0 "$2/disk.img" 3G
  ' disk "$2" "$folder" "$HOSTS_DIR" "$(lower_dirs debian-balancers)" "$release" "$(root_path guest)" >"$folder/disk.log" 2>&1 ||
    die "the disk of $2 was not made: $(tail -n 3 "$folder/disk.log")"
  rm -rf "$folder"/{upper,work,root}
}

start_director_guest() { # ID HOST
  setsid bash "$HOSTS_DIR/lib/director-boot.sh" "$1" "$2" </dev/null >/dev/null 2>&1 8>&- 9>&- &
  disown
}

guest_ssh() { # ID HOST COMMAND...
  local id=$1
  shift
  in_netns "$id" hub ssh -F "$(fleet_dir "$id")/ssh/ssh_config" "$@" </dev/null
}

wait_for_guest() { # ID HOST
  for _ in {1..300}; do
    case $(guest_ssh "$1" -o ConnectTimeout=5 "$2" systemctl is-system-running --wait 2>/dev/null) in
    running | degraded) return 0 ;;
    esac
    sleep 1
  done
  die "$2 does not come up; its console: $(fleet_dir "$1")/hosts/$2/console.log"
}

# A power cut: nothing is written, nothing is said.
restart_guest() { # ID HOST
  local pid folder before
  folder=$(fleet_dir "$1")/hosts/$2
  before=$(cat "$folder/starts")
  while read -r pid; do kill -9 "$pid"; done <"$(cgroup_dir "$1" "$2")/cgroup.procs"
  for _ in {1..200}; do
    [ "$(cat "$folder/starts")" = "$before" ] || break
    sleep 0.1
  done
  wait_for_guest "$1" "$2"
}
