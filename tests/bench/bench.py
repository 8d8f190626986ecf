#!/usr/bin/env python3
"""Prints the ratios of the design's numbers for this machine, as Markdown.

    bench.py --dossier PATH --minimal PATH --scroller PATH --records PATH [--rows N]

Everything that is compared is measured in the same run, turn by turn, so that a busy machine slows
both. Nothing here is asserted: byte budgets are asserted by the terminal tests.
"""

import argparse
import os
import pathlib
import pty
import select
import shutil
import signal
import sqlite3
import statistics
import struct
import subprocess
import sys
import tempfile
import time
import fcntl
import termios

for folder in ("terminal", "servers"):
    sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / folder))

from common import Running  # noqa: E402  (the paths come first)
from harness import NOW, Screen, key_bytes  # noqa: E402

SIZES = ((80, 24), (200, 50))


class Timed(Screen):
    """A screen that only counts and takes the time: nothing is decoded."""

    last_byte = 0.0

    def _take_output(self):
        try:
            data = os.read(self.master, 1 << 16)
        except OSError:
            return False
        self.raw += data
        self.last_byte = time.perf_counter()
        return bool(data)

    def settle(self):
        """Idle, and no byte that was still in the terminal."""
        self.wait_idle()
        while self._pump(0.003):
            pass

    def step(self, keys):
        """(milliseconds from the keys to the last byte, bytes) of one step."""
        before = len(self.raw)
        start = time.perf_counter()
        for key in keys:
            self.keys_sent += 1
        os.write(self.master, b"".join(key_bytes(self.term, key) for key in keys))
        self.settle()
        if len(self.raw) == before:
            return 0.0, 0
        return (self.last_byte - start) * 1000, len(self.raw) - before


def environment(home):
    return {"HOME": home, "PATH": os.environ["PATH"], "TERM": "xterm-256color", "LANG": "C.UTF-8",
            "TZ": "UTC", "DOSSIER_NOW": NOW, "XDG_CONFIG_HOME": home + "/config",
            "XDG_DATA_HOME": home + "/data", "XDG_STATE_HOME": home + "/state",
            "DOSSIER_THEMES": os.environ.get("DOSSIER_THEMES", "")}


def first_frame(command, marker, env):
    """Milliseconds from exec to the frame with the marker in it."""
    start = time.perf_counter()
    pid, master = pty.fork()
    if pid == 0:
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        os.execve(command[0], command, env)
    seen = b""
    while marker not in seen:
        if not select.select([master], [], [], 20)[0]:
            raise SystemExit(f"{command[0]} showed nothing")
        seen += os.read(master, 1 << 16)
    elapsed = time.perf_counter() - start
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    os.close(master)
    return elapsed * 1000


def percentile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def row(what, ours, theirs, unit, goal):
    ratio = f"{ours / theirs:.2f}" if theirs else ""
    other = f"{theirs:.4g}" if theirs else ""
    print(f"| {what} | {ours:.4g} {unit} | {other} | {ratio} | {goal} |")


def heading(title, other):
    print(f"\n## {title}\n\n| what | dossier | {other} | ratio | goal |\n| --- | --- | --- | --- | --- |")


def bench_start(arguments, env):
    ours, theirs = [], []
    for _ in range(31):
        theirs.append(first_frame([arguments.minimal], b"minimal", env))
        ours.append(first_frame([arguments.dossier, "demo"], b"dossier", env))
    heading("Start-up: exec to the first frame, 80×24, median of 31, 20,000 opportunities", "minimal program")
    row("first frame", statistics.median(ours), statistics.median(theirs), "ms", "≤ 1.6")


def list_lines(database, path):
    """The list's records as lines for the scroller."""
    with sqlite3.connect(database) as connection, open(path, "w", encoding="utf-8") as file:
        for name, account, stage, amount, close in connection.execute(
                "SELECT o.Name, a.Name, o.Stage, o.Amount, o.CloseDate FROM Opportunity o"
                " LEFT JOIN Account a ON a.Id = o.AccountId ORDER BY o.Id LIMIT 20000"):
            file.write(f"  {name:<34.34} {account or '':<28.28} {stage:<14} {amount or '':>12}"
                       f"  {close}\n")


def moves(screen, count):
    """Measures (ms, bytes) of each way to move, from the top of the list."""
    found = {"cursor": [], "line": [], "page": []}
    for turn in range(count):
        found["cursor"].append(screen.step(["j" if turn % 2 == 0 else "k"]))
    for _ in range(screen.rows):
        screen.step(["j"])
    for _ in range(count):
        found["line"].append(screen.step(["j"]))
    for _ in range(count):
        found["page"].append(screen.step(["PgDn"]))
    found["burst"] = [screen.step(["k"] * 200) for _ in range(5)]
    return found


