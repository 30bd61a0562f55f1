"""The node agent's side of the sockets of hook and gate, played by labelled test servers.

Each one serves a single conversation in a thread of its own and keeps what it was asked. They are named for what
they do; none of them is a real agent.
"""

import os
import select
import socket
import threading
import time

SAFETY_SECONDS = 60  # after this a test is stuck: it is ended and fails. Never a measure of speed.


class ScriptedAgent:
    """Listens on `path`, accepts one connection, and runs its script there."""

    def __init__(self, path, backlog=8):
        self.asked = None
        self.told_later = None  # what came behind the question: must be nothing
        self.failure = None
        self.listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.listener.bind(path)
        self.listener.listen(backlog)
        self.listener.settimeout(SAFETY_SECONDS)
        self.thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.thread.join(SAFETY_SECONDS)
        self.listener.close()
        if self.failure is not None:
            raise self.failure

    def _serve(self):
        try:
            connection, _ = self.listener.accept()
            with connection:
                connection.settimeout(SAFETY_SECONDS)
                self.script(connection)
        except Exception as failure:  # handed to the test, which fails with it
            self.failure = failure

    def script(self, connection):
        raise NotImplementedError

    def read_question(self, connection):
        question = b""
        while not question.endswith(b"\n"):
            piece = connection.recv(4096)
            if not piece:
                break
            question += piece
        self.asked = question


def read_until_end(connection):
    """Returns when the other side is gone: what it still said."""
    said = b""
    try:
        while piece := connection.recv(4096):
            said += piece
    except ConnectionResetError:
        pass
    return said


class AgentThatAnswers(ScriptedAgent):
    """Sends the pieces one by one, with a pause before each but the first, then waits for the other side to go."""

    def __init__(self, path, *pieces, pause=0.0):
        super().__init__(path)
        self.pieces, self.pause = pieces, pause

    def script(self, connection):
        self.read_question(connection)
        for number, piece in enumerate(self.pieces):
            if number > 0:
                time.sleep(self.pause)
            try:
                connection.sendall(piece)
            except (BrokenPipeError, ConnectionResetError):
                return  # the other side had seen enough
        self.told_later = read_until_end(connection)


class AgentThatAnswersAndCloses(AgentThatAnswers):
    """Sends the pieces, then closes at once."""

    def script(self, connection):
        self.read_question(connection)
        for piece in self.pieces:
            connection.sendall(piece)


class AgentThatAnswersOnCue(ScriptedAgent):
    """Says when it was asked, and answers only when it is told to."""

    def __init__(self, path, answer):
        super().__init__(path)
        self.answer = answer
        self.was_asked = threading.Event()
        self.cue = threading.Event()

    def script(self, connection):
        self.read_question(connection)
        self.was_asked.set()
        if not self.cue.wait(SAFETY_SECONDS):
            raise AssertionError("no cue came")
        connection.sendall(self.answer)
        read_until_end(connection)


class AgentThatAnswersThemAll(ScriptedAgent):
    """Serves `count` connections, and answers only when all of them have asked."""

    def __init__(self, path, answer, count):
        super().__init__(path)
        self.answer, self.count = answer, count
        self.all_asked = []

    def _serve(self):
        try:
            connections = []
            for _ in range(self.count):
                connections.append(self.listener.accept()[0])
                connections[-1].settimeout(SAFETY_SECONDS)
                self.read_question(connections[-1])
                self.all_asked.append(self.asked)
            for connection in connections:
                with connection:
                    connection.sendall(self.answer)
                    read_until_end(connection)
        except Exception as failure:  # handed to the test, which fails with it
            self.failure = failure


class AgentThatMustNotBeReached:
    """Listens, and says whether anybody has connected since."""

    def __init__(self, path):
        self.listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.listener.bind(path)
        self.listener.listen(8)
        self.listener.setblocking(False)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.listener.close()

    def was_reached(self):
        try:
            self.listener.accept()[0].close()
            return True
        except BlockingIOError:
            return False


class AgentThatClosesUnread(ScriptedAgent):
    """Closes before it has read anything."""

    def script(self, connection):
        pass


class AgentThatHangs(AgentThatAnswers):
    """Reads the question and says nothing more than what it is given."""


class AgentThatNeverEndsItsLine(ScriptedAgent):
    """Sends bytes without a newline for as long as somebody takes them."""

    def script(self, connection):
        self.read_question(connection)
        try:
            while True:
                connection.sendall(b"x" * 65536)
        except (BrokenPipeError, ConnectionResetError):
            pass


class AgentThatDies:
    """A process of its own: reads the question, answers with what it is given, hands the question to the test
    through a pipe, and stays silent until it is killed."""

    def __init__(self, path, answer):
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        listener.bind(path)
        listener.listen(1)
        self.asked_end, told_end = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            try:
                connection, _ = listener.accept()
                asked = connection.recv(4096)
                connection.sendall(answer)
                os.write(told_end, asked)
                time.sleep(SAFETY_SECONDS)
            finally:
                os._exit(1)
        listener.close()
        os.close(told_end)

    def question(self):
        if not select.select([self.asked_end], [], [], SAFETY_SECONDS)[0]:
            raise AssertionError("no question came")
        return os.read(self.asked_end, 4096)

    def kill(self):
        if self.pid is not None:
            os.kill(self.pid, 9)
            os.waitpid(self.pid, 0)
            os.close(self.asked_end)
            self.pid = None
