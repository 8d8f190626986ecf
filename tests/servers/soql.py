"""SOQL, evaluated over a salesforce_store.Store, with Salesforce's own errors.

    rows, total = run(store, "SELECT Id, Account.Name FROM Contact WHERE Name LIKE 'A%'")

Strict as Salesforce is: AND and OR are not mixed without parentheses, texts stand in single quotes
and only its escapes are known, a field that cannot be filtered, ordered or grouped by is refused,
and every mistake has its row and column.
"""

import datetime
import re

from salesforce_store import SalesforceError, VERSION, widen

TOKEN = re.compile(r"""
    (?P<space>\s+)
  | (?P<datetime>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3})?(?:Z|[+-]\d\d:?\d\d))
  | (?P<date>\d{4}-\d\d-\d\d)
  | (?P<time>\d\d:\d\d:\d\d(?:\.\d{1,3})?Z)
  | (?P<number>[+-]?\d+(?:\.\d+)?)
  | (?P<string>'(?:[^'\\]|\\.)*')
  | (?P<word>[A-Za-z][A-Za-z0-9_]*(?:\.[A-Za-z][A-Za-z0-9_]*)*(?::\d+)?)
  | (?P<symbol><=|>=|!=|<>|[=<>(),])
""", re.VERBOSE | re.DOTALL)
ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f", '"': '"', "'": "'", "\\": "\\"}
FUNCTIONS = ("COUNT", "COUNT_DISTINCT", "SUM", "AVG", "MIN", "MAX")
KEYWORDS = ("FROM", "WHERE", "GROUP", "ORDER", "LIMIT", "OFFSET", "HAVING", "AND", "OR", "NOT",
            "BY", "ASC", "DESC", "NULLS")
TEXT_TYPES = ("string", "textarea", "email", "phone", "url", "picklist", "combobox",
              "encryptedstring", "multipicklist")
NUMBER_TYPES = ("int", "double", "currency", "percent", "long")
MOST_OFFSET, MOST_BYTES = 2000, 100000
# What a reference that may lead to several objects gives of the record.
FIELDS_OF_NAME = ("id", "name", "alias", "email", "firstname", "isactive", "lastname", "phone",
                  "profileid", "recordtypeid", "title", "username", "userroleid")
TYPE_OF_NAME = {"name": "Type", "type": "picklist", "filterable": True, "sortable": True,
                "groupable": True, "aggregatable": True}


class Token:
    def __init__(self, kind, text, at):
        self.kind, self.text, self.at = kind, text, at

    def is_word(self, *words):
        return self.kind == "word" and self.text.upper() in words


def fail(query, at, message, code="MALFORMED_QUERY"):
    """An error with the piece of the query, its row and its column."""
    before = query[:at]
    row, column = before.count("\n") + 1, at - (before.rfind("\n") + 1) + 1
    start = max(0, at - 20)
    piece = query[start:at + 20].replace("\n", " ")
    error = SalesforceError(code, f"\n{piece}\n{' ' * (at - start)}^\n"
                            f"ERROR at Row:{row}:Column:{column}\n{message}")
    error.row, error.column = row, column
    raise error


def tokens(query):
    found, at = [], 0
    while at < len(query):
        match = TOKEN.match(query, at)
        if not match:
            fail(query, at, f"unexpected char: '{query[at]}'")
        if match.lastgroup != "space":
            found.append(Token(match.lastgroup, match[0], at))
        at = match.end()
    found.append(Token("end", "<EOF>", len(query)))
    return found


class Condition:
    def __init__(self, path, operator, value, at):
        self.path, self.operator, self.value, self.at = path, operator, value, at


