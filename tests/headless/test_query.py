"""query and get: the filter language as documented, columns, orders, limits, relations, paging."""

import json

from support import Demo, Headless


class Filters(Headless):
    def setUp(self):
        super().setUp()
        self.small()

    def ids(self, filter_text, **more):
        rows = json.loads(self.run_ok("query", "-p", "small.db", "Deal", filter_text, "--columns",
                                      "Id", "--format", "json", **more))
        return [row["Id"] for row in rows]

    def check(self, *cases):
        for filter_text, ids in cases:
            with self.subTest(filter=filter_text):
                self.assertEqual(self.ids(filter_text), ids)

    def test_everything(self):
        self.check(("", [1, 2, 3, 4, 5]), ("   ", [1, 2, 3, 4, 5]))

    def test_names_and_keywords_in_any_case(self):
        self.check(("STAGE = 'won'", [4, 5]), ("`stage` IN ('Won') AND NOT id = 4", [5]))

    def test_values_held_to_a_list_are_compared_without_case_too(self):
        self.check(("stage in ('WON', 'nothing')", [4, 5]), ("stage = 'nothing'", []),
                   ("stage != 'proposal'", [1, 4, 5]), ("not stage in ('NEW', 'won')", [2, 3]))

    def test_text_is_compared_without_case(self):
        self.check(("name = 'ALPHA'", [1]), ("name = 'épsilon'", [5]), ("name = 'ÉPSILON'", [5]),
                   ("account.name = 'ångström'", [3]), ("name > 'beta'", [3, 4, 5]),
                   ("name contains 'LT'", [4]), ("name starts with 'É'", [5]),
                   ("name ends with 'A'", [1, 2, 3, 4]))

    def test_wildcards_are_plain_but_in_like(self):
        self.check(("code contains '%'", [2]), ("code contains '_'", [3]),
                   ("code like '%1'", [1, 2, 3]), ("code like '_'", [4, 5]),
                   (r"code like '%\%%'", [2]), (r"code like '%\_1'", [3]))

    def test_quotes(self):
        self.check(("""note = 'a "quote"'""", [4]), ('''note = "a ""quote"""''', [4]),
                   ("name = 'it''s'", []))

    def test_null_empty_and_blank(self):
        self.check(("note is null", [5]), ("note is empty", [3]), ("note is blank", [3, 5]),
                   ("note is not null", [1, 2, 3, 4]), ("note is not empty", [1, 2, 4, 5]),
                   ("note is not blank", [1, 2, 4]))

    def test_two_truth_values(self):
        self.check(("amount = 100.5", [1]), ("amount != 100.5", [2, 3, 4, 5]),
                   ("not (amount = 100.5)", [2, 3, 4, 5]), ("amount < 1000", [1, 4]),
                   ("not (amount < 1000)", [2, 3, 5]), ("amount not in (50, 2000)", [1, 3, 5]),
                   ("not (amount between 50 and 2000)", [3, 5]),
                   ("not (note contains 'plain')", [2, 3, 4, 5]))

    def test_numbers_are_exact(self):
        self.check(("number = 9007199254740993", [5]), ("number = 9007199254740992", []),
                   ("amount >= 2e3 and amount < 1e6", [2]))

    def test_booleans(self):
        self.check(("active = true", [1, 4]), ("active = false", [2, 5]),
                   ("active != true", [2, 3, 5]), ("active is null", [3]))

    def test_and_or_not_and_brackets(self):
        self.check(("stage = 'Won' or stage = 'New' and amount > 500", [4, 5]),
                   ("(stage = 'Won' or stage = 'New') and amount < 500", [1, 4]),
                   ("not stage = 'Won' and not stage = 'New'", [2, 3]))

    def test_dates(self):
        self.check(("closedate = 2026-11-21", [1]), ("closedate = '2026-11-21'", [1]),
                   ("closedate between 2026-11-01 and 2026-12-31", [1, 2]),
                   ("closedate > 2026-11-21", [2, 5]), ("starts = 09:30", [1]),
                   ("starts >= 10:00", [2]))

    def test_relative_dates(self):
        self.check(("closedate = today", [1]), ("closedate = this month", [1]),
                   ("closedate = this quarter", [1, 2]), ("closedate = this year", [1, 2, 3]),
                   ("closedate = next year", [5]), ("closedate < this month", [3]),
                   ("closedate <= this month", [1, 3]), ("closedate > this month", [2, 5]),
                   ("closedate >= this month", [1, 2, 5]), ("closedate = next month", [2]),
                   ("closedate between today and next quarter", [1, 2, 5]),
                   ("closedate = last 5 days", [1]), ("closedate = next 33 days", [2]),
                   ("closedate = next 32 days", []), ("closedate = 320 days ago", [3]),
                   ("closedate != today", [2, 3, 4, 5]), ("closedate = this week", [1]))

    def test_moments_are_compared_in_the_users_zone(self):
        self.check(("stamp = 2026-11-21", [1]), ("stamp = 2026-11-20", [2]),
                   ("stamp = 2026-11-21T11:00:00+01:00", [1]),
                   ("stamp = 2026-11-21T10:00:00", [1]))
        self.assertEqual(self.ids("stamp = 2026-11-21", TZ="Europe/Copenhagen"), [1, 2])
        self.assertEqual(self.ids("stamp = today", TZ="Europe/Copenhagen"), [1, 2])
        self.assertEqual(self.ids("stamp = 2026-11-21T11:00:00", TZ="Europe/Copenhagen"), [1])

    def test_multipicklists(self):
        self.check(("tags includes ('red')", [1, 2]), ("tags includes ('red;blue')", [1]),
                   ("tags includes ('red;blue', 'green')", [1, 3]),
                   ("tags excludes ('red')", [3, 4, 5]))

    def test_fields_of_referenced_records(self):
        self.check(("account.name starts with 'ac'", [1, 2]),
                   ("AccountId.Name = 'Zebra'", [4]), ("account.city is null", [3, 5]),
                   ("account.name != 'Zebra'", [1, 2, 3, 5]))

    def test_order_and_limit_inside_the_filter(self):
        self.check(("stage = 'Proposal' order by name desc", [3, 2]),
                   ("order by amount desc limit 2", [5, 2]), ("limit 0", []))

    def test_mistakes(self):
        for filter_text, says in (
                ("stag = 'x'", ("column 1", "Stage")),
                ("stage = 'x' and amuont > 1", ("column 17", "Amount")),
                ("amount = 'ten'", ("column 10", "Amount")),
                ("amount > ten", "column 10"),
                ("amount = null", "is null"),
                ("stage = 'x", "column"),
                ("stage = 'x' and", "column"),
                ("closedate = 2026-02-30", "column"),
                ("closedate = 'soon'", "CloseDate"),
                ("active = 'perhaps'", "Active"),
                ("account.nmae = 'x'", "Name"),
                ("nothere.name = 'x'", "nothere"),
                ("stage ~ 'x'", "column 7"),
                ("(stage = 'x'", "column"),
                ("stage = 'x')", "column 12")):
            with self.subTest(filter=filter_text):
                answer = self.run_bad(2, "query", "-p", "small.db", "Deal", filter_text, says=says)
                self.assertEqual(answer.out, "")

    def test_a_hostile_filter_stays_a_filter(self):
        self.check(("name = '''; drop table Deal; --'", []), ("name = 'x'' or ''1''=''1'", []))
        self.assertEqual(self.ids(""), [1, 2, 3, 4, 5])


