"""Changes the conntrack table of the node that it runs on, and measures what follows.

Usage: probe.py GATE PROCESS: the gate's shared object; a process of the node at the other end. Reads one order a
line from stdin, answers each with one line:

  pause DOMAIN CHANGES WITHIN   at a random moment within so many seconds, until which it changes 100 flows a second:
                         changes so many more, then pauses the domain as libvirt would; nanoseconds that the pause took
  lag SAMPLES SEED       flows made and changed here, until the kernel of the other node tells of the same: two lists
                         of nanoseconds, comma-separated: of made ones, of changed ones

The flows are UDP, of VM_ADDRESS with a peer that does not exist. Layouts: linux/netfilter/nfnetlink_conntrack.h, and
libvirt's lock driver as hook-native/src/gate/lock_driver.h has it.
"""

import ctypes
import os
import random
import select
import socket
import struct
import sys
import time

VM_ADDRESS, PEER_ADDRESS = "10.30.0.100", "198.51.100.7"
NETLINK_NETFILTER, CLONE_NEWNET = 12, 0x40000000
REQUEST, ACK, CREATE, EXCL = 1, 4, 0x400, 0x200
CT_NEW = 0x100
ORIG, REPLY, STATUS, TIMEOUT, MARK = 1, 2, 3, 7, 8
NESTED = 0x8000
CONFIRMED, UDP, LIFE_SECONDS = 8, 17, 600
NEW_AND_UPDATE = 3
PATIENCE_SECONDS = 30
BUSY_SECONDS = 0.01
FIRST_PORT = 1024


def attribute(kind, payload):
    return struct.pack("=HH", 4 + len(payload), kind) + payload + bytes(-len(payload) % 4)


def port_attribute(kind, port):
    return attribute(kind, struct.pack(">H", port))


def flow_tuple(kind, source, source_port, target, target_port):
    ip = attribute(1, socket.inet_aton(source)) + attribute(2, socket.inet_aton(target))
    proto = attribute(1, bytes([UDP])) + port_attribute(2, source_port) + port_attribute(3, target_port)
    return attribute(kind | NESTED, attribute(1 | NESTED, ip) + attribute(2 | NESTED, proto))


class Flow:
    """One of 64,000 times 64,000 that differ by their ports."""

    def __init__(self, number):
        self.source_port = FIRST_PORT + number % 64000
        self.target_port = FIRST_PORT + number // 64000

    def original(self):
        return flow_tuple(ORIG, VM_ADDRESS, self.source_port, PEER_ADDRESS, self.target_port)

    def reply(self):
        return flow_tuple(REPLY, PEER_ADDRESS, self.target_port, VM_ADDRESS, self.source_port)


class Table:
    """The table of the network namespace in which it is opened."""

    def __init__(self):
        self.socket = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_NETFILTER)
        self.socket.bind((0, 0))
        self.sequence = 0

    def ask(self, flags, attributes):
        self.sequence += 1
        body = struct.pack(">BBH", socket.AF_INET, 0, 0) + attributes
        header = struct.pack("=IHHII", 16 + len(body), CT_NEW, REQUEST | ACK | flags, self.sequence, 0)
        self.socket.send(header + body)
        answer = self.socket.recv(65536)
        (error,) = struct.unpack_from("=i", answer, 16)
        if error != 0:
            raise OSError(-error, os.strerror(-error))

    def make(self, flow):
        more = attribute(STATUS, struct.pack(">I", CONFIRMED)) + attribute(TIMEOUT, struct.pack(">I", LIFE_SECONDS))
        self.ask(CREATE | EXCL, flow.original() + flow.reply() + more)

    def mark(self, flow, mark):
        self.ask(0, flow.original() + attribute(MARK, struct.pack(">I", mark)))


class Listener:
    """What the table of another process's network namespace tells."""

    def __init__(self, libc, process):
        with open("/proc/self/ns/net", "rb") as home, open(f"/proc/{process}/ns/net", "rb") as there:
            if libc.setns(there.fileno(), CLONE_NEWNET) != 0:
                raise OSError(ctypes.get_errno(), "setns")
            try:
                self.socket = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_NETFILTER)
            finally:
                if libc.setns(home.fileno(), CLONE_NEWNET) != 0:
                    raise OSError(ctypes.get_errno(), "setns")
        self.socket.bind((0, NEW_AND_UPDATE))

    def forget(self):
        while select.select([self.socket], [], [], 0)[0]:
            self.socket.recv(65536)

    def hear(self, flow, also=b""):
        """Waits until it tells of that flow, with these bytes."""
        while select.select([self.socket], [], [], PATIENCE_SECONDS)[0]:
            event = self.socket.recv(65536)
            if flow.original() in event and also in event:
                return
        raise TimeoutError("the change did not arrive on the other node")