class Parser:
    def __init__(self, query):
        self.query, self.tokens, self.at = query, tokens(query), 0

    @property
    def token(self):
        return self.tokens[self.at]

    def next(self):
        self.at += 1
        return self.tokens[self.at - 1]

    def unexpected(self):
        fail(self.query, self.token.at, f"unexpected token: '{self.token.text}'"
             if self.token.kind != "end" else "unexpected token: <EOF>")

    def word(self, *words):
        if not self.token.is_word(*words):
            self.unexpected()
        return self.next()

    def takes(self, *words):
        if self.token.is_word(*words):
            return self.next()
        return None

    def symbol(self, text):
        if self.token.kind != "symbol" or self.token.text != text:
            self.unexpected()
        return self.next()

    def has_symbol(self, text):
        return self.token.kind == "symbol" and self.token.text == text

    def name(self):
        if self.token.kind != "word" or self.token.is_word(*KEYWORDS):
            self.unexpected()
        return self.next()

    # --- select ---

    def item(self):
        """(function or None, path or None, alias or None, at)."""
        if self.has_symbol("("):
            return ("SUBQUERY", self.subquery(), None, self.tokens[self.at - 1].at)
        name = self.name()
        if not self.has_symbol("("):
            alias = self.name().text if self.token.kind == "word" and \
                not self.token.is_word(*KEYWORDS) else None
            return (None, name.text, alias, name.at)
        if name.text.upper() not in FUNCTIONS:
            fail(self.query, name.at, f"Unknown function: {name.text}")
        self.next()
        path = None if self.has_symbol(")") else self.name().text
        self.symbol(")")
        alias = self.name().text if self.token.kind == "word" and \
            not self.token.is_word(*KEYWORDS) else None
        return (name.text.upper(), path, alias, name.at)

    def subquery(self):
        self.symbol("(")
        parsed = self.select(inner=True)
        self.symbol(")")
        return parsed

    def select(self, inner=False):
        parsed = {"where": None, "group": [], "order": [], "limit": None, "offset": 0}
        self.word("SELECT")
        parsed["items"] = [self.item()]
        while self.has_symbol(","):
            self.next()
            parsed["items"].append(self.item())
        self.word("FROM")
        if self.token.kind != "word":  # an object may be called Group
            self.unexpected()
        parsed["from"] = self.next()
        if self.takes("WHERE"):
            parsed["where"] = self.condition()
        if self.takes("GROUP"):
            self.word("BY")
            parsed["group"] = self.names()
        if self.takes("ORDER"):
            self.word("BY")
            parsed["order"] = self.orders()
        for clause in ("LIMIT", "OFFSET"):
            if self.takes(clause):
                parsed[clause.lower()] = self.count()
        if not inner and self.token.kind != "end":
            self.unexpected()
        return parsed

    def names(self):
        found = [self.name()]
        while self.has_symbol(","):
            self.next()
            found.append(self.name())
        return found

    def count(self):
        if self.token.kind != "number" or not self.token.text.isdigit():
            self.unexpected()
        return int(self.next().text)

    def orders(self):
        found = []
        while True:
            _, path, _, at = self.item_of_order()
            descending = self.token.is_word("DESC")
            self.takes("ASC", "DESC")
            last = False
            if self.takes("NULLS"):
                last = self.word("FIRST", "LAST").text.upper() == "LAST"
            found.append((path, descending, last, at))
            if not self.has_symbol(","):
                return found
            self.next()

    def item_of_order(self):
        name = self.name()
        if self.has_symbol("("):
            self.next()
            inner = "" if self.has_symbol(")") else self.name().text
            self.symbol(")")
            return (None, f"{name.text.upper()}({inner})", None, name.at)
        return (None, name.text, None, name.at)

    # --- where ---

    def condition(self):
        """e AND e AND … or e OR e OR …, never both."""
        parts, joint = [self.term()], None
        while self.token.is_word("AND", "OR"):
            found = self.token.text.upper()
            if joint not in (None, found):
                self.unexpected()
            joint = found
            self.next()
            parts.append(self.term())
        return parts[0] if joint is None else (joint, parts)

    def term(self):
        if self.takes("NOT"):
            return ("NOT", [self.term()])
        if self.has_symbol("("):
            self.next()
            inner = self.condition()
            self.symbol(")")
            return inner
        name = self.name()
        return self.comparison(name)

    def comparison(self, name):
        if self.token.kind == "symbol" and self.token.text in ("=", "!=", "<>", "<", "<=", ">",
                                                               ">="):
            operator = self.next().text.replace("<>", "!=")
            return Condition(name.text, operator, self.literal(), name.at)
        if self.takes("LIKE"):
            return Condition(name.text, "LIKE", self.literal(), name.at)
        if self.takes("NOT"):
            self.word("IN")
            return Condition(name.text, "NOT IN", self.literals(), name.at)
        found = self.word("IN", "INCLUDES", "EXCLUDES").text.upper()
        return Condition(name.text, found, self.literals(), name.at)

    def literals(self):
        self.symbol("(")
        found = [self.literal()]
        while self.has_symbol(","):
            self.next()
            found.append(self.literal())
        self.symbol(")")
        return found

    def literal(self):
        token = self.next()
        if token.kind == "string":
            return ("string", token.text[1:-1], token.at)
        if token.kind in ("number", "date", "datetime", "time"):
            return (token.kind, token.text, token.at)
        if token.is_word("NULL", "TRUE", "FALSE"):
            return (token.text.lower(), token.text, token.at)
        if token.kind == "word" and DATE_LITERAL.fullmatch(token.text):
            return ("dateliteral", token.text.upper(), token.at)
        self.at -= 1
        return self.unexpected()


