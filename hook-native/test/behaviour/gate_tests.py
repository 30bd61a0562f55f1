"""What the gate does to the process that loads it, seen from outside: that nothing fails, what the agent was asked,
and what reached the log.

Run by run.py, once each with a plain gate, with address and undefined-behaviour sanitizers, and with the thread
sanitizer. GATE_HOST plays libvirt's daemon (see gate_host.c) and checks at each step that the gate returned success,
left no state, and changed neither errno nor signals nor descriptors. GATE has the deadlines that are shipped;
PATIENT_GATE waits longer, for all tests in which the agent does answer. Their sockets are pod.sock and gate/<domain>
in the working directory, a new folder for each test.

Time: a test may ask that the gate did *not* return before something was due. That it returned in time is shown by what
it says; the only upper bound is a kill long after, which fails the test.
"""

import fcntl
import os
import re
import socket
import subprocess
import tempfile
import unittest

from agents import (
    SAFETY_SECONDS,
    AgentThatAnswers,
    AgentThatAnswersAndCloses,
    AgentThatAnswersOnCue,
    AgentThatAnswersThemAll,
    AgentThatClosesUnread,
    AgentThatDies,
    AgentThatHangs,
    AgentThatMustNotBeReached,
    AgentThatNeverEndsItsLine,
)

GATE_HOST = os.environ["GATE_HOST"]
GATE = os.environ["GATE"]
PATIENT_GATE = os.environ["PATIENT_GATE"]
PATIENCE_SECONDS = 3.0  # the whole deadline of PATIENT_GATE, see the Makefile
ANSWER_DEADLINE_SECONDS = 0.150
HOLD_GRACE_SECONDS = 0.020
UUID = "0f3c9a52-7d1e-4b68-8a90-5e2b7c41d6f3"
PAUSE = f"pause shop_db {UUID}\n".encode()
OK = b"ok Acknowledged\n"
EVERY_STEP = ("inquire", "resource", "acquire", "acquire-in-child", "detach", "release", "release-without-uuid",
              "release-of-no-domain", "release-at-once:4", "release-together:4")


class Ran:
    """How one run of the host ended: what the gate said, and how long each step took."""

    def __init__(self, stderr, seconds):
        self.stderr, self.seconds = stderr, seconds


class GateTest(unittest.TestCase):
    gate = PATIENT_GATE

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory(prefix="gate-test-")
        self.addCleanup(self.folder.cleanup)
        self.pod = os.path.join(self.folder.name, "pod.sock")
        os.mkdir(os.path.join(self.folder.name, "gate"))
        self.host = self.host_socket("shop_db")

    def host_socket(self, domain):
        return os.path.join(self.folder.name, "gate", domain)

    def start(self, *steps, name="shop_db", stderr=subprocess.PIPE):
        process = subprocess.Popen(
            [GATE_HOST, self.gate, name, *(steps or ("release",))],
            cwd=self.folder.name,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=stderr,
            restore_signals=True,  # a SIGPIPE kills it, as it would a daemon that does not ignore it
        )
        self.addCleanup(self.end, process)
        return process

    @staticmethod
    def end(process):
        if process.poll() is None:
            process.kill()
        process.wait()
        for stream in (process.stdout, process.stderr):
            if stream is not None:
                stream.close()

    def finish(self, process):
        stdout, stderr = process.communicate(timeout=SAFETY_SECONDS)
        self.assertEqual(0, process.returncode, (stdout, stderr))
        # The host prints one line a step, and the gate none:
        lines = stdout.decode().splitlines()
        for line in lines:
            self.assertRegex(line, r"^[a-z-]+(:\d+)?(\.\d+)? \d+\.\d+$")
        for line in (stderr or b"").splitlines(keepends=True):
            self.assertRegex(line, rb"^conntracksync-gate: [\x20-\x7e]+\n$")
            self.assertLessEqual(len(line), 512)
        return Ran(stderr, {line.split()[0]: float(line.split()[1]) / 1000 for line in lines})

    def run_gate(self, *steps, **more):
        return self.finish(self.start(*steps, **more))

    def assert_silent(self, ran):
        self.assertEqual(b"", ran.stderr)

    def assert_one_complaint(self, ran, words):
        self.assertEqual(1, ran.stderr.count(b"\n"), ran.stderr)
        self.assertIn(words, ran.stderr)
        self.assertIn(b"; the pause goes on without waiting", ran.stderr)

    def stale_socket(self, path):
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as stale:
            stale.bind(path)