class Gate:
    """Calls the gate as libvirt's daemon does."""

    def __init__(self, path):
        self.library = ctypes.CDLL(path, mode=os.RTLD_NOW | os.RTLD_LOCAL)
        self.driver = ctypes.addressof(ctypes.c_char.in_dll(self.library, "virLockDriverImpl"))
        pointer, number = ctypes.c_void_p, ctypes.c_uint
        self.load = self.function(8, ctypes.c_int, number, ctypes.c_char_p, number)
        self.open = self.function(24, ctypes.c_int, pointer, number, ctypes.c_size_t, pointer, number)
        self.close = self.function(32, None, pointer)
        self.release = self.function(56, ctypes.c_int, pointer, pointer, number)
        if self.load(1000000, b"/etc/libvirt/qemu-conntracksync-gate.conf", 0) != 0:
            raise RuntimeError("the gate refuses to be loaded")

    def function(self, offset, result, *arguments):
        address = ctypes.c_void_p.from_address(self.driver + offset).value
        return ctypes.CFUNCTYPE(result, *arguments)(address)

    def pause(self, domain):
        """Nanoseconds that a pause of the domain took."""
        name = ctypes.create_string_buffer(domain.encode())
        uuid_key, name_key = ctypes.create_string_buffer(b"uuid"), ctypes.create_string_buffer(b"name")
        parameters = ctypes.create_string_buffer(
            struct.pack("@i4xP16s", 7, ctypes.addressof(uuid_key), bytes(range(16)))
            + struct.pack("@i4xPP8x", 0, ctypes.addressof(name_key), ctypes.addressof(name))
        )
        manager = (ctypes.c_void_p * 2)(self.driver, None)
        state = ctypes.c_void_p()
        begin = time.perf_counter_ns()
        opened = self.open(ctypes.addressof(manager), 0, 2, ctypes.addressof(parameters), 0)
        released = self.release(ctypes.addressof(manager), ctypes.addressof(state), 0)
        self.close(ctypes.addressof(manager))
        took = time.perf_counter_ns() - begin
        if opened != 0 or released != 0:
            raise RuntimeError("the gate failed, which it must never do")
        return took


class Probe:
    def __init__(self, gate, process):
        self.libc = ctypes.CDLL(None, use_errno=True)
        self.process = process
        self.gate = Gate(gate)
        self.table = Table()
        self.made = 0
        self.changing = []
        self.marks = 0

    def fresh(self):
        self.made += 1
        return Flow(self.made)

    def pause(self, domain, changes, within):
        while len(self.changing) < int(changes):
            self.changing.append(self.fresh())
            self.table.make(self.changing[-1])
        moment = time.monotonic() + random.uniform(0, float(within))
        while time.monotonic() < moment:
            self.change(self.changing[:1])
            time.sleep(BUSY_SECONDS)
        self.change(self.changing[: int(changes)])
        return str(self.gate.pause(domain))

    def change(self, flows):
        self.marks += 1
        for flow in flows:
            self.table.mark(flow, self.marks)

    def lag(self, samples, seed):
        chance = random.Random(int(seed))
        listener = Listener(self.libc, self.process)
        made, changed = [], []
        for number in range(1, int(samples) + 1):
            flow = self.fresh()
            made.append(self.until(listener, flow, b"", lambda: self.table.make(flow)))
            time.sleep(chance.uniform(0.001, 0.010))
            mark = attribute(MARK, struct.pack(">I", number))
            changed.append(self.until(listener, flow, mark, lambda: self.table.mark(flow, number)))
            time.sleep(chance.uniform(0.001, 0.010))
        return " ".join(",".join(map(str, series)) for series in (made, changed))

    @staticmethod
    def until(listener, flow, also, change):
        listener.forget()
        begin = time.perf_counter_ns()
        change()
        listener.hear(flow, also)
        return time.perf_counter_ns() - begin


def main():
    probe = Probe(sys.argv[1], sys.argv[2])
    print("ready", flush=True)
    for line in sys.stdin:
        order, *words = line.split()
        print({"pause": probe.pause, "lag": probe.lag}[order](*words), flush=True)


main()