class Lists(Headless):
    def setUp(self):
        super().setUp()
        self.small()

    def query(self, *arguments):
        return self.run_ok("query", "-p", "small.db", *arguments)

    def test_order_puts_nulls_last_both_ways(self):
        self.assertEqual(self.names("Deal", "--order", "amount", column="Id"), [4, 1, 2, 5, 3])
        self.assertEqual(self.names("Deal", "--order", "amount desc", column="Id"),
                         [5, 2, 1, 4, 3])
        self.assertEqual(self.names("Deal", "--order", "amount nulls first", column="Id"),
                         [3, 4, 1, 2, 5])
        self.assertEqual(self.names("Deal", "--order", "amount desc nulls first", column="Id"),
                         [3, 5, 2, 1, 4])

    def test_order_of_text_is_without_case(self):
        self.assertEqual(self.names("Deal", "--order", "name"),
                         ["Alpha", "beta", "delta", "Gamma", "Épsilon"])

    def test_order_by_several_and_by_a_parent(self):
        self.assertEqual(self.names("Deal", "--order", "stage desc, name desc", column="Id"),
                         [5, 4, 3, 2, 1])
        self.assertEqual(self.names("Deal", "--order", "Account.Name, id desc", column="Id"),
                         [2, 1, 4, 3, 5])

    def test_flags_win_over_the_filter(self):
        self.assertEqual(self.names("Deal", "order by name limit 1", "--order", "name desc",
                                    "--limit", "2"), ["Épsilon", "Gamma"])

    def test_columns(self):
        self.assertEqual(self.query("Deal", "id = 1", "--columns", "name, Account.Name,ACCOUNTID"),
                         "Name,Account.Name,AccountId\nAlpha,Acme Ltd,1\n")

    def test_every_field_without_columns(self):
        header = self.query("Deal", "limit 0").splitlines()[0]
        self.assertEqual(header, "Id,Name,AccountId,Stage,Amount,CloseDate,Active,Code,Note,Tags,"
                                 "Picture,Stamp,Starts,Number")

    def test_a_table_has_the_lists_own_columns(self):
        header = self.query("Deal", "--format", "table").splitlines()[0].split()
        self.assertEqual(header[:5], ["Name", "Account.Name", "Stage", "Amount", "CloseDate"])
        self.assertNotIn("Picture", header)

    def test_unknown_names(self):
        for arguments, says in (
                (("Deal", "--columns", "nmae"), "Name"),
                (("Deal", "--columns", "Account.Nam"), "Name"),
                (("Deal", "--order", "amuont"), "Amount"),
                (("Deal", "--columns", "a,,b"), "--columns"),
                (("Deal", "--order", "name up"), "--order"),
                (("Deal", "--limit", "-1"), "--limit"),
                (("Deal", "--limit", "many"), "--limit"),
                (("Deal", "--format", "jsn"), "json")):
            with self.subTest(arguments=arguments):
                self.run_bad(2, "query", "-p", "small.db", *arguments, says=says)
        self.run_bad(4, "query", "-p", "small.db", "Deals", says="Deal")

    def test_count(self):
        self.assertEqual(self.query("Deal", "--count"), "5\n")
        self.assertEqual(self.query("Deal", "stage = 'Won'", "--count"), "2\n")
        self.assertEqual(self.query("Deal", "--count", "--limit", "3"), "3\n")

    def test_of_a_parent(self):
        self.assertEqual(self.names("Deal", "--of", "Account", "1"), ["Alpha", "beta"])
        self.assertEqual(self.names("Deal", "amount > 1000", "--of", "account", "1"), ["beta"])
        self.assertEqual(self.query("Deal", "--of", "Account", "1", "--count"), "2\n")
        self.run_bad(4, "query", "-p", "small.db", "Deal", "--of", "Account", "99", says="99")
        self.run_bad(4, "query", "-p", "small.db", "Deal", "--of", "Acount", "1", says="Account")
        self.run_bad(2, "query", "-p", "small.db", "Account", "--of", "Deal", "1")

    def relation(self, parent, child):
        """The name of the relation from parent to child, as the refusal of a wrong one lists it."""
        answer = self.run_bad(2, "query", "-p", "small.db", parent, "--with", "no such relation",
                              "--format", "json")
        names = answer.err.split("it has ", 1)[1].strip().rstrip(".").split(", ")
        return next(name for name in names if child.lower() in name.lower())

    def test_with_nests_records(self):
        relation = self.relation("Account", "Deal")
        rows = self.json("query", "-p", "small.db", "Account", "--columns", "Name", "--with",
                         relation)
        self.assertEqual([row["Name"] for row in rows], ["Acme Ltd", "ÅNGSTRÖM", "Zebra"])
        self.assertEqual([[deal["Name"] for deal in row[relation]] for row in rows],
                         [["Alpha", "beta"], ["Gamma"], ["delta"]])
        self.assertEqual(list(rows[0]), ["Name", relation])
        lines = self.query("Account", "--format", "ndjson", "--with", relation).splitlines()
        self.assertEqual(json.loads(lines[1])[relation][0]["Amount"], None)

    def test_with_needs_a_nesting_format(self):
        self.run_bad(2, "query", "-p", "small.db", "Account", "--with", "x", "--format", "csv",
                     says="--format json")
        self.run_bad(2, "query", "-p", "small.db", "Account", "--with", "x", says="--format json")

    def test_many_pages(self):
        self.make("many.db", "create table T (k integer primary key, v text)",
                  """insert into T with recursive
                       n(i) as (select 1 union all select i + 1 from n where i < 5000)
                     select i, 'v' || (i % 7) from n""")
        lines = self.run_ok("query", "-p", "many.db", "T", "--columns", "k").splitlines()
        self.assertEqual(lines, ["k", *map(str, range(1, 5001))])
        lines = self.run_ok("query", "-p", "many.db", "T", "--columns", "k,v", "--order", "v desc",
                            "--set", "profile.page_size=333").splitlines()[1:]
        expected = sorted(((k, f"v{k % 7}") for k in range(1, 5001)),
                          key=lambda row: (-int(row[1][1:]), row[0]))
        self.assertEqual(lines, [f"{k},{v}" for k, v in expected])
        lines = self.run_ok("query", "-p", "many.db", "T", "--limit", "2500", "--columns",
                            "k").splitlines()
        self.assertEqual(len(lines), 2501)


