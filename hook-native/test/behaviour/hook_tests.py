"""What the hook does, seen from outside: exit status, streams, and what the agent was asked.

Run by run.py, once with static binaries and once with sanitized ones. HOOK names one with the deadlines that are
shipped; PATIENT_HOOK one that waits longer, for all tests in which the agent does answer. Their sockets are first.sock
and second.sock in the working directory, a new folder for each test.

Time: a test may ask that the hook did *not* return before something was due. That it returned in time is shown by
its outcome; the only upper bound is a kill long after, which fails the test.
"""

import fcntl
import os
import socket
import struct
import subprocess
import tempfile
import termios
import threading
import time
import unittest

from agents import (
    SAFETY_SECONDS,
    AgentThatAnswers,
    AgentThatAnswersAndCloses,
    AgentThatClosesUnread,
    AgentThatDies,
    AgentThatHangs,
    AgentThatNeverEndsItsLine,
)

HOOK = os.environ["HOOK"]
PATIENT_HOOK = os.environ["PATIENT_HOOK"]
PATIENCE_SECONDS = 3.0  # the whole deadline of PATIENT_HOOK, see the Makefile
UUID = "0f3c9a52-7d1e-4b68-8a90-5e2b7c41d6f3"
OTHER_UUID = "11111111-2222-3333-4444-555555555555"
DOMAIN = f"<domain type='kvm' id='1'>\n  <name>shop_db</name>\n  <uuid>{UUID}</uuid>\n</domain>\n".encode()
WAIT = f"wait shop_db {UUID}\n".encode()
ANSWER_DEADLINE_SECONDS = 0.250
HOLD_GRACE_SECONDS = 0.050


class Ran:
    """How one run of the hook ended."""

    def __init__(self, status, stdout, stderr, seconds):
        self.status, self.stdout, self.stderr, self.seconds = status, stdout, stderr, seconds


class HookTest(unittest.TestCase):
    hook = PATIENT_HOOK

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory(prefix="hook-test-")
        self.addCleanup(self.folder.cleanup)
        self.first = os.path.join(self.folder.name, "first.sock")
        self.second = os.path.join(self.folder.name, "second.sock")

    def start(self, *arguments, stdin=subprocess.PIPE, **more):
        arguments = arguments or ("shop_db", "started", "begin", "-")
        process = subprocess.Popen(
            [self.hook, *arguments], cwd=self.folder.name, stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **more
        )
        self.addCleanup(self.end, process)
        return process

    @staticmethod
    def end(process):
        if process.poll() is None:
            process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout, process.stderr):
            if stream is not None:
                try:
                    stream.close()
                except BrokenPipeError:
                    pass

    def finish(self, process, started, given=None):
        stdout, stderr = process.communicate(given, timeout=SAFETY_SECONDS)
        ran = Ran(process.returncode, stdout, stderr, time.monotonic() - started)
        # What holds for every run, whatever happens:
        self.assertEqual(b"", ran.stdout, "stdout must stay empty: libvirt would take it for XML")
        self.assertIn(ran.status, (0, 1))
        self.assertLessEqual(ran.stderr.count(b"\n"), 1, ran.stderr)
        self.assertLessEqual(len(ran.stderr), 512)
        self.assertTrue(all(byte == 0x0A or 0x20 <= byte <= 0x7E for byte in ran.stderr), ran.stderr)
        return ran

    def run_hook(self, *arguments, given=DOMAIN, **more):
        started = time.monotonic()
        return self.finish(self.start(*arguments, **more), started, given)

    def assert_silent_success(self, ran):
        self.assertEqual((0, b""), (ran.status, ran.stderr))

    def assert_goes_on_with_complaint(self, ran, words):
        self.assertEqual(0, ran.status, ran.stderr)
        self.assertIn(words, ran.stderr)
        self.assertTrue(ran.stderr.startswith(b"conntracksync-hook: ") and ran.stderr.endswith(b"\n"), ran.stderr)


