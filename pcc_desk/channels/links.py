"""Links as X and Mastodon find them, by twitter-text's rules: a domain with an ending that exists, https:// or not.

The scan looks at the dots only. Each stretch of characters that a domain may have is read once, however many links are
found in it, so the time grows with the length of a text, whatever it says.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby
from typing import NamedTuple

import regex

from pcc_desk.channels.endings import COUNTRIES, GENERAL, INTERNATIONAL
from pcc_desk.channels.tokens import Token, remembering

_SPACES = r"\x09-\x0d \x85\xa0\u1680\u180e\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_DIRECTIONS = r"\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_FORBIDDEN = r"\ufffe\ufeff\uffff"
_BETWEEN = rf"!'#%&()*+,\\/:;<=>?@\[\]\^{{|}}~${_SPACES}{_DIRECTIONS}{_FORBIDDEN}"  # and no domain has these
LATIN = (
    r"\xc0-\xd6\xd8-\xf6\xf8-\u024f\u0253\u0254\u0256\u0257\u0259\u025b\u0263\u0268\u026f\u0272\u0289\u028b\u02bb"
    r"\u0300-\u036f\u1e00-\u1eff"
)
_CYRILLIC = r"\u0400-\u04ff"

_DOT = re.compile("\\.(?=[a-zA-Z\u0370-\U0010ffff])")
_BACKWARDS = regex.compile(rf"(?r)[{_BETWEEN}]")
_STRETCH = re.compile(rf"[^{_BETWEEN}]*")
_START = re.compile(rf"(?<=[^a-z0-9@＠$#＃{_FORBIDDEN}])[^_.\-]", re.IGNORECASE)
_LETTERS = re.compile(r"[0-9a-z]++(?![@+\-])", re.IGNORECASE)
_PUNYCODE = re.compile(r"xn--[0-9a-z\-]+", re.IGNORECASE)
_ENDED = re.compile(r"(?![0-9a-z@+\-])", re.IGNORECASE)
_LATIN_LABELS = re.compile(rf"(?:[a-z0-9\-{LATIN}]++\.)++", re.IGNORECASE)
_ENDINGS = COUNTRIES | GENERAL
_FOREIGN = {first: list(names) for first, names in groupby(INTERNATIONAL, key=lambda name: name[0])}
_NO_BARE_AFTER = ("-", "_", ".", "/")
_IDNA_DOTS = re.compile("[.。．｡]")
_LONGEST = 4_096  # characters of a link, https:// included (twitter-text)
_LONGEST_LABEL = 63  # between two dots, as it travels (RFC 1035)
_HOPELESS_LABEL = 400  # too long to be worth encoding: at most a few characters in a row become one


class Link(NamedTuple):
    """A link from `start` to `end`, in characters; without a scheme it is a bare domain."""

    start: int
    end: int
    scheme: str


@dataclass(frozen=True, slots=True)
class _Rules:
    """What one platform takes for a link.

    `rest` matches what may follow the domain (group 1: a path); `short` is a link of X's shortener, which ends early.
    """

    schemes: frozenset[str]
    rest: re.Pattern[str]
    short: re.Pattern[str]
    bare: bool


def _brackets(every: str) -> str:
    # One pair of brackets, or one within another.
    return rf"\((?:{every}++(?:\({every}++\){every}*+)?|\({every}++\){every}*+)\)"


def _after_domain(path: str, query: str, flags: int = 0) -> re.Pattern[str]:
    return re.compile(rf"(?::[0-9]+)?(/{path})?(?:\?{query})?", flags)


# A path does not end in a full stop and the like; brackets end it only right behind what may end it.
_X_LAST = rf"a-z0-9{_CYRILLIC}{LATIN}=_#/+\-"
_X_INNER = r"!*';:,.$%\[\]–~@|&"
_X_BRACKETS = _brackets(f"[{_X_INNER}{_X_LAST}]")
_X_QUERY = r"(?:[!?*'@();:+$%\[\].,~|]*+[a-z0-9\-_&=#/])++"
_X = _Rules(
    frozenset(("http", "https")),
    _after_domain(rf"(?:(?:[{_X_INNER}]++|{_X_BRACKETS})*+[{_X_LAST}])*+(?:{_X_BRACKETS})*+", _X_QUERY, re.IGNORECASE),
    re.compile(rf"https?://t\.co/([a-z0-9]+)(?:\?{_X_QUERY})?", re.IGNORECASE),
    bare=True,
)
# Mastodon's own changes to these rules (config/initializers/twitter_regex.rb): any letters in paths, more schemes.
_WHITE = r"\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_INNER = r"""!*"'「」;:=,.$%\[\]~&|@"""
_FAR = (
    r"\xa0-\ud7ff\ue000-\ufdcf\ufdf0-\uffef\U00010000-\U0001fffd\U00020000-\U0002fffd\U00030000-\U0003fffd"
    r"\U000e1000-\U000efffd\U000f0000-\U000ffffd\U00100000-\U0010fffd"
)
_MASTODON = _Rules(
    frozenset(("http", "https", "dat", "dweb", "ipfs", "ipns", "ssb", "gopher", "gemini")),
    _after_domain(
        rf"(?:[{_INNER}]*+(?:[^{_WHITE}<>()?{_INNER}]|{_brackets(f'[^{_WHITE}<>()?]')}))*+",
        rf"(?:[!?*'();:+$%\[\].,~|@^]*+[a-zA-Z0-9_&=#/\-{_FAR}])++",
    ),
    re.compile(r"https?://t\.co/([a-z0-9]+)", re.IGNORECASE),
    bare=False,
)
_LONGEST_SHORT = 40  # characters after t.co/


