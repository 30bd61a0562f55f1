"""The program that puts hook and gate into place; INSTALL names it."""

import os
import stat
import subprocess
import tempfile
import unittest

INSTALL = os.environ["INSTALL"]


class Install(unittest.TestCase):
    def setUp(self):
        held = tempfile.TemporaryDirectory()
        self.addCleanup(held.cleanup)
        self.folder = held.name
        self.file = self._make("shipped", os.urandom(200_000))
        self.hooks = os.path.join(self.folder, "qemu.d")
        os.mkdir(self.hooks)
        self.place = os.path.join(self.hooks, "50-conntracksync")

    def test_the_file_is_there_whole_and_executable_and_nothing_else(self):
        self.assertEqual(0, self._install(self.file, self.place).returncode)
        self._assert_installed(self.file, self.place)
        self.assertEqual(["50-conntracksync"], os.listdir(self.hooks))

    def test_its_mode_is_not_the_umasks(self):
        done = subprocess.run(["sh", "-c", 'umask 077; exec "$@"', "sh", INSTALL, self.file, self.place], check=False)
        self.assertEqual(0, done.returncode)
        self._assert_installed(self.file, self.place)

    def test_several_pairs_are_all_put_into_place(self):
        other = self._make("other", b"gate")
        place = os.path.join(self.folder, "gate.so")
        self.assertEqual(0, self._install(self.file, self.place, other, place).returncode)
        self._assert_installed(self.file, self.place)
        self._assert_installed(other, place)

    def test_what_is_there_is_replaced_and_not_written_into(self):
        self._install(self._make("old", b"old"), self.place)
        with open(self.place, "rb") as running:
            self.assertEqual(0, self._install(self.file, self.place).returncode)
            self.assertEqual(b"old", running.read())
        self._assert_installed(self.file, self.place)

    def test_a_link_that_is_there_is_replaced_and_not_followed(self):
        victim = self._make("victim", b"victim")
        for name in (self.place, self.place + ".new"):
            os.symlink(victim, name)
        self.assertEqual(0, self._install(self.file, self.place).returncode)
        self._assert_installed(self.file, self.place)
        with open(victim, "rb") as untouched:
            self.assertEqual(b"victim", untouched.read())

    def test_a_folder_that_is_not_there_is_told(self):
        done = self._install(self.file, os.path.join(self.folder, "nowhere", "hook"))
        self.assertEqual(1, done.returncode)
        self.assertRegex(done.stderr, "^conntracksync-install: cannot make .*/nowhere/hook.new: No such file")

    def test_a_file_that_is_not_there_is_told_and_the_old_one_stays(self):
        self._install(self.file, self.place)
        done = self._install(os.path.join(self.folder, "nothing"), self.place)
        self.assertEqual(1, done.returncode)
        self.assertRegex(done.stderr, "cannot read .*/nothing: No such file")
        self._assert_installed(self.file, self.place)

    def test_a_full_disk_is_told_and_nothing_is_left(self):
        # A limit on the size of files: the next best thing to a full disk that needs no rights.
        done = subprocess.run(
            ["sh", "-c", 'trap "" XFSZ; ulimit -f 8; exec "$@"', "sh", INSTALL, self.file, self.place],
            stderr=subprocess.PIPE, text=True, check=False)
        self.assertEqual(1, done.returncode)
        self.assertRegex(done.stderr, "cannot write .*: File too large")
        self.assertEqual([], os.listdir(self.hooks))

    def test_a_name_that_is_too_long_is_told(self):
        done = self._install(self.file, "x" * 5000)
        self.assertEqual(1, done.returncode)
        self.assertIn("name too long", done.stderr.lower())

    def test_arguments_that_are_no_pairs_are_refused(self):
        for arguments in ([], [self.file], [self.file, self.place, self.file]):
            with self.subTest(arguments=len(arguments)):
                done = self._install(*arguments)
                self.assertEqual(1, done.returncode)
                self.assertIn("usage: conntracksync-install FILE PLACE", done.stderr)
                self.assertEqual([], os.listdir(self.hooks))

    def _make(self, name, content):
        path = os.path.join(self.folder, name)
        with open(path, "wb") as file:
            file.write(content)
        return path

    @staticmethod
    def _install(*arguments):
        return subprocess.run([INSTALL, *arguments], stderr=subprocess.PIPE, text=True, check=False)

    def _assert_installed(self, file, place):
        found = os.lstat(place)
        self.assertEqual(stat.S_IFREG | 0o755, found.st_mode)
        with open(file, "rb") as wanted, open(place, "rb") as there:
            self.assertEqual(wanted.read(), there.read())
