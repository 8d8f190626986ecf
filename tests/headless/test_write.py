"""create, update, upsert, delete: values and their checks, results, statuses, dry runs."""

import json

from support import Demo, Headless


class Writes(Headless):
    def setUp(self):
        super().setUp()
        self.small()
        self.before = self.rows("small.db", "select * from Deal")

    def deal(self, number, columns="*"):
        return self.rows("small.db", f"select {columns} from Deal where Id = {number}")[0]

    def assert_unchanged(self):
        self.assertEqual(self.rows("small.db", "select * from Deal"), self.before)

    # --- create ---

    def test_create_prints_the_new_id(self):
        self.assertEqual(self.run_ok("create", "-p", "small.db", "Deal", "Name=New one",
                                     "amount=1,234.50", "closedate=in 3 days", "active=true",
                                     "stage=Proposal"), "6\n")
        self.assertEqual(self.deal(6, "Name, Amount, CloseDate, Active, Stage, Note"),
                         ("New one", 1234.5, "2026-11-24", 1, "Proposal", None))

    def test_empty_null_and_the_word_null(self):
        self.run_ok("create", "-p", "small.db", "Deal", "Name=null", "Note=", "--null", "Amount")
        self.assertEqual(self.deal(6, "Name, Note, Amount"), ("null", "", None))

    def test_what_is_not_given_is_not_sent(self):
        self.run_ok("create", "-p", "small.db", "Deal", "Name=x")
        self.assertEqual(self.deal(6, "Stage, Note"), ("New", None))

    def test_values_keep_their_spelling(self):
        self.run_ok("create", "-p", "small.db", "Deal", "Name= a = 'b' \u202e\n", "Code=007")
        self.assertEqual(self.deal(6, "Name, Code"), (" a = 'b' \u202e\n", "007"))

    def test_bad_values_name_their_fields(self):
        for values, says in (
                (["Amount=ten"], "Amount"), (["CloseDate=2026-02-30"], "CloseDate"),
                (["Active=perhaps"], "Active"), (["Stage=Lost"], "Stage"),
                (["Amount="], ("Amount", "--null")), (["Starts=25:00"], "Starts"),
                (["Name=" + "x" * 41], "Name"), (["Number=1.5"], "Number"),
                (["Amount=ten", "CloseDate=never"], ("Amount", "CloseDate"))):
            with self.subTest(values=values):
                name = [] if values[0].startswith("Name=") else ["Name=x"]
                self.run_bad(5, "create", "-p", "small.db", "Deal", *name, *values, says=says)
        self.assert_unchanged()

    def test_what_the_file_refuses_names_the_field(self):
        self.run_bad(5, "create", "-p", "small.db", "Deal", says="Name")
        self.run_bad(5, "create", "-p", "small.db", "Deal", "--null", "Name", says="Name")
        self.run_bad(5, "create", "-p", "small.db", "Deal", "Name=", says="Name")
        self.run_bad(5, "create", "-p", "small.db", "Deal", "Name=x", "Code=A-1", says="Code")
        self.run_bad(5, "create", "-p", "small.db", "Deal", "Name=x", "AccountId=77",
                     says="AccountId")
        self.assert_unchanged()

    def test_mistakes_in_words(self):
        for arguments, says in (
                (("Deal", "Nam=x"), "Name"), (("Deal", "Name"), "FIELD=VALUE"),
                (("Deal", "=x"), "FIELD=VALUE"), (("Deal", "Name=x", "name=y"), "twice"),
                (("Deal", "Name=x", "--null", "Amuont"), "Amount"),
                (("Deal", "Name=x", "--nul", "Amount"), "--null")):
            with self.subTest(arguments=arguments):
                self.run_bad(2, "create", "-p", "small.db", *arguments, says=says)
        self.run_bad(4, "create", "-p", "small.db", "Dael", "Name=x", says="Deal")
        self.assert_unchanged()

    def test_a_name_in_back_quotes(self):
        self.make("odd.db", 'create table "Odd One" (k integer primary key, "a=b `c`" text)')
        self.run_ok("create", "-p", "odd.db", "odd one", "`a=b ``c```=x=y")
        self.assertEqual(self.rows("odd.db", 'select * from "Odd One"'), [(1, "x=y")])

    def test_files(self):
        (self.home / "picture").write_bytes(b"\x00\xff\x01")
        (self.home / "note").write_text("two\nlines", encoding="utf-8")
        self.run_ok("create", "-p", "small.db", "Deal", "Name=x", "--file", "Picture=picture",
                    "--file", "Note=note")
        self.assertEqual(self.deal(6, "Picture, Note"), (b"\x00\xff\x01", "two\nlines"))
        row, = self.json("get", "-p", "small.db", "Deal", "6")
        self.assertEqual(row["Picture"], "AP8B")
        self.run_ok("update", "-p", "small.db", "Deal", "6", "--file=Note=-", stdin=b"from there")
        self.assertEqual(self.deal(6, "Note"), ("from there",))
        self.run_bad(4, "create", "-p", "small.db", "Deal", "Name=x", "--file", "Note=nothere",
                     says="nothere")

    # --- update ---

    def test_update_says_nothing(self):
        self.assertEqual(self.run_ok("update", "-p", "small.db", "Deal", "1", "amount=5",
                                     "--null", "note"), "")
        self.assertEqual(self.deal(1, "Name, Amount, Note"), ("Alpha", 5, None))

    def test_update_of_nothing(self):
        self.run_bad(2, "update", "-p", "small.db", "Deal", "1", says="field")
        self.run_bad(2, "update", "-p", "small.db", "Deal", says="update OBJECT ID")
        self.run_bad(4, "update", "-p", "small.db", "Deal", "99", "Amount=1", says="99")

    def test_update_only_if(self):
        self.run_ok("update", "-p", "small.db", "Deal", "2", "Stage=Won", "--if",
                    "Stage=Proposal", "--if", "amount=2,000")
        self.assertEqual(self.deal(2, "Stage"), ("Won",))
        self.run_bad(6, "update", "-p", "small.db", "Deal", "1", "Stage=Won", "--if",
                     "Stage=Proposal", says="Stage: it is now New")
        self.assertEqual(self.deal(1, "Stage"), ("New",))
        self.run_bad(2, "update", "-p", "small.db", "Deal", "1", "Stage=Won", "--if", "Stag=New")

    def test_a_stamp_that_is_not_there(self):
        self.run_bad(9, "update", "-p", "small.db", "Account", "1", "Name=x",
                     "--unless-changed-since", "2026-01-01", says="--if")

    def test_the_wrong_flags(self):
        self.run_bad(2, "create", "-p", "small.db", "Deal", "Name=x", "--if", "a=b", says="--if")
        self.run_bad(2, "delete", "-p", "small.db", "Deal", "1", "--null", "Note", says="--null")

    # --- upsert ---

    def test_upsert(self):
        self.assertEqual(self.run_ok("upsert", "-p", "small.db", "Deal", "--match", "Code",
                                     "code=A-1", "Name=Alpha 2"), "1 updated\n")
        self.assertEqual(self.deal(1, "Name, Amount"), ("Alpha 2", 100.5))
        self.assertEqual(self.run_ok("upsert", "-p", "small.db", "Deal", "--match", "Code",
                                     "Code=Z", "Name=Zeta"), "6 created\n")

    def test_upsert_that_matches_several(self):
        self.run_bad(6, "upsert", "-p", "small.db", "Deal", "--match", "Stage", "Stage=Won",
                     "Name=x")
        self.assert_unchanged()

    def test_upsert_needs_a_match(self):
        self.run_bad(2, "upsert", "-p", "small.db", "Deal", "Code=A-1", "Name=x", says="--match")
        self.run_bad(2, "upsert", "-p", "small.db", "Deal", "Name=x", "--match", "Code",
                     says="Code=VALUE")
        self.run_bad(2, "upsert", "-p", "small.db", "Deal", "Name=x", "--match", "Cod",
                     says="Code")

    # --- delete ---

    def test_delete(self):
        self.assertEqual(self.run_ok("delete", "-p", "small.db", "Deal", "1", "3"), "")
        self.assertEqual(self.rows("small.db", "select Id from Deal"), [(2,), (4,), (5,)])

    def test_delete_where_some_are_missing(self):
        answer = self.run_it("delete", "-p", "small.db", "Deal", "98", "1")
        self.assertEqual(answer.status, 1, answer)
        self.assertIn("98", answer.err)
        self.assertEqual(self.rows("small.db", "select count(*) from Deal"), [(4,)])
        self.run_bad(4, "delete", "-p", "small.db", "Deal", "98", "99", says=("98", "99"))

    def test_delete_what_others_refer_to(self):
        self.run_bad(5, "delete", "-p", "small.db", "Account", "1")
        self.assertEqual(self.rows("small.db", "select count(*) from Account"), [(3,)])

    def test_failures_in_several_ways(self):
        answer = self.run_it("delete", "-p", "small.db", "Account", "1", "99")
        self.assertEqual(answer.status, 1, answer)

    def test_delete_only_if(self):
        self.run_bad(6, "delete", "-p", "small.db", "Deal", "1", "--if", "Stage=Won")
        self.run_ok("delete", "-p", "small.db", "Deal", "4", "--if", "Stage=Won")

    # --- results as rows ---

    def test_results_with_a_format(self):
        rows = self.json("create", "-p", "small.db", "Deal", "Name=x")
        self.assertEqual(rows, [{"id": "6", "success": True, "created": True, "errors": []}])
        answer = self.run_it("create", "-p", "small.db", "Deal", "Name=x", "Code=A-1", "--format",
                             "json")
        self.assertEqual(answer.status, 5)
        row, = json.loads(answer.out)
        self.assertEqual((row["id"], row["success"]), (None, False))
        self.assertEqual(row["errors"][0]["field"], "Code")
        self.assertEqual(list(row["errors"][0]), ["field", "code", "message"])
        answer = self.run_it("update", "-p", "small.db", "Deal", "2", "Amount=x", "CloseDate=y",
                             "--format", "json")
        self.assertEqual(answer.status, 5)
        row, = json.loads(answer.out)
        self.assertEqual((row["id"], row["success"]), ("2", False))
        self.assertEqual([error["field"] for error in row["errors"]], ["Amount", "CloseDate"])
        answer = self.run_it("delete", "-p", "small.db", "Deal", "6", "77", "--format", "csv")
        lines = answer.out.splitlines()
        self.assertEqual(lines[0], "id,success,created,errors")
        self.assertEqual(lines[1], "6,true,false,")
        self.assertTrue(lines[2].startswith("77,false,false,"), answer)
        answer = self.run_it("delete", "-p", "small.db", "Deal", "5", "--format", "ndjson")
        self.assertEqual(json.loads(answer.out), {"id": "5", "success": True, "created": False,
                                                  "errors": []})

    # --- dry runs and refusals ---

    def test_dry_run_sends_nothing(self):
        for arguments, says in (
                (("create", "Deal", "Name=zzz"), "zzz"),
                (("update", "Deal", "1", "Amount=777"), "777"),
                (("upsert", "Deal", "--match", "Code", "Code=A-1", "Name=zzz"), "zzz"),
                (("delete", "Deal", "1"), "DELETE")):
            with self.subTest(arguments=arguments):
                verb, *rest = arguments
                out = self.run_ok(verb, "-p", "small.db", *rest, "--dry-run")
                self.assertIn(says, out)
        self.assert_unchanged()

    def test_dry_run_of_what_may_not_be_written(self):
        self.assertIn("777", self.run_ok("update", "-p", "small.db", "Deal", "1", "Amount=777",
                                         "--dry-run", "--set", "profile.read_only=yes"))
        self.assert_unchanged()

    def test_text_that_is_not_utf8(self):
        self.run_bad(5, "create", "-p", "small.db", "Deal", b"Name=\xff\xfe", says="Name")
        self.assert_unchanged()

    def test_dry_run_checks_values(self):
        self.run_bad(5, "update", "-p", "small.db", "Deal", "1", "Amount=x", "--dry-run",
                     says="Amount")
        self.run_bad(5, "create", "-p", "small.db", "Deal", "--dry-run", says="Name")
        self.run_bad(2, "update", "-p", "small.db", "Deal", "1", "Amuont=x", "--dry-run")

    def test_a_read_only_profile_refuses_every_write(self):
        self.configure("[profile look]\nbackend = local\nfile = %s\nread_only = yes\n"
                       % (self.home / "small.db"))
        for verb, *rest in (("create", "Name=x"), ("update", "1", "Name=x"), ("delete", "1"),
                            ("upsert", "--match", "Code", "Code=A-1")):
            with self.subTest(verb=verb):
                self.run_bad(3, verb, "-p", "look", "Deal", *rest)
        self.run_bad(3, "delete", "-p", "small.db", "Deal", "1", "--set",
                     "profile.read_only=yes")
        self.assert_unchanged()

    def test_a_protected_profile_wants_its_name(self):
        self.configure("[profile live]\nbackend = local\nfile = %s\nprotected = yes\n"
                       % (self.home / "small.db"))
        self.run_bad(2, "update", "-p", "live", "Deal", "1", "Amount=1", says="--confirm live")
        self.run_bad(2, "delete", "-p", "live", "Deal", "1", "--confirm", "other")
        self.run_ok("update", "-p", "live", "Deal", "1", "Amount=1", "--confirm", "live")
        self.run_ok("delete", "-p", "live", "Deal", "1", "--dry-run")
        self.assertEqual(self.deal(1, "Amount"), (1,))

    def test_a_hostile_value_is_a_value(self):
        self.run_ok("update", "-p", "small.db", "Deal", "1", "Name=x'); drop table Deal; --")
        self.assertEqual(self.deal(1, "Name"), ("x'); drop table Deal; --",))

    def test_generated_and_view_fields_cannot_be_written(self):
        self.make("more.db",
                  "create table T (k integer primary key, a int, b int generated always as (a + 1))",
                  "create view V as select * from T")
        self.run_bad(5, "create", "-p", "more.db", "T", "b=1", says="b")
        self.run_bad(9, "create", "-p", "more.db", "V", "a=1", says="V")
        self.run_bad(9, "delete", "-p", "more.db", "V", "1")
        self.run_bad(9, "update", "-p", "more.db", "V", "1", "a=1")