def x_links(found: Sequence[Token]) -> list[Link]:
    """Find the links in the tokens of a text as X does, in order, none overlapping."""
    return _in_text(found, _read_for_x)


def mastodon_links(found: Sequence[Token]) -> list[Link]:
    """Find the links in the tokens of a text as Mastodon does, in order, none overlapping."""
    return _in_text([(start, token) for start, token in found if "://" in token], _read_for_mastodon)


def _in_text(found: Sequence[Token], read: Callable[[str], list[Link]]) -> list[Link]:
    # Before every token but the first of a text stands a space, and what stands before a domain matters.
    links = []
    for start, token in found:
        place = start - 1 if start else 0
        links += [
            Link(place + link.start, place + link.end, link.scheme) for link in read(f" {token}" if start else token)
        ]
    return links


def _find(text: str, rules: _Rules) -> list[Link]:
    found: list[Link] = []
    settled = read = 0  # no link begins before the first; nothing more is to be found before the second
    dot = _DOT.search(text)
    while dot is not None:
        if ending(text, dot.end()):
            stretch = _Stretch(text, settled, dot.start())
            settled = stretch.read(rules, found)
            read = max(settled, stretch.end)
        dot = _DOT.search(text, max(dot.end(), read))
    return found


def ending(text: str, start: int) -> int:
    """Tell where the ending of a domain (such as "wales") that begins at `start` is over; 0 where none does."""
    letters = _LETTERS.match(text, start)
    if letters and letters[0].lower() in _ENDINGS:
        return letters.end()
    for name in _FOREIGN.get(text[start : start + 1].lower(), ()):
        end = start + len(name)
        if text[start:end].lower() == name and _ENDED.match(text, end):
            return end
    coded = _PUNYCODE.match(text, start)
    return coded.end() if coded else 0


def _travelling_length(domain: str) -> int:
    # As it goes over the wire (IDNA 2003, which the vendors' libraries use); 0 where it cannot.
    if domain.isascii():
        return len(domain) if max(map(len, domain.split("."))) <= _LONGEST_LABEL else 0
    if max(map(len, _IDNA_DOTS.split(domain))) > _HOPELESS_LABEL:
        return 0
    try:
        return len(domain.encode("idna"))
    except UnicodeError:
        return 0