class WithoutAnAgent(HookTest):
    def test_no_socket_means_no_word(self):
        for operation in ("migrate", "started"):
            self.assert_silent_success(self.run_hook("shop_db", operation, "begin", "-"))

    def test_a_socket_that_refuses_is_complained_about(self):
        stale = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        stale.bind(self.first)
        stale.close()
        self.assert_goes_on_with_complaint(self.run_hook(), b"cannot reach the agent at first.sock: Connection refused")

    def test_something_else_at_the_path_is_complained_about(self):
        with open(self.first, "wb"):
            pass
        self.assert_goes_on_with_complaint(self.run_hook(), b"cannot reach the agent at first.sock")

    def test_a_datagram_socket_is_complained_about(self):
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as wrong:
            wrong.bind(self.first)
            self.assert_goes_on_with_complaint(self.run_hook(), b"cannot reach the agent at first.sock")

    def test_the_second_socket_is_tried_when_the_first_is_absent_or_refuses(self):
        with AgentThatAnswers(self.second, b"ok Imported\n") as agent:
            self.assert_silent_success(self.run_hook())
        self.assertEqual(WAIT, agent.asked)
        os.unlink(self.second)
        stale = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        stale.bind(self.first)
        stale.close()
        with AgentThatAnswers(self.second, b"ok Imported\n") as agent:
            self.assert_silent_success(self.run_hook())
        self.assertEqual(WAIT, agent.asked)

    def test_a_full_queue_is_waited_for_until_the_deadline(self):
        self.hook = HOOK
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
            listener.bind(self.first)
            listener.listen(0)
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as ahead:
                ahead.connect(self.first)
                ran = self.run_hook()
        self.assert_goes_on_with_complaint(ran, b"cannot reach the agent at first.sock")
        self.assertGreaterEqual(ran.seconds, ANSWER_DEADLINE_SECONDS)


class OtherCalls(HookTest):
    def test_other_operations_touch_neither_socket_nor_stdin(self):
        others = [
            ("shop_db", "prepare", "begin", "-"),
            ("shop_db", "start", "begin", "-"),
            ("shop_db", "stopped", "end", "-"),
            ("shop_db", "release", "end", "migrated"),
            ("shop_db", "reconnect", "begin", "-"),
            ("shop_db", "started", "end", "-"),
            ("shop_db", "restore", "begin", "-"),
            ("shop_db",),
            ("shop_db", "started"),
            ("", "", "", ""),
        ]
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
            listener.bind(self.first)
            listener.listen(8)
            listener.setblocking(False)
            for arguments in others:
                with self.subTest(arguments=arguments):
                    read_end, write_end = os.pipe()
                    os.write(write_end, DOMAIN)
                    self.assert_silent_success(self.run_hook(*arguments, given=None, stdin=read_end))
                    unread = struct.unpack("i", fcntl.ioctl(read_end, termios.FIONREAD, b"\0" * 4))[0]
                    os.close(read_end)
                    os.close(write_end)
                    self.assertEqual(len(DOMAIN), unread)
                    with self.assertRaises(BlockingIOError):
                        listener.accept()


class Questions(HookTest):
    def ask(self, *arguments, given=DOMAIN):
        with AgentThatAnswers(self.first, b"ok\n") as agent:
            self.assert_silent_success(self.run_hook(*arguments, given=given))
        os.unlink(self.first)
        return agent.asked

    def test_an_incoming_migration_is_announced(self):
        self.assertEqual(f"incoming shop_db {UUID}\n".encode(), self.ask("shop_db", "migrate", "begin", "-"))

    def test_a_started_domain_is_waited_for(self):
        self.assertEqual(WAIT, self.ask("shop_db", "started", "begin", "-"))

    def test_the_extra_argument_is_not_needed(self):
        self.assertEqual(WAIT, self.ask("shop_db", "started", "begin"))

    def test_a_name_with_spaces_leaves_the_uuid_the_last_word(self):
        self.assertEqual(f"wait my own  vm {UUID}\n".encode(), self.ask("my own  vm", "started", "begin", "-"))

    def test_xml_without_a_uuid_asks_without_one(self):
        for xml in (b"", b"<domain><name>shop_db</name></domain>", b"not xml", b"<domain><uuid>x</uuid></domain>"):
            with self.subTest(xml=xml):
                self.assertEqual(b"wait shop_db -\n", self.ask(given=xml))

    def test_a_uuid_in_a_comment_or_in_metadata_is_not_the_domains(self):
        decoys = f"<!-- <uuid>{OTHER_UUID}</uuid> --><metadata><uuid>{OTHER_UUID}</uuid></metadata>"
        xml = f"<domain>{decoys}<uuid>{UUID}</uuid></domain>".encode()
        self.assertEqual(WAIT, self.ask(given=xml))

    def test_a_name_with_a_control_byte_is_not_sent(self):
        for name in ("a\nwait b -", "a\x01", "\x7f", "", "n" * 600):
            with self.subTest(name=name), AgentThatAnswers(self.first, b"ok\n") as agent:
                ran = self.run_hook(name, "started", "begin", "-")
            os.unlink(self.first)
            self.assert_goes_on_with_complaint(ran, b"the agent is not asked")
            self.assertEqual(b"", agent.asked)


