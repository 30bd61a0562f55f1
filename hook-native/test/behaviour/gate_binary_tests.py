"""What must hold of the gate that is shipped; BINARY names it. Read with nm and readelf, and loaded into this process.

A daemon that cannot load the file does not start, and a symbol too many is a symbol that some other library in that
daemon may mean. So both are looked at from outside, by other means than the headers that the gate was built with.
"""

import ctypes
import os
import re
import subprocess
import unittest

BINARY = os.environ["BINARY"]
NEWEST_GLIBC = (2, 17)  # of 2012: in every distribution that has a libvirt with this plugin interface
FUNCTIONS = range(8, 72, 8)  # the offsets of the driver's eight functions


def told_by(*command):
    return subprocess.run([*command, BINARY], stdout=subprocess.PIPE, text=True, check=True).stdout


class ShippedGate(unittest.TestCase):
    def test_it_exports_one_data_object_of_the_right_size(self):
        exported = told_by("nm", "--dynamic", "--defined-only", "--format=posix").splitlines()
        self.assertEqual(1, len(exported), exported)
        name, kind, _, size = exported[0].split()
        self.assertEqual(("virLockDriverImpl", "D", 72), (name, kind, int(size, 16)))

    def test_it_needs_libc_alone(self):
        needed = re.findall(r"\(NEEDED\).*\[(.*)]", told_by("readelf", "--dynamic", "--wide"))
        self.assertEqual(["libc.so.6"], needed)

    def test_every_symbol_is_in_an_old_libc(self):
        wanted = told_by("nm", "--dynamic", "--undefined-only").splitlines()
        self.assertTrue(wanted)
        for line in wanted:
            version = re.search(r"@GLIBC_([0-9.]+)$", line)
            self.assertIsNotNone(version, f"{line}: of no libc, or weak: a plugin needs neither")
            self.assertLessEqual(tuple(map(int, version[1].split("."))), NEWEST_GLIBC, line)

    def test_nothing_runs_when_it_is_loaded(self):
        self.assertIsNone(re.search(r"\((PRE)?(INIT|FINI)(_ARRAY)?\)", told_by("readelf", "--dynamic", "--wide")))

    def test_it_has_no_global_state(self):
        table = told_by("readelf", "--sections", "--wide")
        writable = set(re.findall(r"\] (\.\S+) .* \S*W\S* +\d+ +\d+ +\d+$", table, re.M))
        self.assertIn(".dynamic", writable, "else this reads the table wrongly")
        # These are written by the loader alone, and read-only from then on.
        self.assertLessEqual(writable, {".data.rel.ro", ".dynamic", ".got", ".got.plt"})
        self.assertIn("GNU_RELRO", told_by("readelf", "--segments", "--wide"))

    def test_it_asks_for_no_executable_stack(self):
        stack = re.search(r"GNU_STACK .* (\S+) +0x\S+$", told_by("readelf", "--segments", "--wide"), re.M)
        self.assertEqual("RW", stack[1])

    def test_it_is_stripped(self):
        self.assertNotIn(".symtab", told_by("readelf", "--sections", "--wide"))

    def test_it_knows_its_two_sockets_and_no_other(self):
        with open(BINARY, "rb") as file:
            content = file.read()
        self.assertTrue(b"/var/run/kubevirt/sockets/cts-gate\0" in content)
        self.assertTrue(b"/run/conntracksync/gate/\0" in content)
        self.assertFalse(b"pod.sock" in content)

    def test_it_names_no_folder_of_the_machine_that_built_it(self):
        with open(BINARY, "rb") as file:
            self.assertFalse(os.getcwd().encode() in file.read())

    def test_the_object_is_laid_out_as_libvirt_reads_it(self):
        gate = ctypes.CDLL(BINARY, mode=os.RTLD_NOW | os.RTLD_LOCAL)
        driver = ctypes.addressof(ctypes.c_char.in_dll(gate, "virLockDriverImpl"))
        self.assertEqual(1000000, ctypes.c_uint32.from_address(driver).value)
        self.assertEqual(0, ctypes.c_uint32.from_address(driver + 4).value)
        functions = [ctypes.c_void_p.from_address(driver + offset).value for offset in FUNCTIONS]
        self.assertNotIn(None, functions, "libvirt calls each of them")
        load = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_uint, ctypes.c_char_p, ctypes.c_uint)(functions[0])
        self.assertEqual(0, load(1000000, b"/etc/libvirt/qemu-conntracksync-gate.conf", 0))
