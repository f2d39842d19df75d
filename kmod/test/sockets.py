#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""sockets.py PROBE: who an accepted socket says its peer is, by every way to accept and to hold it.

Each case gets one handshake of `toa-probe port` with an option that names 192.0.2.254:4321; a line "NAME JSON" a case.
"""
import array
import ctypes
import json
import mmap
import os
import socket
import struct
import subprocess
import sys

PROBE = sys.argv[1]
LIBC = ctypes.CDLL(None, use_errno=True)


def say(name, **what):
    print(name, json.dumps(what), flush=True)


def text(address):
    return "%s:%d" % (address[0].removeprefix("::ffff:"), address[1])


def listener(family=socket.AF_INET):
    s = socket.socket(family, socket.SOCK_STREAM)
    s.bind(("::" if family == socket.AF_INET6 else "0.0.0.0", 0))
    s.listen(8)
    s.settimeout(5)
    return s


def probe(s):
    """Starts a handshake with the listener; the connection is reset when the probe ends."""
    port = str(s.getsockname()[1])
    return subprocess.Popen([PROBE, "port", "--port", port, "--timeout", "1500"], stdout=subprocess.PIPE)


def with_probe(name, s, accept):
    p = probe(s)
    try:
        say(name, **accept(s))
    except Exception as error:  # a case must not end the others
        say(name, error=repr(error))
    p.communicate()


def accept4(s):
    raw, size = ctypes.create_string_buffer(128), ctypes.c_uint(128)
    s.setblocking(True)
    fd = LIBC.accept4(s.fileno(), raw, ctypes.byref(size), socket.SOCK_CLOEXEC)
    if fd < 0:
        raise OSError(ctypes.get_errno(), "accept4")
    port, address = struct.unpack(">H4s", raw.raw[2:8])
    with socket.socket(fileno=fd) as c:
        return {"accept": text((socket.inet_ntoa(address), port)), "getpeername": text(c.getpeername())}


def accept_without_address(s):
    """accept(NULL, NULL), then getpeername(), as many servers do."""
    s.setblocking(True)
    with socket.socket(fileno=LIBC.accept(s.fileno(), None, None)) as c:
        return {"getpeername": text(c.getpeername())}


def passed(s):
    """Accepted here, sent with SCM_RIGHTS, asked in another process."""
    ours, theirs = socket.socketpair()
    child = os.fork()
    if child == 0:
        _, control, _, _ = theirs.recvmsg(1, socket.CMSG_SPACE(4))
        with socket.socket(fileno=array.array("i", control[0][2])[0]) as c:
            theirs.send(text(c.getpeername()).encode())
        os._exit(0)
    c, address = s.accept()
    ours.sendmsg([b"x"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [c.fileno()]))])
    answer = ours.recv(100).decode()
    c.close()
    os.waitpid(child, 0)
    return {"accept": text(address), "getpeername": answer}


def inherited(s):
    """A worker that inherits the listener by fork, and one that inherits the accepted socket."""
    c, address = s.accept()
    r, w = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(w, text(c.getpeername()).encode())
        os._exit(0)
    os.waitpid(child, 0)
    answer = os.read(r, 100).decode()
    c.close()
    return {"accept": text(address), "getpeername": answer}


def ring_accept(s):
    """io_uring by hand: one IORING_OP_ACCEPT with an address buffer."""
    params = bytearray(120)
    fd = LIBC.syscall(425, 4, (ctypes.c_char * 120).from_buffer(params))
    if fd < 0:
        return {"unsupported": "io_uring_setup: " + os.strerror(ctypes.get_errno())}
    sq = struct.unpack_from("10I", params, 40)  # head tail mask entries flags dropped array ...
    cq = struct.unpack_from("10I", params, 80)  # head tail mask entries overflow cqes ...
    ring = mmap.mmap(fd, 4096, offset=0)
    done = mmap.mmap(fd, 4096, offset=0x8000000)
    entries = mmap.mmap(fd, 4096, offset=0x10000000)
    address, size = ctypes.create_string_buffer(128), ctypes.c_uint(128)
    struct.pack_into("<BBHiQQIIQ", entries, 0, 13, 0, 0, s.fileno(), ctypes.addressof(size), ctypes.addressof(address), 0,
                     socket.SOCK_CLOEXEC, 7)
    struct.pack_into("<I", ring, sq[6], 0)
    struct.pack_into("<I", ring, sq[1], 1)
    if LIBC.syscall(426, fd, 1, 1, 1, None, 0) < 0:
        raise OSError(ctypes.get_errno(), "io_uring_enter")
    user_data, result = struct.unpack_from("<Qi", done, cq[5])
    os.close(fd)
    if user_data != 7 or result < 0:
        raise OSError(-result, "IORING_OP_ACCEPT")
    port, host = struct.unpack(">H4s", address.raw[2:8])
    with socket.socket(fileno=result) as c:
        return {"accept": text((socket.inet_ntoa(host), port)), "getpeername": text(c.getpeername())}


def plain(s):
    c, address = s.accept()
    with c:
        return {"accept": text(address), "getpeername": text(c.getpeername())}


def nested():
    """The listener's process is in a cgroup below the one that the receiver is attached to."""
    os.makedirs("/mnt/cgroup/inner/container", exist_ok=True)
    r, w = os.pipe()
    child = os.fork()
    if child == 0:
        with open("/mnt/cgroup/inner/container/cgroup.procs", "w", encoding="ascii") as file:
            file.write("0")
        LIBC.unshare(0x02000000)  # CLONE_NEWCGROUP: as containers have
        inner = listener()
        os.write(w, struct.pack("H", inner.getsockname()[1]))
        os.write(w, json.dumps(plain(inner)).encode())
        os._exit(0)
    port = struct.unpack("H", os.read(r, 2))[0]
    p = subprocess.Popen([PROBE, "port", "--port", str(port), "--timeout", "1500"], stdout=subprocess.PIPE)
    answer = os.read(r, 200)
    p.communicate()
    os.waitpid(child, 0)
    for folder in ("/mnt/cgroup/inner/container", "/mnt/cgroup/inner"):
        os.rmdir(folder)
    return json.loads(answer)


def main():
    with_probe("accept", listener(), plain)
    with_probe("accept4", listener(), accept4)
    with_probe("no_address", listener(), accept_without_address)
    with_probe("dual_stack", listener(socket.AF_INET6), plain)
    with_probe("scm_rights", listener(), passed)
    with_probe("fork", listener(), inherited)
    with_probe("io_uring", listener(), ring_accept)
    say("nested_cgroup", **nested())


main()
