#!/usr/bin/env python3
"""Runs the tests: cmocka programs and Python test modules, several at a time for each
processor, since they wait for servers and terminals. The modules of tests/conformance run once
for each backend.

Prints what failed, whole, and ends with one line: N passed, N failed, N skipped.

    run.py --source DIR --build DIR [--rooms unit,tools,headless,conformance,terminal] [PROGRAM…]

--share N takes every Nth row of the long tables of tests: see tests/terminal/share.py.
"""

import argparse
import concurrent.futures
import importlib
import json
import os
import pathlib
import re
import resource
import subprocess
import sys
import tempfile
import time
import unittest

ROOMS = ("unit", "tools", "headless", "conformance", "terminal")
SUMMARY = re.compile(r"\[  (PASSED|FAILED|SKIPPED)\s*\] (\d+) test\(s\)")
MOST_SECONDS = 900


class Outcome:
    """What one program or module gave."""

    def __init__(self, name, passed=0, failed=0, skipped=0, output="", processor=0.0):
        self.name, self.output = name, output
        self.passed, self.failed, self.skipped = passed, failed, skipped
        self.seconds, self.processor = 0.0, processor


def run_process(command, environment):
    """(exit status, output); a process that does not end in time is killed and fails."""
    try:
        done = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, check=False,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              timeout=MOST_SECONDS)
        return done.returncode, done.stdout.decode(errors="replace")
    except subprocess.TimeoutExpired as error:
        output = (error.stdout or b"").decode(errors="replace")
        return 124, f"{output}\nnot finished after {MOST_SECONDS} s\n"


def run_cmocka(program, environment):
    """Runs one cmocka program. A crash counts as one failure."""
    status, output = run_process([os.path.abspath(program)], environment)
    counts = {"PASSED": 0, "FAILED": 0, "SKIPPED": 0}
    for word, count in SUMMARY.findall(output):
        counts[word] += int(count)
    failed = counts["FAILED"]
    if (status != 0 and failed == 0) or sum(counts.values()) == 0:
        failed += 1
        output += f"\n{program} ended with status {status}\n"
    return Outcome(program, counts["PASSED"], failed, counts["SKIPPED"], output)


def run_module(path, environment, name=None):
    """Runs one Python module in a process of its own."""
    status, output = run_process([sys.executable, __file__, "--module", str(path)], environment)
    *lines, last = output.splitlines() or [""]
    name = name or path
    try:
        passed, failed, skipped, processor = json.loads(last)
    except ValueError:
        return Outcome(name, failed=1, output=f"{output}\n{name} ended with status {status}\n")
    return Outcome(name, passed, failed, skipped, "\n".join(lines) + "\n", processor)


def run_for_backend(what, environment):
    """Runs one module of tests/conformance for one backend."""
    path, backend = what
    return run_module(path, dict(environment, CONFORMANCE_BACKEND=backend), f"{path} ({backend})")


def module_main(path):
    """In that process: runs the module's tests, and prints the counts as the last line."""
    path = pathlib.Path(path)
    sys.path[:0] = [str(path.parent), str(path.parent.parent / "terminal"),
                    str(path.parent.parent / "servers")]
    suite = unittest.defaultTestLoader.loadTestsFromName(path.stem)
    result = unittest.TextTestRunner(stream=sys.stdout, verbosity=0).run(suite)
    failed = len(result.failures) + len(result.errors) + len(result.unexpectedSuccesses)
    skipped = len(result.skipped)
    sys.stdout.flush()
    spent = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    processor = sum(usage.ru_utime + usage.ru_stime for usage in spent)
    print(json.dumps([max(0, result.testsRun - failed - skipped), failed, skipped, processor]))


def timed(run, what, environment):
    start = time.monotonic()
    outcome = run(what, environment)
    outcome.seconds = time.monotonic() - start
    return outcome


def find_jobs(arguments):
    """(function, argument) pairs: the longest modules first, so that none is alone at the end."""
    jobs = []
    for room in ("headless", "conformance", "terminal", "tools", "unit"):
        if room not in arguments.rooms.split(","):
            continue
        if room == "unit":
            jobs += [(run_cmocka, program) for program in arguments.programs]
        else:
            folder = pathlib.Path(arguments.source, "tests", room)
            paths = sorted(folder.glob("test_*.py"))
            jobs += find_backend_jobs(folder, paths) if room == "conformance" else [
                (run_module, path) for path in paths]
    return jobs


def find_backend_jobs(folder, paths):
    """A job for each module and backend."""
    sys.path[:0] = [str(folder), str(folder.parent / "servers")]
    backends = importlib.import_module("backends").BACKENDS
    return [(run_for_backend, (path, backend.name)) for path in paths for backend in backends]


def test_environment(arguments):
    build, source = os.path.abspath(arguments.build), os.path.abspath(arguments.source)
    environment = dict(os.environ, DOSSIER=os.path.join(build, "dossier"), DOSSIER_BUILD=build,
                       DOSSIER_SRC=source, DOSSIER_TEST_SHARE=str(arguments.share),
                       PYTHONDONTWRITEBYTECODE="1", PYTHONUTF8="1")
    environment.setdefault("DOSSIER_THEMES", os.path.join(source, "themes"))
    return environment


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--source", default=".")
    parser.add_argument("--build", default=".")
    parser.add_argument("--rooms", default=",".join(ROOMS))
    parser.add_argument("--share", type=int, default=1)
    parser.add_argument("--times", action="store_true", help="print how long each took")
    parser.add_argument("--module", help=argparse.SUPPRESS)
    parser.add_argument("programs", nargs="*")
    arguments = parser.parse_args()
    if arguments.module:
        module_main(arguments.module)
        return 0
    environment = test_environment(arguments)
    workers = 4 * (os.cpu_count() or 2)
    with tempfile.TemporaryDirectory(prefix="dossier-run-") as shared, \
            concurrent.futures.ThreadPoolExecutor(max_workers=workers) as pool:
        environment["DOSSIER_TEST_DEMO"] = os.path.join(shared, "demo.db")
        futures = [pool.submit(timed, run, what, environment)
                   for run, what in find_jobs(arguments)]
        outcomes = [future.result() for future in futures]
    for outcome in outcomes:
        if outcome.failed:
            print(f"--- {outcome.name}\n{outcome.output}")
        if arguments.times:
            print(f"{outcome.seconds:6.1f} s, {outcome.processor:6.1f} s of a processor  "
                  f"{outcome.name}")
    passed, failed, skipped = (sum(getattr(outcome, word) for outcome in outcomes)
                               for word in ("passed", "failed", "skipped"))
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
