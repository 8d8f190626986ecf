"""The documents against the tables in the code: what drifts, fails."""

import os
import pathlib
import re
import shutil
import subprocess
import unittest

SOURCE = pathlib.Path(os.environ["DOSSIER_SRC"])
BUILD = pathlib.Path(os.environ["DOSSIER_BUILD"])
PAGES = ("dossier.1", "dossier-config.5", "dossier-filter.7")


def rows():
    """(kind, name, more) of every row of the tables."""
    listed = subprocess.run([BUILD / "doc" / "tables", "--list"], capture_output=True, text=True,
                            check=True, encoding="utf-8").stdout
    return [tuple(line.split("\t")) for line in listed.splitlines()]


def plain(page):
    """A manual page's text without roff's own spelling."""
    text = (BUILD / "doc" / page).read_text(encoding="utf-8")
    for roff, character in ((r"\-", "-"), (r"\e", "\\"), (r"\(ha", "^"), (r"\(ti", "~"),
                            (r"\(ga", "`"), (r"\(aq", "'"), (r"\(dq", '"'), (r"\&", "")):
        text = text.replace(roff, character)
    return re.sub(r"\\f[A-Z]", "", text)


class Manual(unittest.TestCase):
    def test_every_table_is_filled_in(self):
        for page in PAGES:
            self.assertNotRegex(plain(page), r"(?m)^@[A-Z_]+@$")

    def test_every_row_is_in_its_page(self):
        pages = {"command": ("dossier.1", "dossier-config.5"), "verb": ("dossier.1",),
                 "flag": ("dossier.1",), "exit status": ("dossier.1",),
                 "option": ("dossier-config.5",), "setting": ("dossier-config.5",),
                 "operator": ("dossier-filter.7",), "hint": ()}
        texts = {page: plain(page) for page in PAGES}
        for kind, name, _ in rows():
            for page in pages[kind]:
                with self.subTest(kind=kind, name=name, page=page):
                    self.assertRegex(texts[page], rf"(?m)^{re.escape(name)}(\s|$)")

    def test_the_pages_are_good_roff(self):
        man = shutil.which("mandoc")
        if man is None:
            self.skipTest("mandoc is not installed")
        for page in PAGES:
            done = subprocess.run([man, "-T", "lint", "-W", "warning", BUILD / "doc" / page],
                                  capture_output=True, text=True, check=False)
            with self.subTest(page=page):
                found = [line for line in done.stdout.splitlines() if "missing date" not in line]
                self.assertEqual(found, [])


class Readme(unittest.TestCase):
    def setUp(self):
        self.readme = (SOURCE / "README").read_text(encoding="utf-8")

    def test_opens_with_the_two_commands(self):
        head = self.readme[:600]
        self.assertIn("./quickstart ", head)
        self.assertIn("./quickstart check", head)

    def test_key_table_holds(self):
        """Each line `    keys   command   what it does` against the command tables."""
        known = {name: keys.split() for kind, name, keys in rows() if kind == "command"}
        table = self.readme.split("\nKeys\n----\n")[1].split("\nKeys can be changed")[0]
        lines = [re.split(r"\s{2,}", line.strip()) for line in table.splitlines() if line.strip()]
        self.assertGreater(len(lines), 20)
        for line in lines:
            with self.subTest(line=line):
                keys, name = line[0].split(), line[1]
                self.assertIn(name, known)
                self.assertLessEqual(set(keys), set(known[name]))

    def test_the_main_screens_hints_are_in_the_key_table(self):
        for kind, name, pane in rows():
            if kind == "hint" and pane in ("", "list"):
                with self.subTest(command=name):
                    self.assertIn(f"  {name}  ", self.readme)

    def test_verbs_and_documents_exist(self):
        verbs = {name for kind, name, _ in rows() if kind == "verb"}
        for line in re.findall(r"(?m)^    dossier ([a-z]+) ", self.readme):
            self.assertIn(line, verbs)
        for path in re.findall(r"\bdoc/[\w.]+\.md\b", self.readme):
            self.assertTrue((SOURCE / path).exists(), path)


if __name__ == "__main__":
    unittest.main()
