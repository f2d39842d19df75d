# SPDX-License-Identifier: GPL-2.0
"""Packets that no kernel sends: a client of our own, on a raw socket, which forges options towards a balancer with the sender.

sender-attacks.py DEVICE MAC-OF-THE-BALANCER: one line per case: NAME FAMILY WHO, where WHO is what the server's accept()
gave: client, balancer, forged, nothing (no connection came about), or the address. The client's addresses are not the
machine's, so that its kernel stays out of it.
"""
import random, socket, struct, sys, time

ME = {4: "10.55.1.77", 6: "fd55:1::77"}
BALANCER = {4: "10.55.1.1", 6: "fd55:1::1"}
INSIDE = {4: "10.55.2.1", 6: "fd55:2::1"}
FORGED = {4: "198.51.100.9", 6: "2001:db8::bad"}
FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16
MSS = b"\x02\x04\x05\xb4"
device, gateway = sys.argv[1], bytes.fromhex(sys.argv[2].replace(":", ""))
raw = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
raw.bind((device, 0))
mac = raw.getsockname()[4]


def packed(family, address):
    return socket.inet_pton(socket.AF_INET if family == 4 else socket.AF_INET6, address)


def checksum(data):
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def option(family, kind=254):
    address = packed(family, FORGED[family])
    return bytes([kind, len(address) + 4]) + struct.pack("!H", 4444) + address