DATE_LITERAL = re.compile(r"(TODAY|YESTERDAY|TOMORROW|(LAST|NEXT)_N_DAYS:\d+)", re.IGNORECASE)


def unescape(query, text, at, like=False):
    """A string's characters; for LIKE a list in which % and _ that match are None and 1."""
    found, i = [], 0
    while i < len(text):
        if text[i] == "\\":
            following = text[i + 1]
            if like and following in "%_":
                found.append(following)
            elif following.lower() in ESCAPES:
                found.append(ESCAPES[following.lower()])
            else:
                fail(query, at + i, f"Invalid string literal '{text}'. Illegal character sequence "
                     f"'\\{following}' in string literal")
            i += 2
            continue
        found.append({"%": None, "_": 1}.get(text[i], text[i]) if like else text[i])
        i += 1
    return found if like else "".join(found)


def like_pattern(parts):
    pieces = {None: ".*", 1: "."}
    return re.compile("".join(pieces.get(part) or re.escape(part) for part in parts),
                      re.IGNORECASE | re.DOTALL)


def moment(text):
    text = re.sub(r"([+-]\d\d)(\d\d)$", r"\1:\2", text.replace("Z", "+00:00"))
    return datetime.datetime.fromisoformat(text)


class Query:
    """One query being run; a subquery is one of its own, whose object is given."""

    def __init__(self, store, query, deleted=False, parsed=None, name=None):
        self.store, self.query, self.deleted = store, query, deleted
        self.parsed = parsed or Parser(query).select()
        self.object = name or self.find_object(self.parsed["from"])

    def find_object(self, token):
        try:
            return self.store.find(token.text)
        except SalesforceError as error:
            fail(self.query, token.at, error.message, "INVALID_TYPE")

    # --- paths ---

    def resolve(self, path, at, start=None):
        """(list of (reference field, target objects), the last field's describe, names)."""
        name, hops, spelt, entity = start or self.object, [], [], None
        *relations, last = path.split(".")
        if relations and relations[0].lower() == self.object.lower() and \
                not self.relation(name, relations[0]):
            relations = relations[1:]
        for relation in relations:
            described = self.relation(name, relation)
            if described is None:
                fail(self.query, at, f"Didn't understand relationship '{relation}' in field path. "
                     "If you are attempting to use a custom relationship, be sure to append the "
                     "'__r' after the custom relationship name. Please reference your WSDL or the "
                     "describe call for the appropriate names.", "INVALID_FIELD")
            hops.append(described)
            spelt.append(described["relationshipName"])
            targets = described["referenceTo"]
            name = "User" if "User" in targets else targets[0]
            entity = "Name" if len(targets) > 1 else name
        described = self.find_field(name, last, entity)
        if described is None:
            fail(self.query, at, f"No such column '{last}' on entity '{entity or name}'. If you are "
                 "attempting to use a custom field, be sure to append the '__c' after the custom "
                 "field name. Please reference your WSDL or the describe call for the appropriate "
                 "names.", "INVALID_FIELD")
        return hops, described, spelt

    def find_field(self, name, last, entity):
        """Of a reference to several objects only the fields of Name are there, and Type among
        them is the name of the record's object."""
        if entity != "Name":
            return self.store.find_field(name, last)
        if last.lower() == "type":
            return TYPE_OF_NAME
        return self.store.find_field(name, last) if last.lower() in FIELDS_OF_NAME else None

    def cell(self, record, described):
        if described is TYPE_OF_NAME:
            return self.store.object_of_id(record["Id"])
        return record.get(described["name"])

    def relation(self, name, relation):
        for described in self.store.objects[name]["fields"]:
            if (described["relationshipName"] or "").lower() == relation.lower():
                return described
        return None

    def follow(self, record, hops):
        for described in hops:
            if record is None:
                return None
            target = record.get(described["name"])
            record = next((self.store.records[name][target] for name in described["referenceTo"]
                           if target in self.store.records[name]), None)
        return record

    def value(self, record, resolved):
        hops, described, _ = resolved
        record = self.follow(record, hops)
        return None if record is None else self.cell(record, described)

    def refuse(self, described, at, flag, words):
        if not described[flag]:
            fail(self.query, at, f"field '{described['name']}' can not be {words} in a query call",
                 "INVALID_FIELD")

    # --- conditions ---

    def compile(self, node):
        """A function of a record."""
        if isinstance(node, Condition):
            return self.compile_condition(node)
        joint, parts = node
        tests = [self.compile(part) for part in parts]
        if joint == "NOT":
            return lambda record: not tests[0](record)
        if joint == "AND":
            return lambda record: all(test(record) for test in tests)
        return lambda record: any(test(record) for test in tests)

    def compile_condition(self, node):
        resolved = self.resolve(node.path, node.at)
        described = resolved[1]
        self.refuse(described, node.at, "filterable", "filtered")
        if described["type"] in ("address", "location"):
            self.refuse({**described, "filterable": False}, node.at, "filterable", "filtered")
        test = self.test_for(node, described)
        return lambda record: test(self.value(record, resolved))

    def test_for(self, node, described):
        if node.operator == "LIKE":
            return self.like_test(node, described)
        if node.operator in ("INCLUDES", "EXCLUDES"):
            return self.set_test(node, described)
        if node.operator in ("IN", "NOT IN"):
            wanted = [self.literal(literal, described) for literal in node.value]
            found = lambda value: any(self.equal(value, each) for each in wanted)
            return found if node.operator == "IN" else lambda value: not found(value)
        wanted = self.literal(node.value, described)
        if described["type"] == "boolean" and wanted is None:
            wanted = False
        if node.operator in ("=", "!="):
            return (lambda value: self.equal(value, wanted)) if node.operator == "=" else \
                (lambda value: not self.equal(value, wanted))
        return self.order_test(node, described, wanted)

    def order_test(self, node, described, wanted):
        if wanted is None or described["type"] in ("boolean", "multipicklist"):
            fail(self.query, node.at, f"invalid operator on {described['type']} field",
                 "INVALID_QUERY_FILTER_OPERATOR")
        compare = {"<": lambda a, b: a < b, "<=": lambda a, b: a <= b, ">": lambda a, b: a > b,
                   ">=": lambda a, b: a >= b}[node.operator]
        exact = described["type"] in ("id", "reference")
        return lambda value: value is not None and compare(
            value if exact else comparable(value), wanted if exact else comparable(wanted))

    def like_test(self, node, described):
        if described["type"] not in TEXT_TYPES or described["type"] == "multipicklist" or \
                node.value[0] != "string":
            fail(self.query, node.at, "invalid operator on "
                 f"{described['type']} field", "INVALID_QUERY_FILTER_OPERATOR")
        pattern = like_pattern(unescape(self.query, node.value[1], node.value[2], like=True))
        return lambda value: value is not None and bool(pattern.fullmatch(value))

    def set_test(self, node, described):
        if described["type"] != "multipicklist":
            fail(self.query, node.at, "includes/excludes operators only valid on multipicklist "
                 "field", "INVALID_QUERY_FILTER_OPERATOR")
        wanted = [set(self.literal(literal, described).lower().split(";"))
                  for literal in node.value]
        found = lambda value: value is not None and any(
            each <= set(value.lower().split(";")) for each in wanted)
        return found if node.operator == "INCLUDES" else lambda value: not found(value)

    def literal(self, literal, described):
        """The value of a literal, which must suit the field."""
        kind, text, at = literal
        type_ = described["type"]
        if kind == "null":
            return None
        if len(text) > 4000:
            fail(self.query, at, "the string is too long")
        if kind in ("true", "false"):
            return self.suits(type_ == "boolean", kind == "true", literal, described)
        if kind == "number":
            return self.suits(type_ in NUMBER_TYPES and not (type_ == "int" and "." in text),
                              float(text), literal, described)
        if kind in ("date", "datetime", "time"):
            return self.suits(type_ == kind, self.moment(text, at) if kind == "datetime" else text,
                              literal, described)
        if kind == "dateliteral":
            fail(self.query, at, "date literals are not for this server")
        value = unescape(self.query, text, at)
        if type_ in ("id", "reference"):
            if value and widen(value) is None:
                fail(self.query, at, f"invalid ID field: {value}", "INVALID_QUERY_FILTER_OPERATOR")
            return widen(value)
        return self.suits(type_ in TEXT_TYPES, value or None, literal, described)

    def moment(self, text, at):
        try:
            return moment(text)
        except ValueError:
            return fail(self.query, at, f"invalid datetime: {text}")

    def suits(self, suits, value, literal, described):
        if not suits:
            quoted = " and should not be enclosed in quotes" if literal[0] == "string" else \
                " and should be enclosed in quotes" if described["type"] in TEXT_TYPES else ""
            fail(self.query, literal[2], "value of filter criterion for field "
                 f"'{described['name']}' must be of type {described['type']}{quoted}",
                 "INVALID_FIELD")
        return value

    def equal(self, value, wanted):
        if value is None or wanted is None:
            return value is None and wanted is None
        return comparable(value) == comparable(wanted)

    # --- order ---

    def sort(self, rows, key_of):
        """Nulls first unless told otherwise; stable, from the last term to the first."""
        for path, descending, last, at in reversed(self.parsed["order"]):
            key = key_of(path, at)
            filled = [row for row in rows if key(row) is not None]
            empty = [row for row in rows if key(row) is None]
            filled.sort(key=lambda row: comparable(key(row)) if not is_id(key(row)) else key(row),
                        reverse=descending)
            rows = filled + empty if last else empty + filled
        return rows

    def key_of_record(self, path, at):
        resolved = self.resolve(path, at)
        self.refuse(resolved[1], at, "sortable", "sorted")
        return lambda record: self.value(record, resolved)

    def window(self, rows):
        if self.parsed["offset"] > MOST_OFFSET:
            raise SalesforceError("NUMBER_OUTSIDE_VALID_RANGE",
                                  "Maximum SOQL offset allowed is 2000")
        rows = rows[self.parsed["offset"]:]
        return rows if self.parsed["limit"] is None else rows[:self.parsed["limit"]]

    # --- rows ---

    def matching(self):
        rows = self.store.rows(self.object, self.deleted)
        if self.parsed["where"] is None:
            return rows
        test = self.compile(self.parsed["where"])
        return [row for row in rows if test(row)]

    def select_plain(self):
        columns, inner, seen = [], [], set()
        for function, path, _, at in self.parsed["items"]:
            if function == "SUBQUERY":
                inner.append(self.children(path))
                continue
            resolved = self.resolve(path, at)
            name = ".".join(resolved[2] + [resolved[1]["name"]])
            if name in seen:
                fail(self.query, at, f"duplicate field selected: {name}", "INVALID_FIELD")
            seen.add(name)
            columns.append((name, resolved))
        rows = self.window(self.sort(self.matching(), self.key_of_record))
        return [{**self.plain_row(row, columns), **{name: found(row) for name, found in inner}}
                for row in rows]

    def children(self, parsed):
        """A subquery: the relation's name, and a function of the parent's record."""
        asked = parsed["from"]
        for child, key, relation in self.store.children(self.object):
            if relation and relation.lower() == asked.text.lower():
                break
        else:
            fail(self.query, asked.at, f"Didn't understand relationship '{asked.text}' in FROM "
                 "part of query call. If you are attempting to use a custom relationship, be sure "
                 "to append the '__r' after the custom relationship name. Please reference your "
                 "WSDL or the describe call for the appropriate names.", "INVALID_TYPE")
        if any(item[0] is not None for item in parsed["items"]) or parsed["group"]:
            fail(self.query, asked.at, "a subquery selects fields alone")
        query = Query(self.store, self.query, self.deleted, parsed, child)
        query.select_plain()  # its mistakes show even where no row has children
        columns = [(".".join(resolved[2] + [resolved[1]["name"]]), resolved) for resolved in
                   (query.resolve(path, at) for _, path, _, at in parsed["items"])]
        groups = {}
        for record in query.sort(query.matching(), query.key_of_record):
            groups.setdefault(record[key], []).append(record)

        def found(record):
            rows = [query.plain_row(row, columns)
                    for row in query.window(groups.get(record["Id"], []))]
            return {"totalSize": len(rows), "done": True, "records": rows} if rows else None
        return relation, found

    def plain_row(self, record, columns):
        row = {"attributes": {"type": self.object,
                              "url": self.store.url(self.object, record["Id"])}}
        for name, (hops, described, spelt) in columns:
            place, parent = row, record
            for depth, step in enumerate(spelt):
                parent = self.follow(parent, hops[depth:depth + 1])
                if parent is None:
                    place.setdefault(step, None)
                    place = None
                    break
                target = "Name" if len(hops[depth]["referenceTo"]) > 1 else \
                    self.store.object_of_id(parent["Id"])
                place = place.setdefault(step, {"attributes": {
                    "type": target, "url": self.store.url(target, parent["Id"])}})
            if place is not None:
                place[described["name"]] = self.cell(parent, described)
        return row

    # --- aggregates ---

    def select_groups(self):
        by = [(token.text, self.resolve(token.text, token.at)) for token in self.parsed["group"]]
        for token, (_, resolved) in zip(self.parsed["group"], by):
            self.refuse(resolved[1], token.at, "groupable", "grouped")
        groups = {}
        for record in self.matching():
            key = tuple(self.value(record, resolved) for _, resolved in by)
            folded = tuple(comparable(value) for value in key)
            groups.setdefault(folded, (key, []))[1].append(record)
        if not by and not groups:
            groups[()] = ((), [])
        rows = [self.group_row(key, records, by) for key, records in groups.values()]
        rows = self.sort(rows, lambda path, at: lambda row: row[1].get(path.lower()))
        return [row for row, _ in self.window(rows)]

    def group_row(self, key, records, by):
        row, keys, unnamed = {"attributes": {"type": "AggregateResult"}}, {}, 0
        for (path, _), value in zip(by, key):
            keys[path.lower()] = value
        for function, path, alias, at in self.parsed["items"]:
            if function is None:
                if path.lower() not in keys:
                    fail(self.query, at, f"Field must be grouped or aggregated: {path}")
                row[alias or path.rsplit(".", 1)[-1]] = keys[path.lower()]
                continue
            if alias is None:
                alias, unnamed = f"expr{unnamed}", unnamed + 1
            row[alias] = self.aggregate(function, path, records, at)
            keys[f"{function}({path or ''})".lower()] = row[alias]
        return row, keys

    def aggregate(self, function, path, records, at):
        resolved = self.resolve(path, at)
        if not resolved[1]["aggregatable"] or \
                function in ("SUM", "AVG") and resolved[1]["type"] not in NUMBER_TYPES:
            fail(self.query, at, f"field {path} does not support aggregate operator {function}")
        values = [value for value in (self.value(record, resolved) for record in records)
                  if value is not None]
        if function == "COUNT":
            return len(values)
        if function == "COUNT_DISTINCT":
            return len({comparable(value) for value in values})
        if not values:
            return None
        if function in ("SUM", "AVG"):
            return sum(values) / (len(values) if function == "AVG" else 1)
        return (min if function == "MIN" else max)(values, key=comparable)

    def run(self):
        functions = [item[0] for item in self.parsed["items"] if item[0] not in (None, "SUBQUERY")]
        if functions == ["COUNT"] and self.parsed["items"][0][1] is None and \
                len(self.parsed["items"]) == 1:
            return [], len(self.window(self.matching()))
        rows = self.select_groups() if functions or self.parsed["group"] else self.select_plain()
        return rows, len(rows)


def is_id(value):
    return isinstance(value, str) and len(value) == 18 and widen(value) == value


def comparable(value):
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\dT.*", value):
        return moment(value)
    if isinstance(value, str):
        return value.casefold()
    return value


def run(store, query, deleted=False):
    """(rows, how many there are), deleted ones among them where asked. Raises SalesforceError."""
    if len(query) > MOST_BYTES:
        raise SalesforceError("MALFORMED_QUERY", "SOQL statements cannot be longer than 100000 "
                              "characters.")
    with store.lock:
        return Query(store, query, deleted).run()


__all__ = ["run", "VERSION"]
