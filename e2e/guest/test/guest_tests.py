"""What the guest program does, on loopback and unprivileged ports; GUEST names the binary.

Ends with the line "N passed, N failed". The peers are plain sockets of this process. Nothing here is timed: each
wait ends with what is waited for, or fails the test at SAFETY_SECONDS.
"""

import os
import socket
import struct
import subprocess
import sys
import threading
import unittest

GUEST = os.environ["GUEST"]
SAFETY_SECONDS = 60
CONNECTIONS_MAX = 512
STREAMS_MAX = 64
FAMILIES = ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1"))
START_ATTEMPTS = 5


def free_port():
    """A port that nobody had a moment ago, on both families."""
    with socket.socket(socket.AF_INET6) as probe:
        probe.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        probe.bind(("::", 0))
        return probe.getsockname()[1]


class Control:
    """A control connection: sends lines, reads lines."""

    def __init__(self, port, host="127.0.0.1"):
        self.socket = socket.create_connection((host, port), SAFETY_SECONDS)
        self.lines = self.socket.makefile("rb")

    def send(self, text):
        self.socket.sendall(text.encode())

    def line(self):
        return self.lines.readline().decode().rstrip("\n")

    def ask(self, command):
        self.send(command + "\n")
        return self.line()

    def report(self):
        self.send("report\n")
        streams = {}
        while (line := self.line()) != "end":
            word, index, received, seen = line.split(" ")
            assert word == "udp", line
            streams[int(index)] = (int(received), sequences(seen))
        return streams

    def close(self):
        self.lines.close()
        self.socket.close()


