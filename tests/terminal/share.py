"""How much of the long tables of tests a run of them takes.

Under the sanitizers starting the program costs most, and looking for leaks costs half of that: there
run.py is given a share, so that each table gives every Nth row, and leaks are looked for in every
Nth run. The plain build takes all.
"""

import itertools
import os

SHARE = int(os.environ.get("DOSSIER_TEST_SHARE", "1"))

_runs = itertools.count()


def share(rows, turn=0):
    """The rows that this run takes: every Nth, from the one whose turn it is."""
    return rows[turn % SHARE::SHARE]


def leaks():
    """What a run of the program needs in its environment, so that not each looks for leaks."""
    if next(_runs) % SHARE == 0:
        return {}
    options = os.environ.get("ASAN_OPTIONS", "")
    return {"ASAN_OPTIONS": f"{options}:detect_leaks=0"}
