"""SOSL, evaluated over a salesforce_store.Store.

    rows = run(store, "FIND {acme*} IN NAME FIELDS RETURNING Account(Id, Name LIMIT 5)")

Rows are as soql gives them. What is wrong has its row and column: MALFORMED_SEARCH for the search
itself, the errors of SOQL for objects and fields.
"""

import re

import soql
from salesforce_store import SalesforceError

RESERVED = "&|!(){}[]^\"~*?:\\'+-"
MOST_CHARACTERS, MOST_ROWS = 10000, 2000
# Scope → the types of field that are looked at; None for the name field.
SCOPES = {"ALL": soql.TEXT_TYPES, "NAME": (), "EMAIL": ("email",), "PHONE": ("phone",),
          "SIDEBAR": ("phone",)}


def malformed(query, at, message):
    soql.fail(query, at, message, "MALFORMED_SEARCH")


class Words:
    """The search expression: terms with AND, OR, AND NOT, parentheses, phrases, wildcards."""

    def __init__(self, query, start, text):
        self.query, self.start, self.text, self.at = query, start, text, 0

    def fail(self, message):
        malformed(self.query, self.start + min(self.at, len(self.text)), message)

    def space(self):
        while self.at < len(self.text) and self.text[self.at].isspace():
            self.at += 1

    def keyword(self, word):
        self.space()
        found = re.compile(rf"{word}(?![^\s(\"])").match(self.text, self.at)
        if found:
            self.at = found.end()
        return bool(found)

    def parse(self):
        test = self.either()
        self.space()
        if self.at < len(self.text):
            self.fail(f"unexpected char: '{self.text[self.at]}'")
        return test

    def either(self):
        tests = [self.both()]
        while self.keyword("OR"):
            tests.append(self.both())
        return tests[0] if len(tests) == 1 else lambda texts: any(test(texts) for test in tests)

    def both(self):
        tests = [self.term()]
        while True:
            if self.keyword("AND"):
                if self.keyword("NOT"):
                    tests.append(self.without(self.term()))
                else:
                    tests.append(self.term())
                continue
            self.space()
            if self.at >= len(self.text) or self.text[self.at] == ")" or \
                    re.compile(r"OR(?![^\s(\"])").match(self.text, self.at):
                return lambda texts: all(test(texts) for test in tests)
            tests.append(self.term())

    def without(self, test):
        return lambda texts: not test(texts)

    def term(self):
        self.space()
        if self.at >= len(self.text):
            self.fail("search term is missing")
        if self.text[self.at] == "(":
            self.at += 1
            inner = self.either()
            self.space()
            if self.text[self.at:self.at + 1] != ")":
                self.fail("')' is missing")
            self.at += 1
            return inner
        return self.phrase() if self.text[self.at] == '"' else self.word()

    def character(self, stops):
        """One character and whether it was escaped, or None at one that stops."""
        char = self.text[self.at:self.at + 1]
        if not char or char in stops:
            return None
        if char == "\\":
            following = self.text[self.at + 1:self.at + 2]
            if not following or following not in RESERVED:
                self.fail(f"illegal escape '\\{following}'")
            self.at += 2
            return following, True
        self.at += 1
        return char, False

    def phrase(self):
        self.at += 1
        found = ""
        while (each := self.character('"')) is not None:
            found += each[0]
        if self.at >= len(self.text):
            self.fail("the quotation mark is not closed")
        self.at += 1
        pattern = re.compile(r"(?<!\w)" + re.escape(found) + r"(?!\w)", re.IGNORECASE)
        return lambda texts: any(pattern.search(text) for text in texts)

    def word(self):
        begin, pattern, letters = self.at, "", 0
        while (each := self.character(' \t\n\r()"')) is not None:
            char, escaped = each
            if not escaped and char in "*?":
                pattern += r"\S*" if char == "*" else r"\S"
                continue
            if not escaped and char in RESERVED:
                self.at -= 1
                self.fail(f"unexpected char: '{char}'")
            pattern += re.escape(char)
            letters += 1
        if letters < 2:
            self.at = begin
            self.fail("search term must be longer than one character: " +
                      self.text[begin:].split(" ")[0])
        compiled = re.compile(r"(?<!\w)" + pattern + r"(?!\w)", re.IGNORECASE)
        return lambda texts: any(compiled.search(text) for text in texts)