class Get(Headless):
    def setUp(self):
        super().setUp()
        self.small()

    def test_several_in_the_order_asked_for(self):
        self.assertEqual(self.run_ok("get", "-p", "small.db", "Deal", "3", "1", "2", "--columns",
                                     "Id,Name"), "Id,Name\n3,Gamma\n1,Alpha\n2,beta\n")

    def test_every_field(self):
        row, = self.json("get", "-p", "small.db", "deal", "1")
        self.assertEqual(row["Amount"], 100.5)
        self.assertEqual(row["Active"], True)
        self.assertEqual(row["Picture"], None)
        self.assertEqual(len(row), 14)

    def test_parents(self):
        self.assertEqual(self.run_ok("get", "-p", "small.db", "Deal", "3", "1", "--columns",
                                     "Name,Account.Name"),
                         "Name,Account.Name\nGamma,ÅNGSTRÖM\nAlpha,Acme Ltd\n")

    def test_missing(self):
        answer = self.run_it("get", "-p", "small.db", "Deal", "98", "1", "99", "--columns", "Id")
        self.assertEqual((answer.status, answer.out), (1, "Id\n1\n"))
        self.assertIn("98", answer.err)
        self.assertIn("99", answer.err)
        answer = self.run_bad(4, "get", "-p", "small.db", "Deal", "98", "99", says=("98", "99"))
        self.run_bad(4, "get", "-p", "small.db", "Deal", "not a number")
        self.run_bad(2, "get", "-p", "small.db", "Deal", says="get OBJECT ID")

    def test_parents_of_records_whose_keys_are_text(self):
        path = self.make("keys.db", "create table P (Id integer primary key, Name text)",
                         "create table T (k text primary key, PId integer references P (Id))",
                         "insert into P values (1, 'one'), (2, 'two')",
                         "insert into T values ('a,b', 1), ('A,b', 2), ('50%25', 1)")
        self.assertEqual(self.run_ok("get", "-p", path, "T", "A,b", "50%25", "--columns",
                                     "k,P.Name", "--format", "csv"),
                         'k,P.Name\n"A,b",two\n50%25,one\n')

    def test_missing_by_key_with_parents(self):
        answer = self.run_it("get", "-p", "small.db", "Deal", "98", "1", "--columns",
                             "Account.Name")
        self.assertEqual((answer.status, answer.out), (1, "Account.Name\nAcme Ltd\n"))


