"""SNMP v2c traps and informs, made by hand: enough BER to say that an interface went down. Standard library only."""
import itertools
import socket

LINK_DOWN = "1.3.6.1.6.3.1.1.5.3"
IF_INDEX = "1.3.6.1.2.1.2.2.1.1"
NUMBERS = itertools.count(1)


def tlv(tag, content):
    size = len(content)
    head = bytes([size]) if size < 128 else bytes([0x82]) + size.to_bytes(2, "big")
    return bytes([tag]) + head + content


def integer(value, tag=2):
    return tlv(tag, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def oid(text):
    parts = [int(part) for part in text.split(".")]
    out = bytearray([parts[0] * 40 + parts[1]])
    for part in parts[2:]:
        group = [part & 127]
        while part := part >> 7:
            group.append(part & 127 | 128)
        out += bytes(reversed(group))
    return tlv(6, bytes(out))


def link_down(community, index, inform=False):
    def bound(name, value):
        return tlv(0x30, oid(name) + value)

    bindings = (bound("1.3.6.1.2.1.1.3.0", integer(4711, 0x43)) + bound("1.3.6.1.6.3.1.1.4.1.0", oid(LINK_DOWN)) +
                bound(f"{IF_INDEX}.{index}", integer(index)))
    pdu = tlv(0xA6 if inform else 0xA7, integer(next(NUMBERS)) + integer(0) + integer(0) + tlv(0x30, bindings))
    return tlv(0x30, integer(1) + tlv(4, community.encode()) + pdu)


class Sender:
    """One device's address on the loopback range."""

    def __init__(self, address, port, community):
        self.community = community
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((address, 0))
        self.socket.connect(("127.0.0.1", port))

    def trap(self, index):
        try:
            self.socket.send(link_down(self.community, index))
        except ConnectionRefusedError:
            pass  # nobody listens: that is what a trap never learns

    def inform(self, index, seconds=2.0):
        """True when it was acknowledged."""
        self.socket.settimeout(seconds)
        try:
            self.socket.send(link_down(self.community, index, inform=True))
            return self.socket.recv(2000)[0] == 0x30
        except (TimeoutError, ConnectionRefusedError):
            return False