def sequences(bitmap):
    seen = bytes.fromhex(bitmap)
    return {number for number in range(len(seen) * 8) if seen[number // 8] >> (number % 8) & 1}


def receive_exactly(connection, count):
    received = b""
    while len(received) < count:
        piece = connection.recv(count - len(received))
        if not piece:
            break
        received += piece
    return received


class GuestTest(unittest.TestCase):
    def setUp(self):
        for _ in range(START_ATTEMPTS):
            self.echo_port, self.control_port = free_port(), free_port()
            self.guest = subprocess.Popen(
                [GUEST, str(self.echo_port), str(self.control_port)], stdout=subprocess.PIPE, text=True
            )
            self.addCleanup(self.end_guest, self.guest)
            if self.guest.stdout.readline():
                break
        self.control = self.new_control()

    @staticmethod
    def end_guest(guest):
        if guest.poll() is None:
            guest.kill()
        guest.wait()
        guest.stdout.close()

    def tearDown(self):
        self.assertIsNone(self.guest.poll(), "the guest program must never end by itself")

    def new_control(self, host="127.0.0.1"):
        control = Control(self.control_port, host)
        self.addCleanup(control.close)
        return control

    def connect(self, host="127.0.0.1"):
        connection = socket.create_connection((host, self.echo_port), SAFETY_SECONDS)
        self.addCleanup(connection.close)
        return connection

    def listen(self, family, host, kind=socket.SOCK_STREAM):
        peer = socket.socket(family, kind)
        self.addCleanup(peer.close)
        peer.bind((host, 0))
        peer.settimeout(SAFETY_SECONDS)
        if kind == socket.SOCK_STREAM:
            peer.listen(128)
        return peer

    def accept(self, peer):
        connection, _ = peer.accept()
        self.addCleanup(connection.close)
        connection.settimeout(SAFETY_SECONDS)
        return connection

    def assert_echoes(self, connection, text=b"hello\n"):
        connection.sendall(text)
        self.assertEqual(text, receive_exactly(connection, len(text)))

    def assert_alive(self):
        self.assertEqual("pong", self.control.ask("ping"))
        self.assert_echoes(self.connect())


class ChurnTest(GuestTest):
    def receivers(self, family, host):
        """Two sockets on ports next to each other."""
        for _ in range(START_ATTEMPTS):
            first, second = (socket.socket(family, socket.SOCK_DGRAM) for _ in range(2))
            first.bind((host, 0))
            try:
                second.bind((host, first.getsockname()[1] + 1))
            except OSError:
                first.close()
                second.close()
                continue
            for receiver in (first, second):
                receiver.settimeout(SAFETY_SECONDS)
                self.addCleanup(receiver.close)
            return first, second
        raise AssertionError("no two free ports next to each other")

    def test_it_sends_to_each_port_in_turn_until_it_is_told_to_stop(self):
        for family, host in FAMILIES:
            with self.subTest(host=host):
                first, second = self.receivers(family, host)
                self.assertEqual(self.control.ask(f"churn {host} {first.getsockname()[1]} 2 1000"), "ok 2")
                for _ in range(20):
                    self.assertEqual((first.recv(9), second.recv(9)), (b".", b"."))
                self.assertEqual(self.control.ask("ping"), "pong")
                word, sent = self.control.ask("calm").split(" ")
                self.assertEqual(word, "ok")
                self.assertGreaterEqual(int(sent), 40)

    def test_another_takes_its_place_and_calm_is_calm(self):
        first, second = self.receivers(*FAMILIES[0])
        self.assertEqual(self.control.ask(f"churn 127.0.0.1 {first.getsockname()[1]} 1 1000"), "ok 1")
        first.recv(9)
        self.assertEqual(self.control.ask(f"churn 127.0.0.1 {second.getsockname()[1]} 1 1000"), "ok 1")
        second.recv(9)
        self.assertNotEqual(self.control.ask("calm"), "ok 0")
        self.assertEqual(self.control.ask("calm"), "ok 0")


class Echo(GuestTest):
    def test_it_echoes_on_both_families(self):
        for _, host in FAMILIES:
            connection = self.connect(host)
            self.assert_echoes(connection)
            self.assert_echoes(connection, b"again")

    def test_what_was_sent_before_the_end_still_comes_back(self):
        much = os.urandom(1 << 20)
        connection = self.connect()

        def send():
            connection.sendall(much)
            connection.shutdown(socket.SHUT_WR)

        sender = threading.Thread(target=send)
        sender.start()
        self.assertEqual(much, receive_exactly(connection, len(much) + 1))
        sender.join()

    def test_a_peer_that_resets_or_never_reads_harms_nobody(self):
        deaf = self.connect()
        deaf.setblocking(False)
        try:
            while True:
                deaf.send(b"x" * 65536)
        except BlockingIOError:
            pass
        for _ in range(20):
            rude = self.connect()
            rude.sendall(b"x" * 1000)
            rude.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            rude.close()
        self.assert_alive()

    def test_when_the_table_is_full_the_most_silent_gives_way(self):
        silent = [self.connect() for _ in range(CONNECTIONS_MAX - 1)]  # the control connection is one more
        self.assert_echoes(silent[-1])
        self.assert_echoes(silent[1])

        self.assert_echoes(self.connect())
        self.assertEqual(b"", silent[0].recv(1), "the one that never spoke and came first")
        self.assert_echoes(silent[1])
        self.assert_alive()


class Dialling(GuestTest):
    def test_dialled_connections_say_nothing_and_echo(self):
        for family, host in FAMILIES:
            peer = self.listen(family, host)
            self.assertEqual("ok 3", self.control.ask(f"dial {host} {peer.getsockname()[1]} 3"))
            connections = [self.accept(peer) for _ in range(3)]
            for connection in connections:
                connection.setblocking(False)
                with self.assertRaises(BlockingIOError):
                    connection.recv(1)
                connection.settimeout(SAFETY_SECONDS)
                self.assert_echoes(connection)

    def test_a_full_table_dials_fewer(self):
        peer = self.listen(socket.AF_INET, "127.0.0.1")
        port = peer.getsockname()[1]
        for _ in range(5):
            self.assertEqual("ok 100", self.control.ask(f"dial 127.0.0.1 {port} 100"))
            for _ in range(100):
                self.accept(peer)
        self.assertEqual("ok 11", self.control.ask(f"dial 127.0.0.1 {port} 100"))
        self.assertEqual("ok 0", self.control.ask(f"dial 127.0.0.1 {port} 1"))

    def test_a_peer_that_refuses_harms_nobody(self):
        reply = self.control.ask(f"dial 127.0.0.1 {free_port()} 5")
        self.assertRegex(reply, "^ok [0-5]$")
        self.assert_alive()


class Streams(GuestTest):
    def open_streams(self, family, host, count):
        peer = self.listen(family, host, socket.SOCK_DGRAM)
        self.assertEqual(f"ok {count}", self.control.ask(f"udp {host} {peer.getsockname()[1]} {count}"))
        senders = {}
        for _ in range(count):
            hello, sender = peer.recvfrom(100)
            word, index = hello.decode().rstrip("\n").split(" ")
            self.assertEqual("hello", word)
            senders[int(index)] = sender
        return peer, senders

    def await_report(self, enough):
        """Datagrams and the control connection are not ordered: asks until it is so."""
        for _ in range(100000):
            report = self.control.report()
            if enough(report):
                return report
        self.fail(f"never so: {report}")

    def test_each_stream_speaks_once_and_counts_what_comes(self):
        for family, host in FAMILIES:
            with self.subTest(family=family):
                peer, senders = self.open_streams(family, host, 3)
                first, second, third = sorted(senders)
                for sequence in (0, 1, 7, 8, 8191, 9000, 7):
                    peer.sendto(b"%d %d" % (first, sequence), senders[first])
                peer.sendto(b"%d 5\n" % second, senders[second])

                report = self.await_report(lambda r: r[first][0] == 7 and r[second][0] == 1)

                self.assertEqual({0, 1, 7, 8, 8191}, report[first][1])
                self.assertEqual({5}, report[second][1])
                self.assertEqual((0, set()), report[third])
                peer.setblocking(False)
                with self.assertRaises(BlockingIOError):
                    peer.recvfrom(100)

    def test_datagrams_that_are_none_of_its_own_are_dropped(self):
        peer, senders = self.open_streams(socket.AF_INET, "127.0.0.1", 1)
        for datagram in (b"", b"x", b"1 5", b"0", b"0 ", b"0  5", b"0 -5", b"0 5 6", b"0 5\n\n", b"\xff" * 60,
                         b"0 5" + b" " * 100, b"0 1234567890", b"0" * 2000):
            peer.sendto(datagram, senders[0])
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
            stranger.sendto(b"0 6", senders[0])
        peer.sendto(b"0 1", senders[0])

        report = self.await_report(lambda r: r[0][0] > 0)

        self.assertEqual((1, {1}), report[0])

    def test_a_peer_that_went_and_came_back_is_still_counted(self):
        peer, senders = self.open_streams(socket.AF_INET, "127.0.0.1", 1)
        address = peer.getsockname()
        peer.close()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as again:
            again.bind(address)
            again.sendto(b"0 4", senders[0])
            self.assertEqual({4}, self.await_report(lambda r: r[0][0] == 1)[0][1])

    def test_a_refused_hello_harms_nobody(self):
        self.assertRegex(self.control.ask(f"udp 127.0.0.1 {free_port()} 3"), "^ok [0-3]$")
        self.assert_alive()

    def test_the_table_is_bounded_and_its_full_report_arrives(self):
        peer, senders = self.open_streams(socket.AF_INET, "127.0.0.1", STREAMS_MAX)
        self.assertEqual("ok 0", self.control.ask(f"udp 127.0.0.1 {peer.getsockname()[1]} 1"))
        self.assertEqual(set(range(STREAMS_MAX)), set(senders))
        for index, sender in senders.items():
            peer.sendto(b"%d 8191" % index, sender)
        report = self.await_report(lambda r: all(received == 1 for received, _ in r.values()))
        self.assertEqual(STREAMS_MAX, len(report))
        self.assertEqual({8191}, report[STREAMS_MAX - 1][1])

        reluctant = self.new_control()  # asks for far more than it ever reads
        reluctant.socket.setblocking(False)
        try:
            while True:
                reluctant.socket.send(b"report\n" * 100)
        except BlockingIOError:
            pass
        self.assert_alive()


class Commands(GuestTest):
    def test_commands_may_come_in_pieces_and_together(self):
        for piece in ("pi", "n", "g", "\nping\nping\r\n"):
            self.control.send(piece)
        self.assertEqual(["pong"] * 3, [self.control.line() for _ in range(3)])

    def test_the_answers_to_what_came_before_the_end_are_sent(self):
        self.control.send("ping\nreport\nping\nhalf a li")
        self.control.socket.shutdown(socket.SHUT_WR)
        self.assertEqual(b"pong\nend\npong\n", self.control.lines.read())

    def test_many_commands_at_once_are_all_answered(self):
        self.control.send("ping\n" * 5000)
        self.assertEqual({"pong"}, {self.control.line() for _ in range(5000)})

    def test_what_it_does_not_understand_is_an_error(self):
        for command in ("", "pong", "PING", "ping x", "report 1", "dial", "dial 127.0.0.1 5", "dial 127.0.0.1 5 1 1",
                        "dial localhost 80 1", "dial 127.0.0.1 0 1", "dial 127.0.0.1 65536 1", "dial 127.0.0.1 80 0",
                        "dial 127.0.0.1 80 513", "udp 127.0.0.1 80 65", "udp 127.0.0.1 80 -1", "udp ::g 80 1",
                        "dial 127.0.0.1 80 99999999999999999999999", "churn 127.0.0.1 80 1", "churn 127.0.0.1 80 0 1",
                        "churn 127.0.0.1 80 1 0", "churn 127.0.0.1 65535 2 1", "churn 127.0.0.1 80 8193 1",
                        "calm 1", "\x00\xff"):
            with self.subTest(command=command):
                self.assertRegex(self.control.ask(command), "^error ")
        self.assert_alive()

    def test_a_line_too_long_ends_that_connection_only(self):
        other = self.new_control("::1")
        other.send("x" * 256)
        self.assertRegex(other.line(), "^error ")
        self.assertEqual("", other.line())
        self.assert_alive()


class Start(unittest.TestCase):
    def test_wrong_arguments_are_told(self):
        for arguments in (["7"], ["7", "x"], ["0", "9"], ["7", "65536"], ["1", "2", "3"], ["", ""]):
            with self.subTest(arguments=arguments):
                ran = subprocess.run([GUEST, *arguments], capture_output=True, timeout=SAFETY_SECONDS, check=False)
                self.assertEqual(2, ran.returncode)
                self.assertIn(b"usage:", ran.stderr)

    def test_a_port_in_use_is_told(self):
        with socket.socket() as taken:
            taken.bind(("0.0.0.0", 0))
            taken.listen()
            ports = [str(taken.getsockname()[1]), str(free_port())]
            ran = subprocess.run([GUEST, *ports], capture_output=True, timeout=SAFETY_SECONDS, check=False)
        self.assertEqual(1, ran.returncode)
        self.assertIn(b"in use", ran.stderr)


if __name__ == "__main__":
    suite = unittest.defaultTestLoader.loadTestsFromModule(sys.modules["__main__"])
    result = unittest.TextTestRunner(stream=sys.stderr).run(suite)
    broken = [getattr(test, "test_case", test) for test, _ in result.failures + result.errors]
    failed = len({test.id() for test in broken})
    print(f"{result.testsRun - failed} passed, {failed} failed")
    sys.exit(1 if failed else 0)