class Stdin(HookTest):
    def test_one_that_never_closes_does_not_hold_the_hook(self):
        for given, asked in ((DOMAIN, WAIT), (b"<domain>", b"wait shop_db -\n"), (b"", b"wait shop_db -\n")):
            with self.subTest(given=given), AgentThatAnswers(self.first, b"ok\n") as agent:
                started = time.monotonic()
                read_end, write_end = os.pipe()
                os.write(write_end, given)
                process = self.start(stdin=read_end)
                os.close(read_end)
                self.assert_silent_success(self.finish(process, started))
                os.close(write_end)
            os.unlink(self.first)
            self.assertEqual(asked, agent.asked)

    def test_a_huge_one_is_read_no_further_than_needed(self):
        filler = b"<a>" + b"x" * 1000 + b"</a>"
        for given, asked in (
            (DOMAIN.replace(b"</domain>", filler * 4000 + b"</domain>"), WAIT),
            (b"<domain>" + filler * 4000 + b"<uuid>" + UUID.encode() + b"</uuid></domain>", b"wait shop_db -\n"),
            (b"<domain>" + filler * 100 + b"<uuid>" + UUID.encode() + b"</uuid></domain>", WAIT),
        ):
            with AgentThatAnswers(self.first, b"ok\n") as agent:
                self.assert_silent_success(self.run_hook(given=given))
            os.unlink(self.first)
            self.assertEqual(asked, agent.asked)

    def test_closed_standard_streams_do_not_become_the_socket(self):
        for closed in ((0,), (0, 1), (0, 1, 2), (2,)):
            with self.subTest(closed=closed), AgentThatAnswers(self.first, b"nonsense\n") as agent:
                pid = os.fork()
                if pid == 0:
                    try:
                        os.chdir(self.folder.name)
                        for descriptor in closed:
                            os.close(descriptor)
                        if 2 not in closed:
                            quiet = os.open("/dev/null", os.O_WRONLY)
                            os.dup2(quiet, 2)
                            os.close(quiet)  # it may have taken one of the closed numbers
                        if 0 not in closed:
                            empty = os.open("/dev/null", os.O_RDONLY)
                            os.dup2(empty, 0)
                        os.execv(self.hook, [self.hook, "shop_db", "started", "begin", "-"])
                    finally:
                        os._exit(99)
                self.assertEqual(0, os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
            os.unlink(self.first)
            self.assertEqual((b"wait shop_db -\n", b""), (agent.asked, agent.told_later))


class Answers(HookTest):
    def answered(self, *pieces, agent=AgentThatAnswers, arguments=(), **more):
        with agent(self.first, *pieces, **more):
            ran = self.run_hook(*arguments)
        os.unlink(self.first)
        return ran

    def test_ok_ends_the_wait(self):
        for answer in (b"ok\n", b"ok Imported\n", b"ok DeadlineExceeded\nmore that nobody reads"):
            self.assert_silent_success(self.answered(answer))

    def test_ok_may_be_the_last_that_the_agent_says(self):
        self.assert_silent_success(self.answered(b"ok Imported\n", agent=AgentThatAnswersAndCloses))

    def test_ok_may_come_in_pieces(self):
        pieces = [bytes([byte]) for byte in b"ok Imported\n"]
        self.assert_silent_success(self.answered(*pieces, pause=0.001))

    def test_abort_fails_the_migration_with_its_reason(self):
        ran = self.answered(b"abort the entries of 10.0.0.9 did not reach node n2\n")
        self.assertEqual(1, ran.status)
        self.assertEqual(b"conntracksync-hook: the entries of 10.0.0.9 did not reach node n2\n", ran.stderr)

    def test_an_abort_cannot_put_control_bytes_into_the_log(self):
        ran = self.answered(b"abort a\x1b[31m\x00\xff\rb\n")
        self.assertEqual((1, b"conntracksync-hook: a?[31m???b\n"), (ran.status, ran.stderr))

    def test_an_abort_of_the_longest_line_is_cut_not_refused(self):
        ran = self.answered(b"abort " + b"r" * 505 + b"\n")
        self.assertEqual((1, 512), (ran.status, len(ran.stderr)))

    def test_an_abort_works_without_a_log(self):
        read_end, write_end = os.pipe()
        os.close(read_end)
        with AgentThatAnswers(self.first, b"abort no\n"):
            process = subprocess.Popen(
                [self.hook, "shop_db", "started", "begin", "-"],
                cwd=self.folder.name,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=write_end,
            )
            self.addCleanup(self.end, process)
            os.close(write_end)
            self.assertEqual(1, process.wait(SAFETY_SECONDS))

    def test_only_a_wait_may_be_aborted_or_held(self):
        incoming = ("shop_db", "migrate", "begin", "-")
        for answer in (b"abort no\n", b"hold 5000\n"):
            self.assert_goes_on_with_complaint(self.answered(answer, arguments=incoming), b"not known")

    def test_garbage_goes_on(self):
        for answer in (b"\n", b"no\n", b"OK\n", b"ok\r\n", b"abort\n", b"abort \n", b"\x00\xff\xfe\n", b"ok\x00\n",
                       b"hold\n", b"hold 0\n", b"hold 5001\n", b"hold 10 \n", b"hold -1\n", b"x" * 512, b"x" * 5000):
            with self.subTest(answer=answer[:20]):
                self.assert_goes_on_with_complaint(self.answered(answer), b"not known")

    def test_endless_data_without_a_newline_goes_on(self):
        self.assert_goes_on_with_complaint(self.answered(agent=AgentThatNeverEndsItsLine), b"not known")

    def test_an_agent_that_closes_is_not_waited_for(self):
        for agent in (AgentThatClosesUnread, AgentThatAnswersAndCloses):
            self.assert_goes_on_with_complaint(self.answered(agent=agent), b"closed the connection")

    def test_half_an_answer_is_none(self):
        for half in (b"ok Imported", b"abort half a reason", b"hold 10\nok"):
            ran = self.answered(half, agent=AgentThatAnswersAndCloses)
            self.assert_goes_on_with_complaint(ran, b"closed the connection")

    def test_an_agent_killed_in_mid_wait_is_not_waited_for(self):
        for with_hold in (False, True):
            agent = AgentThatDies(self.first, b"hold 5000\n" if with_hold else b"")
            self.addCleanup(agent.kill)
            started = time.monotonic()
            process = self.start()
            process.stdin.write(DOMAIN)
            process.stdin.flush()
            self.assertEqual(WAIT, agent.question())
            agent.kill()
            self.assert_goes_on_with_complaint(self.finish(process, started), b"closed the connection")
            os.unlink(self.first)


class Deadlines(HookTest):
    def test_an_agent_that_hangs_is_given_up_at_the_deadline(self):
        self.hook = HOOK
        for arguments in (("shop_db", "started", "begin", "-"), ("shop_db", "migrate", "begin", "-")):
            with AgentThatHangs(self.first):
                ran = self.run_hook(*arguments)
            os.unlink(self.first)
            self.assert_goes_on_with_complaint(ran, b"no answer before the deadline")
            self.assertGreaterEqual(ran.seconds, ANSWER_DEADLINE_SECONDS)

    def test_half_a_line_does_not_move_the_deadline(self):
        self.hook = HOOK
        with AgentThatHangs(self.first, b"ho", b"ld 50"):
            ran = self.run_hook()
        self.assert_goes_on_with_complaint(ran, b"no answer before the deadline")

    def test_a_hold_lets_a_later_answer_count(self):
        # Beyond the hook's own deadline: without the hold it would have gone on with status 0.
        pause = PATIENCE_SECONDS + 0.5
        with AgentThatAnswers(self.first, b"hold 5000\n", b"abort held and refused\n", pause=pause):
            ran = self.run_hook()
        self.assertEqual((1, b"conntracksync-hook: held and refused\n"), (ran.status, ran.stderr))

    def test_a_hold_and_its_answer_may_come_together(self):
        with AgentThatAnswers(self.first, b"hold 1\nok Imported\n"):
            self.assert_silent_success(self.run_hook())

    def test_a_hold_then_silence_ends_after_the_promise(self):
        for promise_ms in (10, 700):
            with AgentThatHangs(self.first, b"hold %d\n" % promise_ms):
                ran = self.run_hook()
            os.unlink(self.first)
            self.assert_goes_on_with_complaint(ran, b"no answer before the deadline")
            self.assertGreaterEqual(ran.seconds, promise_ms / 1000 + HOLD_GRACE_SECONDS)

    def test_a_second_hold_is_not_honoured(self):
        with AgentThatAnswers(self.first, b"hold 5000\n", b"hold 5000\n", pause=0.01):
            ran = self.run_hook()
        self.assert_goes_on_with_complaint(ran, b"not known")


def stopped_and_continued(process):
    os.kill(process.pid, 19)
    os.waitpid(process.pid, os.WUNTRACED)
    os.kill(process.pid, 18)


class Interruptions(HookTest):
    def test_a_stop_and_continue_changes_nothing(self):
        asked = threading.Event()

        class AgentThatWaitsForTheTest(AgentThatAnswers):
            def script(self, connection):
                self.read_question(connection)
                connection.sendall(b"hold 5000\n")
                asked.set()
                resumed.wait(SAFETY_SECONDS)
                connection.sendall(b"ok Imported\n")

        resumed = threading.Event()
        with AgentThatWaitsForTheTest(self.first):
            started = time.monotonic()
            process = self.start()
            process.stdin.write(DOMAIN)
            process.stdin.flush()
            self.assertTrue(asked.wait(SAFETY_SECONDS))
            stopped_and_continued(process)
            resumed.set()
            self.assert_silent_success(self.finish(process, started))
