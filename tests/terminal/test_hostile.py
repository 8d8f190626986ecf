"""Data that tries to write to the terminal: in names, cells, choices and errors, on every pane."""

import os
import sqlite3
import unittest

from harness import TerminalTest

TITLE = "\x1b]0;pwned\x07"
EVIL = f"x{TITLE}\x1b[2J\u202e\u2028\x9b31m\ny"
# What a terminal would obey, as bytes that only the data can have put there.
OBEYED = (b"\x1b]0;", "\u202e".encode(), "\u2028".encode(), b"\xc2\x9b", b"\x9b31m",
          b"31m\n")


def quoted(name):
    return '"' + name.replace('"', '""') + '"'


class Hostile(TerminalTest):
    def setUp(self):
        super().setUp()
        self.file = self.path("evil.db")
        database = sqlite3.connect(self.file)
        note, choice, table = quoted(f"Note{EVIL}"), quoted(f"Choice{EVIL}"), quoted(f"T{EVIL}")
        value = EVIL.replace("'", "''")
        database.executescript(f"""
            create table Parent (Id integer primary key, Name text);
            create table {table} (Id integer primary key, Name text, {note} text,
                {choice} text check ({choice} in ('{value}', 'fine')),
                ParentId integer references Parent (Id), Body blob);
            insert into Parent values (1, '{value}');
            insert into {table} values (1, '{value}', '{value}', '{value}', 1, '{value}'),
                (2, cast(x'ff1b5d303b70776e656407' as text), 'long' || hex(zeroblob(3000)), 'fine',
                 1, x'1b5d303b07');
            create trigger Refuse before update on {table} begin
                select raise(abort, '{value}'); end;""")
        database.commit()
        database.close()

    def check(self, screen):
        for bytes_ in OBEYED:
            self.assertNotIn(bytes_, bytes(screen.raw), screen.dump())

    def walk(self, screen, *keys):
        for key in keys:
            screen.press(key)
            self.check(screen)

    def open_evil(self, **how):
        screen = self.start(self.file, EDITOR="true", VISUAL="true", **how)
        self.check(screen)
        self.walk(screen, "j", "Enter")
        return screen

    def test_every_pane(self):
        for how in ({}, {"columns": 120, "rows": 40}, {"lang": "C"}, {"columns": 40, "rows": 10}):
            with self.subTest(**how):
                screen = self.open_evil(**how)
                self.walk(screen, "j", "l", "l", "l", "Tab", "j", "j", "Enter", "Esc", "d", "j",
                          "Enter", "Esc", "Esc", "f", "Esc", "o", "Esc", "c", "Esc", "C", "Esc",
                          "J", "Esc", "L", "Esc", "?", "Esc")
                screen.close()

    def test_editors_and_review(self):
        screen = self.open_evil()
        for _ in range(5):
            self.walk(screen, "e", "Esc", "l")
        self.walk(screen, "0", "l", "e", "Ctrl-U")
        screen.type("other").press("Enter")
        self.check(screen)
        self.walk(screen, "w", "j", "p", "Esc", "a")
        self.walk(screen, "Enter", "Esc", "!", "Esc")

    def test_typed_and_pasted(self):
        screen = self.open_evil()
        self.walk(screen, "l", "e")
        screen.paste(EVIL)
        self.check(screen)
        screen.press("Enter")
        self.check(screen)

    def test_a_file_with_such_a_name(self):
        path = self.path(f"f{TITLE}\u202e.db")
        os.rename(self.file, path)
        screen = self.start(path)
        self.check(screen)
        self.walk(screen, "j", "Enter", "L", "Esc")
        self.check(self.start(path + "no.db", wait=False))


if __name__ == "__main__":
    unittest.main()
