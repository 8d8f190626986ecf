"""Fields of bytes: shown as a size, saved to a file, taken from one. SQLite's BLOBs are the bed."""

import os
import unittest

from flows import Flow

BYTES = bytes(range(256)) * 48 + b"\x00end"  # 12,292 of them, NUL and all
SIZE = "12,292 bytes"


class Bytes(Flow):
    def setUp(self):
        super().setUp()
        self.sql("update Contact set Photo = ? where Id = 1", BYTES)
        os.umask(0o022)

    def at_photo(self, **options):
        screen = self.open_list("Contact", **options).wait_for("Record ─").press("Tab")
        self.go_to_field(screen, "Photo")
        return screen

    def save(self, screen, path):
        return screen.press("s", "Ctrl-U").type(path).press("Enter")

    def test_the_size_is_shown_and_what_s_does(self):
        screen = self.at_photo()
        self.assertEqual(self.record_item(screen).split("  ")[-1].strip(), SIZE)
        self.assertIn("s saves it", screen.text())

    def test_saved_to_a_file_as_the_umask_says(self):
        screen = self.at_photo()
        self.save(screen, "~/photo.bin")
        self.assertIn(f"{SIZE} saved to", screen.text())
        path = self.path("photo.bin")
        with open(path, "rb") as file:
            self.assertEqual(file.read(), BYTES)
        self.assertEqual(os.stat(path).st_mode & 0o777, 0o644)

    def test_nothing_is_written_over_unasked(self):
        path = self.path("there")
        with open(path, "w", encoding="utf-8") as file:
            file.write("mine")
        screen = self.at_photo()
        self.save(screen, "~/there").press("c")
        self.assertIn("Nothing was written", screen.text())
        with open(path, encoding="utf-8") as file:
            self.assertEqual(file.read(), "mine")
        self.save(screen, "~/there").press("r")
        with open(path, "rb") as file:
            self.assertEqual(file.read(), BYTES)
        self.assertEqual([name for name in os.listdir(self.path()) if "part" in name], [])

    def test_a_path_that_cannot_be_is_said_and_kept(self):
        screen = self.at_photo()
        self.save(screen, "~/no/such/photo.bin")
        self.assertIn("cannot write the file", screen.text())
        self.assertIn("~/no/such/photo.bin", screen.text())

    def test_set_from_a_file(self):
        with open(self.path("new.bin"), "wb") as file:
            file.write(b"\x00\xff new")
        screen = self.at_photo()
        screen.press("e").wait_for("Photo from the file").type("~/missing").press("Enter")
        self.assertIn("cannot read the file", screen.text())
        screen.press("Ctrl-U").type("/dev/zero").press("Enter")
        self.assertIn("no plain file", screen.text())
        screen.press("Ctrl-U").type("~/new.bin").press("Enter")
        self.assertIn(f"{SIZE} → 6 bytes", screen.text())
        self.apply(screen)
        self.assertEqual(self.stored("Photo", 1, "Contact"), b"\x00\xff new")

    def test_a_field_without_bytes_has_none_to_save(self):
        screen = self.at_photo()
        self.go_to_field(screen, "Email").press("s")
        self.assertIn("not on a field that holds bytes", screen.text())


if __name__ == "__main__":
    unittest.main()
