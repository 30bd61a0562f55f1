"""Runs everything that was built for testing and ends with the line "N passed, N failed", over all of it.

Usage: run.py BUILD. Unit tests and seeded loops run from BUILD/plain (as shipped: static, musl) and from
BUILD/sanitized; the behaviour tests run against hook, gate and installer of each, and against the gate of BUILD/threads.
"""

import os
import re
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
VARIANTS = ("plain", "sanitized")
GATE_VARIANTS = ("plain", "sanitized", "threads")
SUMMARY = re.compile(r"^(\d+) passed, (\d+) failed$")


def run_program(path):
    """A unit test program: its last line is its summary. One that dies counts as a failure."""
    done = subprocess.run([path], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    lines = done.stdout.splitlines()
    summary = SUMMARY.match(lines[-1]) if lines else None
    passed, failed = (int(number) for number in summary.groups()) if summary else (0, 1)
    if done.returncode != 0 or failed:
        failed = max(failed, 1)
        print(done.stdout, end="")
    print(f"{path}: {passed} passed, {failed} failed")
    return passed, failed


def run_behaviour(title, environment):
    """A run of Python's own test runner, in a process of its own: the tests fork."""
    done = subprocess.run(
        [sys.executable, "-B", os.path.abspath(__file__), "--behaviour", title],
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    summary = SUMMARY.match(done.stdout.splitlines()[-1]) if done.stdout else None
    passed, failed = (int(number) for number in summary.groups()) if summary else (0, 1)
    files = " ".join(os.path.relpath(file) for file in environment.values())
    print(f"{title} {files}: {passed} passed, {failed} failed")
    return passed, failed


def behave(title):
    import unittest

    sys.path.insert(0, os.path.join(HERE, "behaviour"))
    suite = unittest.defaultTestLoader.loadTestsFromName(title)
    result = unittest.TextTestRunner(stream=sys.stderr, verbosity=1).run(suite)
    # A test with sub-tests appears once for each that failed; it is one test.
    broken = [getattr(test, "test_case", test) for test, _ in result.failures + result.errors]
    failed = len({test.id() for test in broken})
    print(f"{result.testsRun - failed} passed, {failed} failed")


def main(build):
    results = []
    for variant in VARIANTS:
        folder = os.path.join(build, variant)
        for name in sorted(os.listdir(folder)):
            if name.endswith("_test") or name == "fuzz":
                results.append(run_program(os.path.join(folder, name)))
    shipped = {"hook": "conntracksync-hook", "gate": "conntracksync-gate.so"}
    for part, name in shipped.items():
        results.append(run_behaviour(f"{part}_binary_tests", {"BINARY": os.path.abspath(os.path.join(build, name))}))
    for variant in VARIANTS:
        folder = os.path.abspath(os.path.join(build, variant))
        hooks = {
            "HOOK": os.path.join(folder, "conntracksync-hook"),
            "PATIENT_HOOK": os.path.join(folder, "patient-hook"),
        }
        results.append(run_behaviour("hook_tests", hooks))
    for variant in VARIANTS:
        folder = os.path.abspath(os.path.join(build, variant))
        results.append(run_behaviour("install_tests", {"INSTALL": os.path.join(folder, "conntracksync-install")}))
    for variant in GATE_VARIANTS:
        folder = os.path.abspath(os.path.join(build, variant))
        gates = {
            "GATE_HOST": os.path.join(folder, "gate-host"),
            "GATE": os.path.join(folder, "conntracksync-gate.so"),
            "PATIENT_GATE": os.path.join(folder, "patient-gate.so"),
        }
        results.append(run_behaviour("gate_tests", gates))
    passed, failed = (sum(column) for column in zip(*results))
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    if sys.argv[1] == "--behaviour":
        behave(sys.argv[2])
    else:
        sys.exit(main(sys.argv[1]))
