"""Writing: create, update, upsert, delete, nulls, hostile text, and profiles that forbid it."""

from backends import TEXTS
from scenario import Scenario, for_each_backend


class Writing(Scenario):
    def stored(self, identity):
        return self.backend.stored(self.backend.object)[identity]

    def test_create(self):
        self.need("create")
        text, number = self.backend.texts[0], self.backend.number
        identity = self.new("Made here", f"{number}=12")
        self.assertEqual((self.stored(identity)[text], self.stored(identity)[number]),
                         ("Made here", 12))
        row = self.get(identity)
        self.assertEqual((row[text], row[number]), ("Made here", 12))
        if self.backend.server is not None:
            self.assertEqual(len(self.backend.writes()), 1)

    def test_create_what_cannot_be(self):
        self.need("create")
        other, number = self.backend.texts[1], self.backend.number
        before = len(self.backend.stored(self.backend.object))
        self.run_bad(5, "create", self.backend.object, *self.backend.extra, f"{other}=x",
                     says=self.backend.texts[0])
        self.run_bad(5, "create", self.backend.object, *self.backend.extra,
                     f"{self.backend.texts[0]}=x", f"{number}=many", says=number)
        self.run_bad(2, "create", self.backend.object, "nosuchfield=1", says="nosuchfield")
        self.run_bad(4, "create", "NoSuchObject", "a=1", says="NoSuchObject")
        self.assertEqual(len(self.backend.stored(self.backend.object)), before)

    def test_update_sends_what_has_changed(self):
        self.need("update")
        text, number = self.backend.texts[0], self.backend.number
        identity = self.new("Before", f"{number}=1")
        before = self.stored(identity)
        self.clear_log()
        self.assertEqual(self.run_ok("update", self.backend.object, identity, f"{number}=25"), "")
        after = self.stored(identity)
        changed = {name for name in after if after[name] != before.get(name)}
        self.assertLessEqual({number}, changed)
        self.assertEqual(after[text], "Before")
        self.assertEqual(after[number], 25)
        if self.backend.server is not None:
            entry, = self.backend.writes()
            self.assertEqual(self.backend.sent_fields(entry), {number})

    def clear_log(self):
        if self.backend.server is not None:
            self.backend.server.forget()

    def test_update_of_what_is_not_there(self):
        self.need("update")
        self.run_bad(4, "update", self.backend.object, self.backend.unknown_id,
                     f"{self.backend.number}=7")
        self.assertNotIn(self.backend.unknown_id, self.backend.stored(self.backend.object))

    def test_update_only_if(self):
        self.need("update")
        number = self.backend.number
        identity = self.new("Guarded", f"{number}=1")
        self.run_bad(6, "update", self.backend.object, identity, f"{number}=2", "--if",
                     f"{number}=5")
        self.assertEqual(self.stored(identity)[number], 1)
        self.run_ok("update", self.backend.object, identity, f"{number}=2", "--if", f"{number}=1")
        self.assertEqual(self.stored(identity)[number], 2)

    def test_upsert(self):
        self.need("upsert")
        first, second = self.backend.match_values
        for key, number, what in ((first, 1, "created"), (second, 2, "created"),
                                  (first, 3, "updated")):
            out = self.run_ok("upsert", self.backend.object, "--match", self.backend.match,
                              f"{self.backend.match}={key}", f"{self.backend.texts[0]}=Matched",
                              f"{self.backend.number}={number}")
            identity, said = out.split()
            self.assertEqual(said, what)
            self.assertEqual(self.stored(identity)[self.backend.number], number)
        rows = [row for row in self.backend.stored(self.backend.object).values()
                if row[self.backend.match] in (first, second)]
        self.assertEqual(len(rows), 2)

    def test_upsert_that_matches_several(self):
        self.need("upsert")
        text, number = self.backend.texts[0], self.backend.number
        for _ in range(2):
            self.new("Twice", f"{number}=1")
        answer = self.run_bad((5, 6, 9), "upsert", self.backend.object, "--match", text,
                              f"{text}=Twice", f"{number}=99", *self.backend.extra)
        rows = [row for row in self.backend.stored(self.backend.object).values()
                if row[text] == "Twice"]
        self.assertEqual([row[number] for row in rows], [1, 1], answer)

    def test_delete(self):
        self.need("delete")
        first, second = self.new("Gone"), self.new("Gone too")
        self.assertEqual(self.run_ok("delete", self.backend.object, first, second), "")
        self.assertFalse({first, second} & set(self.backend.stored(self.backend.object)))
        if self.backend.deleted_as is None:
            self.run_bad(4, "get", self.backend.object, first)
        else:
            field, value = self.backend.deleted_as
            self.assertEqual(self.get(first)[field], value)
        self.run_bad(4, "delete", self.backend.object, first)

    def test_what_is_not_declared_is_refused(self):
        text = f"{self.backend.texts[0]}=x"
        identity = next(iter(self.backend.stored(self.backend.object)))
        self.clear_log()
        for ability, arguments in (
                ("upsert", ("upsert", self.backend.object, "--match", self.backend.texts[0], text)),
                ("delete", ("delete", self.backend.object, identity)),
                ("lookup", ("lookup", self.backend.object, self.backend.texts[0])),
                ("raw", ("raw", "select 1"))):
            if ability not in self.can:
                with self.subTest(ability=ability):
                    self.run_bad(9, *arguments)
        self.assertEqual(self.backend.writes(), [])

    def test_null_is_not_empty(self):
        self.need("update")
        other = self.backend.texts[1]
        identity = self.new("Empty or null", f"{other}=something")
        self.assertEqual(self.get(identity)[other], "something")
        for arguments, wanted in (((f"{other}=",), self.backend.empty_as),
                                  (("--null", other), self.backend.null_as),
                                  ((f"{other}=null",), "null")):
            self.run_ok("update", self.backend.object, identity, *arguments)
            self.assertEqual(self.get(identity)[other], wanted, arguments)
            self.assertEqual(self.stored(identity)[other], wanted, arguments)
        self.run_bad(5, "update", self.backend.object, identity, f"{self.backend.number}=")

    def test_hostile_text_there_and_back(self):
        self.need("update")
        text = self.backend.texts[0]
        identity = self.new("Hostile")
        for hostile in TEXTS:
            if not self.backend.can_hold(hostile):
                before = self.stored(identity)[text]
                self.run_bad(5, "update", self.backend.object, identity, f"{text}={hostile}",
                             says=(text, "U+00"))
                self.assertEqual(self.stored(identity)[text], before)
                continue
            self.run_ok("update", self.backend.object, identity, f"{text}={hostile}")
            self.assertEqual(self.stored(identity)[text], hostile)
            self.assertEqual(self.get(identity)[text], hostile)
        self.run_bad((2, 4), "get", self.backend.object, "no/../such?id=1&x#\x1b[31m")

    def writes_of_every_verb(self):
        """Every way to change something, as arguments."""
        name, text = self.backend.object, self.backend.texts[0]
        identity = next(iter(self.backend.stored(name)))
        path = self.home / "import.csv"
        path.write_text(f"{text}\nImported\n", encoding="utf-8")
        self.clear_log()
        yield "create", ("create", name, *self.backend.extra, f"{text}=x")
        yield "update", ("update", name, identity, f"{text}=x")
        yield "delete", ("delete", name, identity)
        if self.backend.match:
            yield "upsert", ("upsert", name, "--match", self.backend.match,
                             f"{self.backend.match}=x", f"{text}=x")

    def test_a_raw_write_is_a_write(self):
        self.need("raw")
        if self.backend.raw_write is None:
            self.skipTest(f"{self.backend.name} reads alone with its raw queries")
        before = self.backend.stored(self.backend.object)
        self.clear_log()
        self.run_bad((3, 9), "raw", self.backend.raw_write, "-p", "reader")
        self.run_bad((2, 9), "raw", self.backend.raw_write, "-p", "guarded")
        self.assertEqual(self.backend.writes(), [])
        self.assertEqual(self.backend.stored(self.backend.object), before)

    def test_a_read_only_profile_writes_nothing(self):
        before = self.backend.stored(self.backend.object)
        for ability, arguments in self.writes_of_every_verb():
            if ability in self.can:
                with self.subTest(verb=ability):
                    self.run_bad(3, *arguments, "-p", "reader", says="read-only")
        for action in self.json("actions") if self.backend.server is not None else ():
            if not action["writes"]:
                continue
            values = [f"{each['name']}={self.home / 'import.csv'}" if each["name"] == "file" else
                      f"{each['name']}=x" for each in action["parameters"] if each["required"]]
            with self.subTest(action=action["name"]):
                answer = self.run_it("do", action["name"], *values, "-p", "reader")
                self.assertIn(answer.status, (2, 3, 5), answer)
        self.assertEqual(self.backend.writes(), [])
        self.assertEqual(self.backend.stored(self.backend.object), before)

    def test_a_protected_profile_wants_its_name(self):
        before = self.backend.stored(self.backend.object)
        for ability, arguments in self.writes_of_every_verb():
            if ability in self.can:
                with self.subTest(verb=ability):
                    self.run_bad(2, *arguments, "-p", "guarded", says="--confirm guarded")
                    self.run_bad(2, *arguments, "-p", "guarded", "--confirm", "p")
        self.assertEqual(self.backend.writes(), [])
        self.assertEqual(self.backend.stored(self.backend.object), before)
        identity = self.new("Confirmed", "-p", "guarded", "--confirm", "guarded")
        self.assertEqual(self.stored(identity)[self.backend.texts[0]], "Confirmed")

    def test_a_dry_run_sends_nothing(self):
        self.need("explain")
        before = self.backend.stored(self.backend.object)
        for ability, arguments in self.writes_of_every_verb():
            if ability in self.can:
                with self.subTest(verb=ability):
                    self.assertTrue(self.run_ok(*arguments, "--dry-run"))
        self.assertEqual(self.backend.writes(), [])
        self.assertEqual(self.backend.stored(self.backend.object), before)


for_each_backend(globals(), Writing)