def split_find(query):
    """(the start and text of what stands in braces, the query with that part blank)."""
    opening = re.match(r"\s*FIND\s*\{", query, re.IGNORECASE)
    if not opening:
        malformed(query, len(query) - len(query.lstrip()), "FIND {…} is missing")
    at = opening.end()
    while at < len(query) and query[at] != "}":
        at += 2 if query[at] == "\\" else 1
    if at >= len(query):
        malformed(query, len(query), "the brace is not closed")
    text = query[opening.end():at]
    if len(text) > MOST_CHARACTERS:
        malformed(query, opening.end(), "search string exceeds 10,000 characters")
    return opening.end(), text, " " * (at + 1) + query[at + 1:]


class Parser(soql.Parser):
    """What follows the braces; the columns are those of the whole query."""

    def __init__(self, query, rest):
        super().__init__(rest)
        self.query = query

    def parse(self):
        scope, returning, limit = "ALL", [], MOST_ROWS
        if self.takes("IN"):
            scope = self.word(*SCOPES).text.upper()
            self.word("FIELDS")
        if self.takes("RETURNING"):
            returning.append(self.returned())
            while self.has_symbol(","):
                self.next()
                returning.append(self.returned())
        if self.takes("LIMIT"):
            limit = min(self.count(), MOST_ROWS)
        if self.takes("UPDATE"):
            self.word("TRACKING", "VIEWSTAT")
        if self.token.kind != "end":
            self.unexpected()
        return scope, returning, limit

    def returned(self):
        """An object as soql.Query takes a parsed query."""
        parsed = {"where": None, "group": [], "order": [], "limit": None, "offset": 0,
                  "from": self.name()}
        parsed["items"] = [(None, "Id", None, parsed["from"].at)]
        if not self.has_symbol("("):
            return parsed
        self.next()
        parsed["items"] = [self.selected()]
        while self.has_symbol(","):
            self.next()
            parsed["items"].append(self.selected())
        if self.takes("WHERE"):
            parsed["where"] = self.condition()
        if self.takes("ORDER"):
            self.word("BY")
            parsed["order"] = self.orders()
        for clause in ("LIMIT", "OFFSET"):
            if self.takes(clause):
                parsed[clause.lower()] = self.count()
        self.symbol(")")
        return parsed

    def selected(self):
        name = self.name()
        return (None, name.text, None, name.at)


class Search(soql.Query):
    """One object of a search."""

    def __init__(self, store, query, parsed, name, test, scope):
        super().__init__(store, query, parsed=parsed, name=name)
        self.test, self.scope = test, scope

    def texts(self, record):
        for described in self.store.objects[self.object]["fields"]:
            looked_at = described["type"] in SCOPES[self.scope] and \
                described["type"] != "encryptedstring" or \
                described["nameField"] and self.scope not in ("EMAIL", "PHONE")
            if looked_at and record[described["name"]]:
                yield record[described["name"]]

    def matching(self):
        return [record for record in super().matching() if self.test(list(self.texts(record)))]


def evaluate(store, query):
    start, text, rest = split_find(query)
    test = Words(query, start, text).parse()
    scope, returning, limit = Parser(query, rest).parse()
    if not returning:
        returning = [{"where": None, "group": [], "order": [], "limit": None, "offset": 0,
                      "from": soql.Token("word", name, 0), "items": [(None, "Id", None, 0)]}
                     for name in store.objects if store.head(name)["searchable"]]
    rows = []
    for parsed in returning:
        name = store_object(store, query, parsed["from"])
        rows += Search(store, query, parsed, name, test, scope).run()[0]
    return rows[:limit]


def store_object(store, query, token):
    try:
        name = store.find(token.text)
    except SalesforceError as error:
        soql.fail(query, token.at, error.message, "INVALID_TYPE")
    if not store.head(name)["searchable"]:
        soql.fail(query, token.at, f"entity type {name} does not support search", "INVALID_TYPE")
    return name


def run(store, query):
    with store.lock:
        try:
            return evaluate(store, query)
        except SalesforceError as error:
            if error.code == "MALFORMED_QUERY":
                error.code = "MALFORMED_SEARCH"
            raise
