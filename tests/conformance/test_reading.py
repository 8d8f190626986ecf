"""Reading: objects, describe, pages, every operator of the filter language, order, get."""

import itertools

from evaluate import KINDS, filters, quoted_name
from scenario import Scenario, for_each_backend


class Reading(Scenario):
    def values(self, kind):
        """(object, field, [(id, value)]) of what stands for the kind."""
        if kind not in self.backend.kinds:
            self.skipTest(f"{self.backend.name} has no {kind}")
        name, field = self.backend.kinds[kind]
        key = self.key(name)
        return name, field, [(str(row[key]), row[field]) for row in self.everything(name)]

    def ids(self, name, *arguments):
        key = self.key(name)
        return [str(row[key]) for row in
                self.json("query", name, *arguments, "--columns", quoted_name(key))]

    def test_objects(self):
        rows = {row["name"]: row for row in self.json("objects")}
        for name, _ in self.backend.kinds.values():
            self.assertIn(name, rows)
            self.assertTrue(rows[name]["label"])

    def test_describe(self):
        types = {"text": {"string", "textarea"}, "date": {"date"}, "datetime": {"datetime"},
                 "number": {"int", "double", "currency", "percent"}, "boolean": {"boolean"},
                 "picklist": {"picklist", "combobox"}, "reference": {"reference"}}
        for kind, (name, field) in self.backend.kinds.items():
            described = self.json("describe", name)
            self.assertEqual(described["name"], name)
            row = next(row for row in described["fields"] if row["name"] == field)
            self.assertIn(row["type"], types[kind], f"{name}.{field}")
            if kind == "reference":
                self.assertTrue(row["references"])
        text = next(row for row in self.json("describe", self.backend.object)["fields"]
                    if row["name"] == self.backend.texts[0])
        self.assertTrue(text["required"])
        self.run_bad(4, "describe", "NoSuchObject", says="NoSuchObject")

    def test_values_of_a_list(self):
        self.need("lookup")
        name, field = self.backend.kinds["picklist"]
        there = {row["value"] for row in self.json("lookup", name, field)}
        used = {row[field] for row in self.everything(name)} - {None, ""}
        self.assertTrue(there)
        self.assertLessEqual(used, there)

    def test_pages_to_the_end_are_the_store(self):
        for name in {name for name, _ in self.backend.kinds.values()}:
            rows, stored = self.everything(name), self.backend.stored(name)
            ids = [str(row[self.key(name)]) for row in rows]
            self.assertGreater(len(ids), 14)
            self.assertEqual(len(set(ids)), len(ids))
            self.assertEqual(set(ids), set(stored))
            for kind in [kind for kind, (other, _) in self.backend.kinds.items()
                         if other == name and kind != "datetime"]:
                field = self.backend.kinds[kind][1]
                self.assertEqual(
                    {str(row[self.key(name)]): row[field] for row in rows},
                    {identity: self.backend.plain(row.get(field), kind)
                     for identity, row in stored.items()}, field)

    def test_count_and_limit(self):
        name, field, values = self.values("text")
        self.assertEqual(self.run_ok("query", name, "--count"), f"{len(values)}\n")
        wanted = f"{quoted_name(field)} contains 'a'"
        some = len(self.ids(name, wanted))
        self.assertEqual(self.run_ok("query", name, wanted, "--count"), f"{some}\n")
        for limit in (1, 10, len(values) + 5):
            self.assertEqual(len(self.ids(name, "--limit", limit)), min(limit, len(values)))

    def compare_filters(self, kind):
        name, field, values = self.values(kind)
        for text, test in self.share(filters(kind, field, [value for _, value in values])):
            wanted = {identity for identity, value in values if test(value)}
            found = self.ids(name, text)
            self.assertEqual(len(set(found)), len(found), text)
            self.assertEqual(set(found), wanted, text)

    def test_filters_on_text(self):
        self.compare_filters("text")

    def test_filters_on_numbers(self):
        self.compare_filters("number")

    def test_filters_on_dates(self):
        self.compare_filters("date")

    def test_filters_on_datetimes(self):
        self.compare_filters("datetime")

    def test_filters_on_booleans(self):
        self.compare_filters("boolean")

    def test_filters_on_picklists(self):
        self.compare_filters("picklist")

    def test_filters_on_references(self):
        self.compare_filters("reference")

    def test_filters_combined(self):
        """What can be sent beside what may have to be done here, in every combination."""
        by_object = {}
        for kind, (name, field) in self.backend.kinds.items():
            by_object.setdefault(name, []).append((kind, field))
        name, fields = max(by_object.items(), key=lambda item: len(item[1]))
        rows, key = self.everything(name), self.key(name)
        conditions = []
        for kind, field in fields:
            made = filters(kind, field, [row[field] for row in rows])
            conditions += [(text, field, test) for text, test in (made[0], made[2], made[-1])]
        for (a, f, p), (b, g, q) in self.share([*itertools.combinations(conditions[:8], 2)]):
            for text, test in ((f"{a} and {b}", lambda r: p(r[f]) and q(r[g])),
                               (f"not ({a} and not {b})", lambda r: not p(r[f]) or q(r[g]))):
                wanted = {str(row[key]) for row in rows if test(row)}
                self.assertEqual(set(self.ids(name, text)), wanted, text)
        (a, f, p), (b, g, q), (c, h, r) = conditions[0], conditions[4], conditions[-1]
        text = f"({a} or {b}) and not ({c} or {a})"
        wanted = {str(row[key]) for row in rows
                  if (p(row[f]) or q(row[g])) and not (r(row[h]) or p(row[f]))}
        self.assertEqual(set(self.ids(name, text)), wanted, text)

    def test_a_mistake_in_a_filter(self):
        name, field, _ = self.values("text")
        self.run_bad(2, "query", name, f"{quoted_name(field)} = ", says="column")
        self.run_bad(2, "query", name, "nosuchfield = 'x'", says="nosuchfield")
        self.run_bad(2, "query", name, f"{quoted_name(field)} = null", says="is null")
        self.run_bad(4, "query", "NoSuchObject", says="NoSuchObject")

    def test_order(self):
        for kind in ("text", "number", "date", "datetime"):
            if kind not in self.backend.kinds:
                continue
            name, field, values = self.values(kind)
            for direction, nulls in itertools.product(("asc", "desc"), ("", " nulls first")):
                order = f"{quoted_name(field)} {direction}{nulls}"
                rows = self.json("query", name, "--order", order)
                self.assertEqual({str(row[self.key(name)]) for row in rows},
                                 {identity for identity, _ in values})
                self.assert_ordered(KINDS[kind].key, [row[field] for row in rows], order)

    def assert_ordered(self, key, found, order):
        there = sorted((key(value) for value in found if value is not None),
                       reverse=" desc" in order)
        blank = [None] * (len(found) - len(there))
        wanted = [blank + there] if order.endswith("nulls first") else [there + blank]
        if not self.backend.orders_nulls:
            wanted = [blank + there, there + blank]
        self.assertIn([None if value is None else key(value) for value in found], wanted, order)

    def test_describe_says_where_nulls_stand(self):
        if self.backend.orders_nulls:
            self.skipTest("they stand where the order says")
        words = self.json("describe", self.backend.object)["note"]
        self.assertIn("without a value", words)
        self.assertIn(words, self.run_ok("describe", self.backend.object, "--format", "table"))

    def test_order_of_two_fields_with_a_filter(self):
        name, field, values = self.values("text")
        other = quoted_name(self.key(name))
        rows = self.json("query", name, f"{quoted_name(field)} >= 'b'", "--order",
                         f"{quoted_name(field)} desc, {other}")
        found = [str(row[field]).casefold() for row in rows]
        self.assertEqual(found, sorted((str(v).casefold() for _, v in values if v is not None and
                                        str(v).casefold() >= "b"), reverse=True))

    def parents(self):
        """(object, path, [(id, the path's value)]) of a field of what the reference points at."""
        name, field, values = self.values("reference")
        described = self.json("describe", name)["fields"]
        parent = next(row["references"] for row in described if row["name"] == field)
        text = next(row["name"] for row in self.json("describe", parent)["fields"]
                    if row["name"].lower() == self.backend.parent_name)
        names = {str(row[self.key(parent)]): row[text] for row in self.everything(parent)}
        self.assertGreater(len({value for _, value in values}), 2)
        return (name, f"{quoted_name(field)}.{quoted_name(text)}",
                [(identity, names.get(str(value))) for identity, value in values])

    def test_columns_of_parents(self):
        name, path, values = self.parents()
        key = self.key(name)
        rows = self.json("query", name, "--columns", f"{quoted_name(key)}, {path}")
        found = {str(row.pop(key)): next(iter(row.values())) for row in rows}
        self.assertEqual(found, dict(values))

    def test_filters_on_parents(self):
        name, path, values = self.parents()
        there = sorted({value for _, value in values if value is not None})
        some, part = there[len(there) // 2], there[0][:4]
        other, field, others = self.values("reference")
        reference = dict(others)
        one = next(value for value in reference.values() if value is not None)
        literal = KINDS["reference"].literal(one)
        tests = (
            (f"{path} = '{some}'", lambda i, v: v == some),
            (f"{path} != '{some}'", lambda i, v: v != some),
            (f"not {path} contains '{part}'",
             lambda i, v: v is None or part.casefold() not in v.casefold()),
            (f"{path} is null", lambda i, v: v is None),
            (f"{path} >= '{some}' and {quoted_name(field)} != {literal}",
             lambda i, v: v is not None and v.casefold() >= some.casefold() and
             reference[i] != one),
            (f"{path} = '{some}' or {quoted_name(field)} = {literal}",
             lambda i, v: v == some or reference[i] == one))
        for text, test in tests:
            wanted = {identity for identity, value in values if test(identity, value)}
            self.assertEqual(set(self.ids(name, text)), wanted, text)
            self.assertEqual(self.run_ok("query", name, text, "--count"), f"{len(wanted)}\n", text)
        self.assertEqual(len(self.ids(name, f"{path} is not null limit 3")), 3)

    def test_order_by_parents(self):
        name, path, values = self.parents()
        names = dict(values)
        for direction in ("asc", "desc"):
            found = self.ids(name, "--order", f"{path} {direction}")
            self.assertEqual(set(found), set(names))
            self.assert_ordered(KINDS["text"].key, [names[identity] for identity in found],
                                f"{path} {direction}")

    def test_get(self):
        name, field, values = self.values("text")
        (first, value), (second, _) = values[0], values[-1]
        rows = self.json("get", name, first, second)
        self.assertEqual([str(row[self.key(name)]) for row in rows], [first, second])
        self.assertEqual(rows[0][field], value)
        self.run_bad(4, "get", name, self.backend.unknown_id)
        answer = self.run_bad(1, "get", name, first, self.backend.unknown_id, "--format", "json")
        self.assertIn(first, answer.out)

    def test_hostile_text_on_a_terminal(self):
        name, field, _ = self.values("text")
        for form in ("table", "markdown"):
            self.assert_harmless(self.run_ok("query", name, "--columns", quoted_name(field),
                                             "--format", form))


for_each_backend(globals(), Reading)
