#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# containers.sh BUILD TOOLS: podman's containers on a host of their own (run it by namespace.sh), whose services are asked who
# came: with the network and cgroup namespace of a container, with the host's network, begun before the receiver and after it.
# Prints `NAME JSON` lines. Nothing is pulled: the root file system is busybox and our own programs.
set -u
build=$1 tools=$2
root=/mnt/containers/root
mount --bind /mnt/cgroup /sys/fs/cgroup
for folder in bin proc sys dev tmp etc run; do mkdir -p "$root/$folder"; done
cp "$(command -v busybox)" "$build/toa-bpf" "$build/toa-probe" "$tools/peer" "$root/bin/"
ln -s busybox "$root/bin/sh"

pod() { podman --root /mnt/containers/store --runroot /mnt/containers/run --cgroup-manager cgroupfs --events-backend none "$@" 2>>/mnt/containers/log; }
# privileged, and without limits: on a hybrid hierarchy the controllers are elsewhere, and limits may not be raised by everybody
begin() { # NAME NETWORK PORT
	pod run -d --name "$1" --privileged --pids-limit -1 --ulimit nofile=512:512 --ulimit nproc=512:512 --cgroupns private \
		--network "$2" --rootfs "$root" /bin/peer "$3" >/dev/null
}
say() { # NAME COMMAND...
	name=$1
	shift
	echo "$name $("$@" 2>/dev/null | tail -n 1)"
}
# A handshake with an option, from outside the service: what its own socket and its answer name
ask() { # STEP NAME PORT
	pid=$(pod inspect -f '{{.State.Pid}}' "$2")
	nsenter -t "$pid" -n ip link set lo up
	say "$1" "$build/toa-probe" port --port "$3" --netns "/proc/$pid/ns/net" --http /
	group=$(sed -n 's/^0:://p' "/proc/$pid/cgroup")
	nets=own
	[ "$(readlink "/proc/$pid/ns/net")" != "$(readlink /proc/self/ns/net)" ] || nets=host
	groups=own
	[ "$(readlink "/proc/$pid/ns/cgroup")" != "$(readlink /proc/self/ns/cgroup)" ] || groups=host
	echo "$1_where {\"network\":\"$nets\",\"cgroup_namespace\":\"$groups\",\"cgroup\":\"$group\"}"
}

begin before none 8080
begin before-host host 8081
ask bare before 8080
say attach "$build/toa-bpf" attach --any
begin after none 8080
begin after-host host 8082
ask before before 8080
ask before_host before-host 8081
ask after after 8080
ask after_host after-host 8082
# the receiver of the machine, seen from inside
say inside_status pod exec --privileged after /bin/toa-bpf status
say inside_hooks pod exec --privileged after /bin/toa-bpf hooks
say inside_detach pod exec --privileged after /bin/toa-bpf detach
ask after_detach after 8080
pod rm -f -t 0 -a >/dev/null
say detach "$build/toa-bpf" detach
sed 's/^/log /' /mnt/containers/log >&2