class WithoutAnAgent(GateTest):
    def test_every_call_succeeds_without_a_word(self):
        self.assert_silent(self.run_gate(*EVERY_STEP))

    def test_a_socket_that_refuses_is_complained_about(self):
        self.stale_socket(self.host)
        self.assert_one_complaint(self.run_gate(), b"cannot reach the agent at gate/shop_db: Connection refused")

    def test_something_else_at_the_path_is_complained_about(self):
        with open(self.pod, "wb"):
            pass
        self.assert_one_complaint(self.run_gate(), b"cannot reach the agent at pod.sock")

    def test_a_datagram_socket_is_complained_about(self):
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as wrong:
            wrong.bind(self.pod)
            self.assert_one_complaint(self.run_gate(), b"cannot reach the agent at pod.sock")

    def test_a_full_queue_is_waited_for_until_the_deadline(self):
        self.gate = GATE
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
            listener.bind(self.pod)
            listener.listen(0)
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as ahead:
                ahead.connect(self.pod)
                ran = self.run_gate()
        self.assert_one_complaint(ran, b"cannot reach the agent at pod.sock")
        self.assertGreaterEqual(ran.seconds["release"], ANSWER_DEADLINE_SECONDS)

    def test_the_socket_of_another_domain_is_left_alone(self):
        with AgentThatMustNotBeReached(self.host_socket("shop_db2")) as agent:
            self.assert_silent(self.run_gate())
            self.assertFalse(agent.was_reached())


class OtherCalls(GateTest):
    def test_only_a_pause_reaches_the_agent(self):
        with AgentThatMustNotBeReached(self.pod) as pod, AgentThatMustNotBeReached(self.host) as host:
            for step in ("inquire", "resource", "acquire", "acquire-in-child", "detach", "release-of-no-domain"):
                with self.subTest(step=step):
                    self.assert_silent(self.run_gate(step))
                    self.assertFalse(pod.was_reached() or host.was_reached())

    def test_the_child_of_a_start_that_reached_out_would_be_caught(self):
        process = self.start("reach-out-in-child")
        stdout, _ = process.communicate(timeout=SAFETY_SECONDS)
        self.assertEqual((1, b"broken: the child reached out, and was killed for it\n"), (process.returncode, stdout))


class Questions(GateTest):
    def ask(self, path, step="release", name="shop_db"):
        with AgentThatAnswers(path, OK) as agent:
            self.assert_silent(self.run_gate(step, name=name))
        os.unlink(path)
        self.assertEqual(b"", agent.told_later)
        return agent.asked

    def test_a_pause_is_asked_about_in_a_pod(self):
        self.assertEqual(PAUSE, self.ask(self.pod))

    def test_a_pause_is_asked_about_on_a_host(self):
        self.assertEqual(PAUSE, self.ask(self.host))

    def test_the_hosts_socket_is_tried_when_the_pods_refuses(self):
        self.stale_socket(self.pod)
        self.assertEqual(PAUSE, self.ask(self.host))

    def test_one_agent_is_asked_not_two(self):
        with AgentThatMustNotBeReached(self.host) as second:
            self.assertEqual(PAUSE, self.ask(self.pod))
            self.assertFalse(second.was_reached())

    def test_a_domain_whose_uuid_is_not_known_is_asked_about_by_name(self):
        self.assertEqual(b"pause shop_db -\n", self.ask(self.pod, "release-without-uuid"))

    def test_without_a_uuid_the_hosts_socket_is_asked_as_well(self):
        self.assertEqual(b"pause shop_db -\n", self.ask(self.host, "release-without-uuid"))

    def test_the_longest_name_of_a_socket_is_asked_at(self):
        for name in ("n" * 64, "my own  vm", "a.b", "-", "~"):
            with self.subTest(name=name):
                self.assertEqual(f"pause {name} {UUID}\n".encode(), self.ask(self.host_socket(name), name=name))

    def test_a_name_that_is_no_name_of_a_file_has_no_socket_on_a_host(self):
        os.mkdir(self.host_socket("below"))
        for name in ("../outside", "below/inside", ".hidden", "n" * 65, "caf\u00e9", "\u00e9"):
            with self.subTest(name=name), AgentThatMustNotBeReached(self.host_socket(name)) as agent:
                self.assert_silent(self.run_gate(name=name))
                self.assertFalse(agent.was_reached())

    def test_a_name_with_spaces_leaves_the_uuid_the_last_word(self):
        self.assertEqual(f"pause my own  vm {UUID}\n".encode(), self.ask(self.pod, name="my own  vm"))

    def test_a_name_that_cannot_be_sent_is_not_asked_about(self):
        for name in ("a\npause b -", "a\x01", "\x7f", "", "n" * 600):
            with self.subTest(name=name), AgentThatAnswers(self.pod, OK) as agent:
                ran = self.run_gate(name=name)
            os.unlink(self.pod)
            self.assert_one_complaint(ran, b"the agent is not asked")
            self.assertEqual(b"", agent.asked)

    def test_each_pause_is_a_question_of_its_own(self):
        with AgentThatAnswersThemAll(self.host, OK, 4) as agent:
            self.assert_silent(self.run_gate("release-together:4"))
        self.assertEqual([PAUSE] * 4, agent.all_asked)


