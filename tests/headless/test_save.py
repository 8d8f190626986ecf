"""get --save: a field's bytes in a file of their own."""

from support import Headless

BYTES = bytes(range(256)) + b"\x00end"


class Save(Headless):
    def setUp(self):
        super().setUp()
        self.make("files.db", "create table File (Id integer primary key, Name text, Body blob)",
                              f"insert into File values (1, 'a;b', x'{BYTES.hex()}'),"
                              "(2, 'none', null)")

    def save(self, *flags, number=1):
        return ("get", "-p", "files.db", "File", number, *(f"--save={flag}" for flag in flags))

    def test_bytes_are_written_as_they_are(self):
        self.assertEqual(self.run_ok(*self.save("Body=body.bin", "name=name.txt")), "")
        self.assertEqual((self.home / "body.bin").read_bytes(), BYTES)
        self.assertEqual((self.home / "name.txt").read_bytes(), b"a;b")

    def test_to_standard_output(self):
        out = self.run_ok(*self.save("Body=-"))
        self.assertEqual(out.encode("utf-8", "surrogateescape"), BYTES)

    def test_a_file_that_is_there_is_left_alone(self):
        (self.home / "body.bin").write_bytes(b"mine")
        self.run_bad(2, *self.save("Body=body.bin"), says="is there already")
        self.assertEqual((self.home / "body.bin").read_bytes(), b"mine")

    def test_what_cannot_be(self):
        self.run_bad(4, *self.save("Body=x", number=2), says="is null")
        self.run_bad(4, *self.save("Body=no/where"), says="no/where")
        self.run_bad(2, *self.save("Bdoy=x"), says="Body")
        self.run_bad(2, "get", "-p", "files.db", "File", 1, 2, "--save", "Body=x", says="one id")
        self.assertEqual(self.run_it(*self.save("Body=x", number=9)).status, 4)
        self.assertFalse((self.home / "x").exists())


if __name__ == "__main__":
    import unittest
    unittest.main()