class OnTheDemonstration(Demo):
    def test_open_opportunities_of_some_size(self):
        rows = self.json("query", "-p", "demo", "Opportunity",
                         "stage not in ('Closed Won', 'Closed Lost') and amount > 50000 "
                         "and closedate = this quarter order by amount desc",
                         "--columns", "Name,Stage,Amount,CloseDate,Account.Name")
        self.assertTrue(rows)
        amounts = [row["Amount"] for row in rows]
        self.assertEqual(amounts, sorted(amounts, reverse=True))
        for row in rows:
            self.assertGreater(row["Amount"], 50000)
            self.assertTrue("2026-10-01" <= row["CloseDate"] <= "2026-12-31", row)
            self.assertNotIn("Closed", row["Stage"])

    def test_the_filter_counts_what_it_lists(self):
        for filter_text in ("amount is null", "account.industry is not null",
                            "competitors is not null", "isclosed = true", "name contains ' '",
                            "closedate < today and isclosed = false"):
            with self.subTest(filter=filter_text):
                listed = self.run_ok("query", "-p", "demo", "Opportunity", filter_text,
                                     "--columns", "Id").splitlines()[1:]
                count = int(self.run_ok("query", "-p", "demo", "Opportunity", filter_text,
                                        "--count"))
                rest = int(self.run_ok("query", "-p", "demo", "Opportunity",
                                       f"not ({filter_text})", "--count"))
                self.assertEqual(len(listed), count)
                self.assertEqual(count + rest, self.ROWS)

    def test_related_records_both_ways(self):
        contact = self.json("query", "-p", "demo", "Contact", "accountid is not null limit 1",
                            "--columns", "Id,AccountId")[0]
        related = self.json("query", "-p", "demo", "Contact", "--of", "Account",
                            contact["AccountId"], "--columns", "Id,AccountId")
        self.assertIn(contact, related)
        self.assertEqual({row["AccountId"] for row in related}, {contact["AccountId"]})

    def test_a_composite_key(self):
        rows = self.json("query", "-p", "demo", "CampaignMember", "limit 2")
        ids = [f"{row['CampaignId']},{row['ContactId']}" for row in rows]
        self.assertEqual(self.json("get", "-p", "demo", "CampaignMember", *reversed(ids)),
                         rows[::-1])