def bench_keys(arguments, env, home, lines):
    names = {"cursor": "cursor move", "line": "scroll a line", "page": "a page",
             "burst": "200 keys at once"}
    goals = {"cursor": ("", "≤ 32"), "line": ("≤ 2", "≤ 240 / 425"), "page": ("≤ 2", "≤ 1,950 / 6,800"),
             "burst": ("≤ 20 ms", "")}
    for columns, rows in SIZES:
        ours = Timed([arguments.dossier, "demo"], env, columns, rows, home)
        theirs = Timed([arguments.scroller, lines], env, columns, rows, home)
        ours.settle()
        theirs.settle()
        ours.run_command("open Opportunity").press("z")
        ours.settle()
        measured, compared = moves(ours, 60), moves(theirs, 60)
        heading(f"Keys at {columns}×{rows}: from the key to the last byte, median of 60",
                "bare scroller")
        for what, name in names.items():
            times = [ms for ms, _ in measured[what]]
            other = [ms for ms, _ in compared[what]]
            row(f"{name}: time", statistics.median(times), statistics.median(other), "ms",
                goals[what][0])
            row(f"{name}: 95th percentile", percentile(times, 0.95), percentile(other, 0.95), "ms",
                "≤ 10 ms" if what != "burst" else "")
            row(f"{name}: bytes", statistics.mean(size for _, size in measured[what]),
                statistics.mean(size for _, size in compared[what]), "B", goals[what][1])
        bench_idle(ours)
        ours.close()
        theirs.close()


def bench_idle(screen):
    """What three seconds of nothing cost."""
    def switches():
        with open(f"/proc/{screen.pid}/status", encoding="ascii") as file:
            return sum(int(line.split()[1]) for line in file if "ctxt_switches" in line)
    before, size = switches(), len(screen.raw)
    time.sleep(3)
    screen.settle()
    row("idle: bytes in 3 s", len(screen.raw) - size, 0, "B", "0")
    row("idle: wake-ups a second", (switches() - before) / 3, 0, "", "≤ 1")


def query_seconds(arguments, env, words):
    start = time.perf_counter()
    done = subprocess.run([arguments.dossier, "query", "accounts", *words, "--columns", "id,name",
                           "--format", "ndjson"], env=env, check=True, capture_output=True)
    return time.perf_counter() - start, done.stdout.count(b"\n")


def bench_network(arguments, env, home):
    """10,000 records in pages of 100, each answer 100 ms late. What comes before the first page
    (the describe) is in the row of one record, which is taken off the others."""
    heading("10,000 records over HTTP, pages of 100, 100 ms of delay", "round trips × 100 ms")
    path = pathlib.Path(home, "config", "dossier", "config")
    path.parent.mkdir(parents=True, exist_ok=True)
    env = {**env, "CRM_TOKEN": "spotler-test-token"}
    with Running("spotler_server.py", "--accounts", "10000") as server:
        server.fault(delay_ms=100)
        for parallel, goal in ((1, "≤ 1.05"), (4, "≤ 1.12")):
            path.write_text("default = crm\n[profile crm]\nbackend = spotler\n"
                            f"url = {server.url}\ntoken_env = CRM_TOKEN\n"
                            f"parallel = {parallel}\n", encoding="utf-8")
            before, _ = query_seconds(arguments, env, ["--limit", "1"])
            seconds, count = query_seconds(arguments, env, [])
            if count != 10000:
                raise SystemExit(f"{count} records came, not 10,000")
            row(f"{parallel} in flight", seconds - before + 0.1, (100 / parallel + 2) / 10, "s",
                goal)
            print(f"| … with the describe | {seconds:.4g} s | | | |")
        row("one record, with the describe", before, None, "s", "")


def describe_machine():
    model = "unknown processor"
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        for line in file:
            if line.startswith("model name"):
                model = line.split(":", 1)[1].strip()
                break
    print(f"Machine: {model}, {os.cpu_count()} processors, {os.uname().sysname} "
          f"{os.uname().release}; load {os.getloadavg()[0]:.1f} when it started.")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("dossier", "minimal", "scroller", "records"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--rows", default="1000000")
    arguments = parser.parse_args()
    home = tempfile.mkdtemp(prefix="dossier-bench-")
    try:
        env = environment(home)
        describe_machine()
        demo = subprocess.run([arguments.dossier, "demo", "--rows", "20000"], env=env, check=True,
                              text=True, stdout=subprocess.PIPE,
                              stdin=subprocess.DEVNULL).stdout.strip()
        lines = os.path.join(home, "lines")
        list_lines(demo, lines)
        bench_start(arguments, env)
        bench_keys(arguments, env, home, lines)
        bench_network(arguments, env, home)
        sys.stdout.flush()
        start = time.perf_counter()
        subprocess.run([arguments.dossier, "demo", "--reset", "--rows", arguments.rows], env=env,
                       check=True, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
        print(f"\nMaking the demonstration CRM with {int(arguments.rows):,} opportunities: "
              f"{time.perf_counter() - start:.1f} s.")
        sys.stdout.flush()
        subprocess.run([arguments.records, demo], env=env, check=True)
    finally:
        shutil.rmtree(home, ignore_errors=True)


if __name__ == "__main__":
    main()
