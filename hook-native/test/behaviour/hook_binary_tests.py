"""What must hold of the hook that is shipped; BINARY names it."""

import os
import struct
import unittest

BINARY = os.environ["BINARY"]
PROGRAM_INTERPRETER = 3
SECTION_SYMBOLS = 2


class ShippedBinary(unittest.TestCase):
    def setUp(self):
        with open(BINARY, "rb") as file:
            self.bytes = file.read()
        self.assertEqual(b"\x7fELF\x02", self.bytes[:5], "a 64-bit ELF file")

    def test_it_is_static(self):
        offset, size, count = self._header(0x20, 0x36, 0x38)
        kinds = [struct.unpack_from("<I", self.bytes, offset + i * size)[0] for i in range(count)]
        self.assertNotIn(PROGRAM_INTERPRETER, kinds, "it runs in a container image that is not ours")

    def test_it_is_stripped(self):
        offset, size, count = self._header(0x28, 0x3A, 0x3C)
        kinds = [struct.unpack_from("<I", self.bytes, offset + i * size + 4)[0] for i in range(count)]
        self.assertNotIn(SECTION_SYMBOLS, kinds)

    def test_it_knows_its_two_sockets_and_no_other(self):
        self.assertIn(b"/var/run/kubevirt/sockets/cts-hook\0", self.bytes)
        self.assertIn(b"/run/conntracksync/cts-hook\0", self.bytes)
        self.assertNotIn(b"first.sock", self.bytes)

    def test_it_names_no_folder_of_the_machine_that_built_it(self):
        self.assertNotIn(os.getcwd().encode(), self.bytes)

    def _header(self, offset_at, size_at, count_at):
        (offset,) = struct.unpack_from("<Q", self.bytes, offset_at)
        size, count = (struct.unpack_from("<H", self.bytes, at)[0] for at in (size_at, count_at))
        return offset, size, count