class Descriptors(GateTest):
    def test_a_program_that_the_daemon_starts_meanwhile_does_not_get_the_socket(self):
        with AgentThatAnswersOnCue(self.pod, OK) as agent:
            process = self.start()
            self.assertTrue(agent.was_asked.wait(SAFETY_SECONDS))
            folder = f"/proc/{process.pid}/fd"
            sockets = [fd for fd in os.listdir(folder) if os.readlink(f"{folder}/{fd}").startswith("socket:")]
            for fd in sockets:
                with open(f"/proc/{process.pid}/fdinfo/{fd}", encoding="ascii") as file:
                    flags = int(re.search(r"^flags:\s+([0-7]+)$", file.read(), re.M)[1], 8)
                self.assertTrue(flags & os.O_CLOEXEC and flags & os.O_NONBLOCK, oct(flags))
            agent.cue.set()
            self.assertEqual(1, len(sockets), sockets)
            self.assert_silent(self.finish(process))

    def test_closed_standard_streams_do_not_become_the_socket(self):
        for closed in ((0,), (0, 2), (2,)):
            with self.subTest(closed=closed), AgentThatAnswers(self.pod, b"nonsense\n") as agent:
                read_end, write_end = os.pipe()
                pid = os.fork()
                if pid == 0:
                    try:
                        os.chdir(self.folder.name)
                        os.dup2(write_end, 1)
                        for descriptor in closed:
                            os.close(descriptor)
                        if 2 not in closed:
                            os.dup2(1, 2)
                        os.execv(GATE_HOST, [GATE_HOST, self.gate, "shop_db", "release"])
                    finally:
                        os._exit(99)
                os.close(write_end)
                self.assertEqual(0, os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
                os.close(read_end)
            os.unlink(self.pod)
            self.assertEqual((PAUSE, b""), (agent.asked, agent.told_later))


class Answers(GateTest):
    def answered(self, *pieces, agent=AgentThatAnswers, **more):
        with agent(self.pod, *pieces, **more):
            ran = self.run_gate()
        os.unlink(self.pod)
        return ran

    def test_ok_ends_the_wait(self):
        for answer in (b"ok\n", OK, b"ok DeadlineExceeded\nmore that nobody reads"):
            self.assert_silent(self.answered(answer))

    def test_ok_may_be_the_last_that_the_agent_says(self):
        self.assert_silent(self.answered(OK, agent=AgentThatAnswersAndCloses))

    def test_ok_may_come_in_pieces(self):
        self.assert_silent(self.answered(*[bytes([byte]) for byte in OK], pause=0.001))

    def test_garbage_goes_on(self):
        for answer in (b"\n", b"no\n", b"OK\n", b"ok\r\n", b"abort no\n", b"\x00\xff\xfe\n", b"ok\x00\n", b"hold\n",
                       b"hold 0\n", b"hold 1001\n", b"hold 5000\n", b"hold -1\n", b"x" * 512, b"x" * 5000):
            with self.subTest(answer=answer[:20]):
                self.assert_one_complaint(self.answered(answer), b"an answer that is not known")

    def test_endless_data_without_a_newline_goes_on(self):
        self.assert_one_complaint(self.answered(agent=AgentThatNeverEndsItsLine), b"an answer that is not known")

    def test_an_agent_that_closes_is_not_waited_for(self):
        for agent in (AgentThatClosesUnread, AgentThatAnswersAndCloses):
            self.assert_one_complaint(self.answered(agent=agent), b"closed the connection")

    def test_half_an_answer_is_none(self):
        for half in (b"ok Acknowledged", b"hold 10\nok", b"hold"):
            self.assert_one_complaint(self.answered(half, agent=AgentThatAnswersAndCloses), b"closed the connection")

    def test_an_agent_killed_in_mid_wait_is_not_waited_for(self):
        for said in (b"", b"hold 1000\n"):
            agent = AgentThatDies(self.pod, said)
            self.addCleanup(agent.kill)
            process = self.start()
            self.assertEqual(PAUSE, agent.question())
            agent.kill()
            self.assert_one_complaint(self.finish(process), b"closed the connection")
            os.unlink(self.pod)


class Deadlines(GateTest):
    gate = GATE

    def test_an_agent_that_hangs_is_given_up_at_the_deadline(self):
        with AgentThatHangs(self.pod):
            ran = self.run_gate()
        self.assert_one_complaint(ran, b"no answer before the deadline")
        self.assertGreaterEqual(ran.seconds["release"], ANSWER_DEADLINE_SECONDS)

    def test_half_a_line_does_not_move_the_deadline(self):
        with AgentThatHangs(self.pod, b"ho", b"ld 50"):
            ran = self.run_gate()
        self.assert_one_complaint(ran, b"no answer before the deadline")

    def test_a_hold_lets_a_later_answer_count(self):
        # The gate must hear of the hold in time, on a machine that stalls too; so this one is patient, and the
        # answer comes in the time of the hold, in pieces that a gate that had gone would not take.
        self.gate = PATIENT_GATE
        with AgentThatAnswers(self.pod, b"hold 1000\n", b"ok Acknow", b"ledged\n", pause=0.1):
            ran = self.run_gate()
        self.assert_silent(ran)
        self.assertGreaterEqual(ran.seconds["release"], 0.2)

    def test_a_hold_and_its_answer_may_come_together(self):
        self.gate = PATIENT_GATE
        with AgentThatAnswers(self.pod, b"hold 1\n" + OK):
            self.assert_silent(self.run_gate())

    def test_a_hold_then_silence_ends_after_the_promise(self):
        self.gate = PATIENT_GATE
        for promise_ms in (10, 1000):
            with AgentThatHangs(self.pod, b"hold %d\n" % promise_ms):
                ran = self.run_gate()
            os.unlink(self.pod)
            self.assert_one_complaint(ran, b"no answer before the deadline")
            self.assertGreaterEqual(ran.seconds["release"], promise_ms / 1000 + HOLD_GRACE_SECONDS)

    def test_a_second_hold_is_not_honoured(self):
        self.gate = PATIENT_GATE
        with AgentThatAnswers(self.pod, b"hold 1000\n", b"hold 1000\n", pause=0.01):
            ran = self.run_gate()
        self.assert_one_complaint(ran, b"an answer that is not known")

    def test_a_stop_and_continue_changes_nothing(self):
        self.gate = PATIENT_GATE
        with AgentThatAnswersOnCue(self.pod, OK) as agent:
            process = self.start()
            self.assertTrue(agent.was_asked.wait(SAFETY_SECONDS))
            os.kill(process.pid, 19)
            os.waitpid(process.pid, os.WUNTRACED)
            os.kill(process.pid, 18)
            agent.cue.set()
            self.assert_silent(self.finish(process))


class Threads(GateTest):
    def test_a_domain_does_not_wait_for_another(self):
        one, other = (self.host_socket(f"shop_db-{number}") for number in (1, 2))
        with AgentThatAnswersOnCue(one, OK) as first, AgentThatAnswersOnCue(other, OK) as second:
            process = self.start("release-at-once:2")
            # Both are in the middle of it at the same time; whichever came first is answered last.
            self.assertTrue(first.was_asked.wait(SAFETY_SECONDS) and second.was_asked.wait(SAFETY_SECONDS))
            second.cue.set()
            first.cue.set()
            self.assert_silent(self.finish(process))
        self.assertEqual(f"pause shop_db-1 {UUID[:-2]}01\n".encode(), first.asked)
        self.assertEqual(f"pause shop_db-2 {UUID[:-2]}02\n".encode(), second.asked)

    def test_many_complain_at_once_in_whole_lines(self):
        for number in range(1, 17):
            self.stale_socket(self.host_socket(f"shop_db-{number}"))
        ran = self.run_gate("release-at-once:16")
        said = re.findall(rb"at gate/shop_db-([0-9]+): Connection refused", ran.stderr)
        self.assertEqual(list(range(1, 17)), sorted(map(int, said)))


class Logs(GateTest):
    """The daemon's stderr is not ours to trust. Each complains, and must come back alive."""

    def complain_to(self, stderr):
        self.stale_socket(self.pod)
        self.run_gate(stderr=stderr)

    def test_one_that_nobody_reads_any_more_kills_nobody(self):
        read_end, write_end = os.pipe()
        os.close(read_end)
        self.addCleanup(os.close, write_end)
        self.complain_to(write_end)

    def test_one_that_is_full_holds_nobody(self):
        read_end, write_end = os.pipe()
        self.addCleanup(os.close, read_end)
        self.addCleanup(os.close, write_end)
        flags = fcntl.fcntl(write_end, fcntl.F_GETFL)
        fcntl.fcntl(write_end, fcntl.F_SETFL, flags | os.O_NONBLOCK)
        with self.assertRaises(BlockingIOError):
            while True:
                os.write(write_end, b"x" * 4096)
        fcntl.fcntl(write_end, fcntl.F_SETFL, flags)
        self.complain_to(write_end)