class Connection:
    """A TCP client; `extra` is what stands between the IP header and TCP (IP options, extension headers)."""

    def __init__(self, family, ip_options=b"", extension=b"", first=6):
        self.family, self.ip_options, self.extension, self.first = family, ip_options, extension, first
        self.port, self.seq, self.ack = random.randint(20000, 60000), random.randint(1, 1 << 31), 0

    def tcp(self, flags, options=b"", data=b""):
        options += b"\1" * (-len(options) % 4)
        head = struct.pack("!HHIIBBHHH", self.port, 80, self.seq, self.ack, (20 + len(options)) // 4 << 4, flags, 64000, 0, 0)
        segment = head + options + data
        pseudo = packed(self.family, ME[self.family]) + packed(self.family, BALANCER[self.family])
        pseudo += struct.pack("!HH", 6, len(segment)) if self.family == 4 else struct.pack("!II", len(segment), 6)
        return segment[:16] + struct.pack("!H", checksum(pseudo + segment)) + segment[18:]

    def packets(self, segment, cut=0):
        """Frames; cut: at how many bytes of the segment it is fragmented."""
        parts = [(0, segment[:cut], 1), (cut, segment[cut:], 0)] if cut else [(0, segment, 0)]
        number = random.randint(1, 65535)
        for offset, part, more in parts:
            if self.family == 4:
                options = self.ip_options + b"\1" * (-len(self.ip_options) % 4)
                head = struct.pack("!BBHHHBBH", 0x40 | (20 + len(options)) // 4, 0, 20 + len(options) + len(part), number, more << 13 | offset // 8, 64, 6, 0)
                head += packed(4, ME[4]) + packed(4, BALANCER[4]) + options
                yield b"\x08\x00" + head[:10] + struct.pack("!H", checksum(head)) + head[12:] + part
            else:
                body, first = self.extension + part, self.first
                if cut:
                    body, first = struct.pack("!BBHI", self.first, 0, offset | more, number) + part, 44
                yield b"\x86\xdd" + struct.pack("!IHBB", 6 << 28, len(body), first, 64) + packed(6, ME[6]) + packed(6, BALANCER[6]) + body

    def send(self, flags, options=b"", data=b"", cut=0):
        for packet in self.packets(self.tcp(flags, options, data), cut):
            raw.send(gateway + mac + packet)

    def receive(self, seconds=1.0):
        """The next segment for this connection: flags, sequence number, data; None after the time."""
        end = time.time() + seconds
        while time.time() < end:
            raw.settimeout(max(0.01, end - time.time()))
            try:
                frame = raw.recv(65536)
            except socket.timeout:
                return None
            if frame[12:14] == b"\x08\x00" and frame[23] == 6 and frame[30:34] == packed(4, ME[4]):
                tcp, total = frame[14 + (frame[14] & 15) * 4 :], struct.unpack("!H", frame[16:18])[0] - (frame[14] & 15) * 4
            elif frame[12:14] == b"\x86\xdd" and frame[20] == 6 and frame[38:54] == packed(6, ME[6]):
                tcp, total = frame[54:], struct.unpack("!H", frame[18:20])[0]
            else:
                continue
            source, port, seq, _, offset, flags = struct.unpack("!HHIIBB", tcp[:14])
            if source == 80 and port == self.port:
                return flags, seq, tcp[offset // 16 * 4 : total]
        return None

    def shake(self, syn=b"", data=b""):
        """SYN and SYN-ACK. False when there is no answer."""
        self.send(SYN, MSS + syn, data)
        answer = self.receive()
        if not answer or answer[0] & (SYN | ACK) != SYN | ACK:
            return False
        self.seq, self.ack = self.seq + 1, answer[1] + 1
        return True

    def answer(self):
        """What the server says of its client, once our line has come."""
        text = b""
        while not text.endswith(b"\n"):
            got = self.receive()
            if not got:
                break
            text += got[2]
        self.send(RST)
        words = text.decode().split()
        if not words:
            return "nothing"
        known = {ME[self.family]: "client", INSIDE[self.family]: "balancer", FORGED[self.family]: "forged"}
        return known.get(words[0], words[0])

    def finish(self, ack=b"", cut=0, first=b"", ack_data=b""):
        """The segment that completes the handshake, then a line of data."""
        self.send(ACK, ack, ack_data, cut)
        self.seq += len(ack_data)
        time.sleep(0.1)
        self.send(ACK | PSH, first, b"hello\n")
        self.seq += 6
        return self.answer()


def case(name, run):
    for family in (4, 6):
        try:
            print(name, family, run(family), flush=True)
        except Exception as error:  # noqa: BLE001 - a case that breaks is a line, too
            print(name, family, repr(error), flush=True)


def simple(syn=lambda f: b"", ack=lambda f: b"", first=lambda f: b"", **more):
    def run(family):
        connection = Connection(family)
        if not connection.shake(syn(family)):
            return "no-syn-ack"
        return connection.finish(ack(family), first=first(family), **more)

    return run


def hidden(family):
    """Behind IP options, or an IPv6 destination option."""
    padding = struct.pack("!BBBBI", 6, 0, 1, 4, 0)
    connection = Connection(family, ip_options=b"\1\1\1\1") if family == 4 else Connection(6, extension=padding, first=60)
    return connection.finish(option(family)) if connection.shake(option(family)) else "no-syn-ack"


def fast_open(family):
    connection = Connection(family)
    if not connection.shake(b"\x22\x0a12345678" + b"\1\1", b"early"):
        return "no-syn-ack"
    return connection.finish(option(family))


def lost(family):
    """The bare ACK is lost: the first data completes the handshake."""
    connection = Connection(family)
    if not connection.shake():
        return "no-syn-ack"
    connection.send(ACK | PSH, b"", b"hello\n")
    connection.seq += 6
    return connection.answer()


full = lambda f: option(f) + b"\1" * (40 - len(option(f)))
case("plain", simple())
case("lost-ack", lost)
case("forged-syn", simple(syn=option))
case("forged-ack", simple(ack=option))
case("forged-data", simple(first=option))
case("forged-all", simple(syn=option, ack=option, first=option))
case("forged-syn-no-room", simple(syn=option, ack=lambda f: b"\1" * 40, first=lambda f: b"\1" * 40))
case("forged-no-room", simple(syn=option, ack=full, first=full))
case("forged-200", simple(ack=lambda f: option(f, 200)))
case("forged-253", simple(ack=lambda f: option(f, 253)))
case("forged-v4-mapped", simple(ack=lambda f: option(4)))
case("forged-long", simple(syn=option, ack=option, ack_data=b"x" * 1400))
case("forged-mtu-long", lambda f: simple(syn=option, ack=option, ack_data=b"x" * (1500 - (40 if f == 4 else 60) - len(option(f))))(f))
case("forged-broken", simple(ack=lambda f: b"\x05\x00" + option(f)))
case("forged-after-end", simple(ack=lambda f: b"\x00\x01\x01\x01" + option(f)))
case("hidden", hidden)
case("fast-open", fast_open)
case("fragment-8", simple(ack=option, cut=8))
case("fragment-24", simple(ack=option, cut=24))