class OnTheDemonstration(Demo):
    def test_a_day_with_an_opportunity(self):
        number = self.run_ok("create", "-p", "demo", "Opportunity", "Name=Harbour lights",
                             "CloseDate=in 2 months", "OwnerId=1").strip()
        row, = self.json("get", "-p", "demo", "Opportunity", number)
        self.assertEqual((row["Stage"], row["CloseDate"], row["Amount"], row["IsClosed"]),
                         ("Prospecting", "2027-01-21", None, False))
        self.run_ok("update", "-p", "demo", "Opportunity", number, "Stage=Closed Won",
                    "Amount=99.5")
        row, = self.json("query", "-p", "demo", "Opportunity", "name = 'harbour LIGHTS'")
        self.assertEqual((row["Amount"], row["IsClosed"]), (99.5, True))
        self.run_ok("delete", "-p", "demo", "Opportunity", number)
        self.run_bad(4, "get", "-p", "demo", "Opportunity", number)

    def test_a_version_stamp(self):
        row = self.json("query", "-p", "demo", "Account", "limit 1")[0]
        number, stamp = str(row["Id"]), row["ModifiedDate"]
        self.run_ok("update", "-p", "demo", "Account", number, "Name=Once",
                    "--unless-changed-since", stamp)
        self.run_bad(6, "update", "-p", "demo", "Account", number, "Name=Twice",
                     "--unless-changed-since", stamp)
        self.assertEqual(self.json("get", "-p", "demo", "Account", number)[0]["Name"], "Once")
