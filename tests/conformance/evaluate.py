"""Plain evaluation of filters in Python, to compare the program's answers with.

filters(kind, field, values) makes for a field of a kind all the operators that its type takes,
as pairs of the filter's text and a function from a record's value to true or false. Comparisons
with null are false; a negation is `not`.
"""

import datetime
import re

TODAY = datetime.date(2026, 11, 21)


def quoted_name(name):
    return name if re.fullmatch(r"[A-Za-z_]\w*", name) else f"`{name}`"


def quoted(text):
    return "'" + text.replace("'", "''") + "'"


def folded(text):
    return str(text).casefold()


def moment(text):
    """A datetime as the program prints it; the zone is UTC where none is given."""
    read = datetime.datetime.fromisoformat(str(text).replace(" ", "T").replace("Z", "+00:00"))
    return read if read.tzinfo else read.replace(tzinfo=datetime.timezone.utc)


class Kind:
    """How values of a kind are compared (key) and written (literal)."""

    def __init__(self, key, literal):
        self.key, self.literal = key, literal


KINDS = {
    "text": Kind(folded, quoted),
    "picklist": Kind(folded, quoted),
    "reference": Kind(str, lambda value: quoted(str(value))),
    "number": Kind(lambda value: value, lambda value: repr(value)),
    "date": Kind(lambda value: datetime.date.fromisoformat(str(value)[:10]),
                 lambda value: str(value)[:10]),
    "datetime": Kind(moment, lambda value: moment(value).strftime("%Y-%m-%dT%H:%M:%SZ")),
    "boolean": Kind(bool, lambda value: "true" if value else "false"),
}


def two_valued(test):
    """A comparison: false for null."""
    return lambda value: value is not None and bool(test(value))


def negated(test):
    return lambda value: not test(value)


def comparisons(kind, name, low, high):
    """=, !=, <, <=, >, >=, in, not in, between and their negations."""
    key, literal = KINDS[kind].key, KINDS[kind].literal
    a, b = literal(low), literal(high)

    def equal(value):
        return key(value) == key(low)

    def either(value):
        return key(value) in (key(low), key(high))

    yield f"{name} = {a}", two_valued(equal)
    yield f"{name} != {a}", negated(two_valued(equal))
    yield f"not {name} = {a}", negated(two_valued(equal))
    yield f"{name} in ({a}, {b})", two_valued(either)
    yield f"{name} not in ({a}, {b})", negated(two_valued(either))
    if kind in ("boolean", "reference"):
        return
    for operator, test in (("<", lambda value: key(value) < key(low)),
                           ("<=", lambda value: key(value) <= key(low)),
                           (">", lambda value: key(value) > key(low)),
                           (">=", lambda value: key(value) >= key(low))):
        yield f"{name} {operator} {a}", two_valued(test)
        yield f"not ({name} {operator} {a})", negated(two_valued(test))
    yield (f"{name} between {a} and {b}",
           two_valued(lambda value: key(low) <= key(value) <= key(high)))
    yield (f"not {name} between {a} and {b}",
           negated(two_valued(lambda value: key(low) <= key(value) <= key(high))))


def like_pattern(part):
    return re.sub(r"([\\%_])", r"\\\1", part)


def text_conditions(name, sample):
    """What only text takes; sample is a text that is there."""
    middle = sample[1:4].upper()
    for word, test in (("contains", lambda v: folded(middle) in folded(v)),
                       ("starts with", lambda v: folded(v).startswith(folded(sample[:2]))),
                       ("ends with", lambda v: folded(v).endswith(folded(sample[-2:])))):
        part = {"contains": middle, "starts with": sample[:2], "ends with": sample[-2:]}[word]
        yield f"{name} {word} {quoted(part)}", two_valued(test)
        yield f"not {name} {word} {quoted(part)}", negated(two_valued(test))
    for wild in ("%", "_", "\\"):
        yield f"{name} contains '{wild}'", two_valued(lambda v, wild=wild: wild in v)
    yield (f"{name} like {quoted(like_pattern(sample[:2]) + '%')}",
           two_valued(lambda v: folded(v).startswith(folded(sample[:2]))))
    yield (f"{name} not like {quoted('_' + like_pattern(sample[1:]))}",
           negated(two_valued(lambda v: re.fullmatch("." + re.escape(folded(sample[1:])),
                                                     folded(v), re.DOTALL))))
    yield f"{name} contains ''", two_valued(lambda v: True)
    yield f"{name} contains 'no such text'", lambda v: False


def span_conditions(kind, name):
    """Relative dates: ranges in the user's zone, here UTC; the weeks start on Monday."""
    year, month = TODAY.year, TODAY.month
    spans = {
        "today": (TODAY, TODAY),
        "this week": (TODAY - datetime.timedelta(days=TODAY.weekday()),
                      TODAY + datetime.timedelta(days=6 - TODAY.weekday())),
        "this month": (TODAY.replace(day=1), datetime.date(year, month, 30)),
        "next quarter": (datetime.date(year + 1, 1, 1), datetime.date(year + 1, 3, 31)),
        "last year": (datetime.date(year - 1, 1, 1), datetime.date(year - 1, 12, 31)),
        "last 90 days": (TODAY - datetime.timedelta(days=90), TODAY)}

    def day(value):
        return moment(value).date() if kind == "datetime" else KINDS["date"].key(value)

    for words, (first, last) in spans.items():
        tests = {"=": lambda v, a=first, b=last: a <= day(v) <= b,
                 "<": lambda v, a=first: day(v) < a, "<=": lambda v, b=last: day(v) <= b,
                 ">": lambda v, b=last: day(v) > b, ">=": lambda v, a=first: day(v) >= a}
        for operator, test in tests.items():
            yield f"{name} {operator} {words}", two_valued(test)
        yield f"{name} != {words}", negated(two_valued(tests["="]))
    first, last = spans["last year"][0], spans["this month"][1]
    yield (f"{name} between last year and this month",
           two_valued(lambda v: first <= day(v) <= last))


def null_conditions(kind, name):
    yield f"{name} is null", lambda v: v is None
    yield f"{name} is not null", lambda v: v is not None
    if kind in ("text", "picklist"):
        yield f"{name} is empty", lambda v: v == ""
        yield f"{name} is not empty", lambda v: v != ""
        yield f"{name} is blank", lambda v: v in (None, "")
        yield f"{name} is not blank", lambda v: v not in (None, "")


def filters(kind, field, values):
    """All conditions for a field; values are those of all its records."""
    name, key = quoted_name(field), KINDS[kind].key
    there = sorted((value for value in values if value is not None), key=key)
    low, high = there[len(there) // 3], there[2 * len(there) // 3]
    found = [*comparisons(kind, name, low, high), *null_conditions(kind, name)]
    if kind in ("text", "picklist"):
        for sample in (high, "straße", "100% _sure_"):
            found += text_conditions(name, sample)
        found += comparisons(kind, name, "STRASSE", "ångström")
        found += comparisons(kind, name, "O'Neill \"& Sons\"", "a\\b/c")
    if kind in ("date", "datetime"):
        found += span_conditions(kind, name)
    seen = {}
    return [seen.setdefault(text, (text, test)) for text, test in found if text not in seen]
