#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# receiver.sh BUILD: the life of a receiver on one host (run it by namespace.sh); one JSON object a step, "step" lines between.
set -u
bpf=$1/toa-bpf probe=$1/toa-probe
step() {
	echo "step $1"
	shift
	"$@"
	echo "rc $?"
}
list() { printf '%s\n' "$@" >/mnt/list; }
before=$(ip -br link | wc -l)
python3 -c 'import socket, time; s = socket.create_server(("0.0.0.0", 8080)); time.sleep(60)' &
old=$!
sleep 0.5
step check "$bpf" check
# the release says 2.6 then, as the kernel's own personality has it: the kernel alone is to blame, whatever else is missing
step old_check setarch --uname-2.6 "$bpf" check --cgroup /proc
step old_attach setarch --uname-2.6 "$bpf" attach
step control "$probe" self --only v4-ack,v6-ack,v4-none
step dry "$bpf" attach --dry-run
step status_before "$bpf" status
step attach "$bpf" attach
step again "$bpf" attach
step probe "$probe" self
step strict_stats "$bpf" stats
step wide "$bpf" attach --kinds default,254:8@syn,254:20@syn
step wide_probe "$probe" self
step narrow "$bpf" attach
list 10.0.0.0/8 2001:db8:1::/48
step allow "$bpf" allow --file /mnt/list
step refused "$probe" self --only v4-ack,v6-ack --client4 203.0.113.7:99 --client6 '[2001:db8::9]:77'
step reserved "$probe" self --only v4-ack,v6-syn
list 198.18.0.0/15 fd00::/8
step allow2 "$bpf" attach --allow /mnt/list
step accepted "$probe" self --only v4-ack,v6-ack --client4 203.0.113.7:99 --client6 '[2001:db8::9]:77'
step forged "$probe" self --only v4-ack --client4 127.0.0.1:99
step kinds "$bpf" attach --kinds tencent --allow /mnt/list
step tencent "$probe" self
step cdn "$bpf" attach --kinds aliyun-cdn
step cdn_probe "$probe" self --only v4-syn,dual4-ack
step bad_kinds "$bpf" attach --kinds nonsense
list 10.0.0.0/33
step bad_allow "$bpf" allow --file /mnt/list
step status "$bpf" status
step stats "$bpf" stats
# each is refused: nobody may be let in by a byte that was not understood
# shellcheck disable=SC2059 # escapes are meant
raw() {
	name=$1
	shift
	printf "$@" >/mnt/list
	step "list_$name" "$bpf" allow --file /mnt/list
}
raw two '10.0.0.0/8 0.0.0.0/0\n'
raw comma '10.0.0.0/8,0.0.0.0/0\n'
raw cr '10.0.0.0/8\r\n0.0.0.0/0\r\n'
raw nul '10.0.0.0/8\n192.0.2.0/24\0000.0.0.0/0\n'
raw sign '10.0.0.0/+8\n'
raw overflow '10.0.0.0/4294967304\n'
raw any '10.0.0.0/8\nany\n'
raw empty ' # nothing\n\n'
raw long '# %070000d 0.0.0.0/0\n10.0.0.0/8\n' 0
step long_status "$bpf" status
# shellcheck disable=SC2016 # the inner shell's
quiet() { step "$1" sh -c 'shift; "$@" 2>/dev/null; rc=$?; echo "{}"; exit $rc' sh "$@"; }
quiet words_two "$bpf" 'check attach'
quiet words_none "$bpf" ''
quiet words_foreign "$bpf" status --any
quiet words_twice "$bpf" attach --kinds huawei --kinds dpvs
step still_there "$bpf" status
list 0.0.0.0/0
step open4 "$bpf" allow --file /mnt/list
list 10.0.0.0/8 ::/0
step open6 "$bpf" allow --file /mnt/list
step detach "$bpf" detach
step gone "$bpf" status
step after "$probe" self --only v4-ack
echo "step leftovers"
echo "{\"pins\":$(find /sys/fs/bpf -mindepth 1 ! -name '*.debug' | wc -l),\"links\":$(($(ip -br link | wc -l) - before)),\"attached\":$(bpftool cgroup tree /mnt/cgroup | grep -c toa_)}"
echo "rc 0"
kill $old