class _Stretch:
    """The unbroken characters around a dot that a domain may have, cut into labels at their dots."""

    def __init__(self, text: str, settled: int, dot: int) -> None:
        before = _BACKWARDS.search(text, settled, dot)
        after = _STRETCH.match(text, dot)
        self.end = after.end() if after else dot
        self._first = before.end() if before else settled
        self._text = text
        self._settled = settled
        labels = text[self._first : self.end].split(".")
        self._starts = list(accumulate((len(label) + 1 for label in labels[:-1]), initial=self._first))
        self._ends = [start + len(label) for start, label in zip(self._starts, labels, strict=True)]
        self._endings = [0, *(ending(text, start) for start in self._starts[1:])]
        self._furthest = self._reach(labels)

    def read(self, rules: _Rules, found: list[Link]) -> int:
        """Add the links of this stretch; give where the last one ends, with what follows its domain."""
        label = 0
        while (domain := self._next(label)) is not None:
            start, label = domain
            self._settled = self._take(start, self._endings[label], rules, found)
            if self._settled >= self.end:
                break
        return self._settled

    def _reach(self, labels: list[str]) -> list[int]:
        # For each label: the furthest ending that a domain with the whole of this label in it can have, or 0.
        furthest = [0] * (len(labels) + 1)
        for each in range(len(labels) - 2, -1, -1):
            label = labels[each]
            if label and label[0] not in "-_" and label[-1] not in "-_":
                name = self._endings[each + 1] and "_" not in label
                furthest[each] = furthest[each + 1] or (each + 1 if name else 0)
        return furthest

    def _next(self, first_label: int) -> tuple[int, int] | None:
        """Give where the next domain begins, and which label its ending is in."""
        text = self._text
        for each in range(first_label, len(self._starts) - 1):
            start, end = self._starts[each], self._ends[each]
            onward = self._furthest[each + 1]
            if start == end or text[end - 1] in "-_" or not (onward or self._endings[each + 1]):
                continue
            low = start if onward else max(start, text.rfind("_", start, end) + 1)
            begun = self._begin(low, end)
            if begun is not None:
                return begun, onward or each + 1
        return None

    def _begin(self, low: int, end: int) -> int | None:
        # A link needs a character before it that allows one; at the very start of a text it needs none.
        if self._settled == 0 and low <= 1:
            if end > 1 and _START.match(self._text, 1):
                return 1
            if low == 0 and self._text[0] not in "-_":
                return 0
        found = _START.search(self._text, max(low, self._settled + 1), end)
        return found.start() if found else None

    def _take(self, start: int, end: int, rules: _Rules, found: list[Link]) -> int:
        """Add the link whose domain this is, if it is one, and give the end of what belongs to it."""
        text = self._text
        rest = rules.rest.match(text, end)
        stop = rest.end() if rest else end
        scheme = self._scheme(start, rules)
        begin = start - len(scheme)
        domain = text[start:end]
        travelling = _travelling_length(domain)
        if not travelling or (len(scheme) or 8) + stop - begin + travelling - len(domain) > _LONGEST:
            return stop
        if scheme:
            short = rules.short.match(text, begin)
            if short is None:
                found.append(Link(begin, stop, scheme))
            elif len(short[1]) <= _LONGEST_SHORT:
                found.append(Link(begin, short.end(), scheme))
        elif rules.bare and text[start - 1 : start] not in _NO_BARE_AFTER:
            parts = _latin_domains(domain)
            found += [Link(start + first, start + last, "") for first, last in parts]
            if parts and rest and rest[1]:
                found[-1] = Link(found[-1].start, stop, "")
        return stop

    def _scheme(self, start: int, rules: _Rules) -> str:
        text = self._text
        if start == self._first and text[start - 3 : start] == "://":
            for name in rules.schemes:
                begin = start - 3 - len(name)
                if text[begin : start - 3].lower() == name and (
                    begin == 0 or (begin > self._settled and _START.match(text, begin))
                ):
                    return text[begin:start]
        return ""


_read_for_x = remembering(lambda words: _find(words, _X))
_read_for_mastodon = remembering(lambda words: _find(words, _MASTODON))


def _latin_domains(domain: str) -> list[tuple[int, int]]:
    # Without https:// only the parts in Latin letters are links: example.com in これはexample.comです.
    parts: list[tuple[int, int]] = []
    labels = _LATIN_LABELS.search(domain)
    while labels is not None:
        after, dot = labels.end(), labels.end() - 1
        while dot > 0:
            if stop := ending(domain, dot + 1):
                parts.append((labels.start(), stop))
                after = stop
                break
            dot = domain.rfind(".", labels.start(), dot)
        labels = _LATIN_LABELS.search(domain, after)
    return parts
