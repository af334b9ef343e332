"""How long a text is for each platform: code points, graphemes, bytes, and the rules that X, Threads and Mastodon have.

At a key press one line of a text changes. So a text is read in pieces of half a line or so, and those read lately are
remembered: every count is the sum of its pieces' counts, because nothing that counts as one goes across a space. What a
text begins with, as the one before it did, is not even added up again.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Literal

import regex

from pcc_desk.channels import emoji, marks
from pcc_desk.channels.graphemes import ALONE, graphemes, utf8_bytes
from pcc_desk.channels.links import LATIN, Link, mastodon_links, x_links
from pcc_desk.channels.once import Once
from pcc_desk.channels.tokens import Token, has_tokens, tokens
from pcc_desk.model.announcement import Span, SpanKind
from pcc_desk.model.channel import Counting, Limits

# A piece ends before a space, but not where the space belongs to the character before it.
_PIECE = re.compile(rf"[\s\S][^\n]{{0,40}}+(?:[^ \n\t\r]++|(?<![{ALONE}])[ \n\t\r])*+")
_REMEMBERED, _LONGEST_REMEMBERED = 4_096, 400  # pieces; characters of one
_MOST_ANEW = 12  # pieces that are read at a key press before what stands still is counted once for all
_DEEPEST = 40  # runs that begin with one another: each waits for the counts of the one before

Whose = Literal["reader", "x", "mastodon"]
_WHOSE: dict[Counting | None, Whose] = {Counting.WEIGHTED: "x", Counting.LINKS_SHORT: "mastodon"}

# X: twitter-text, configuration 3. These ranges count 1 and everything else 2; an emoji counts 2, a link 23.
_HEAVY = re.compile("[^\0-\u10ff\u2000-\u200d\u2010-\u201f\u2032-\u2037]+")
_EMOJI_WEIGHT, _LINK_WEIGHT = 2, 23

# Mastodon: @name@server counts as @name (Account::MENTION_RE and Extractor in its source).
_WORD = r"[\p{L}\p{M}\p{Nd}\p{Pc}]"
_REMOTE = regex.compile(
    rf"(?<![=/]|{_WORD})@(?P<name>[a-z0-9_]++(?:[.-]++[a-z0-9_]++)*+)@(?P<server>{_WORD}++(?:[.-]++{_WORD}++)*+)"
    rf"(?![@＠{LATIN}]|://)",
    regex.IGNORECASE,
)
_LONGEST_SERVER = 253
_LINK_LENGTH = 23  # what Mastodon itself reserves, until the server has said
_STAND_IN = "x"


class Weighed:
    """One text, counted and searched in as many ways as are asked for; what they share is worked out once."""

    def __init__(self, text: str, before: "Weighed | None" = None) -> None:
        """Read a text; of `before`, one read lately, what both begin with is not read again."""
        self._text = text
        self._before = before
        self._spans: dict[Whose, tuple[Span, ...]] = {}

    def length(self, limits: Limits) -> int:
        """Count the text as a platform with these limits does."""
        match limits.counting:
            case Counting.UTF16:  # the most usual first: ten are counted at each key press
                return self._run.utf16
            case Counting.CODE_POINTS:
                return len(self._text)
            case Counting.GRAPHEMES:
                return self._run.graphemes
            case Counting.UTF8_BYTES:
                return self._run.utf8_bytes
            case Counting.WEIGHTED:
                return self._run.weight
            case Counting.EMOJI_BYTES:
                return self._run.emoji_bytes
            case Counting.LINKS_SHORT:
                rest, found = self._run.without_links
                return rest + found * (limits.link_length or _LINK_LENGTH)

    def spans(self, counting: Counting | None = None) -> tuple[Span, ...]:
        """Find the links and hashtags, in order, none overlapping: as X and Mastodon do, or else as a reader."""
        return self._run.spans(_WHOSE.get(counting, "reader"))

    @Once
    def _run(self) -> "_Run":
        before, self._before = self._before, None  # or every text ever typed would be kept
        head = _START if before is None else before._run.head_of(self._text)
        return _Run(head, [_piece(found) for found in _PIECE.findall(self._text, head.end)], self._text)

    @property
    def utf8_bytes(self) -> int:
        """The bytes of the text in UTF-8."""
        return self._run.utf8_bytes

    @property
    def tags(self) -> int:
        """How many hashtags the text has, counted on the safe side."""
        return self._run.tags


class _Run:
    """A text up to `end`: what another run has counted already, and the pieces that follow it."""

    def __init__(self, head: "_Run | None", pieces: "list[_Piece]", text: str) -> None:
        """Hold the pieces after `head`; `text` is that of the whole run, and may be longer."""
        self._head, self._pieces, self._text = head, pieces, text
        self._depth: int = 0 if head is None else head._depth + 1
        self.end: int = (0 if head is None else head.end) + sum([piece.size for piece in pieces])
        self._spans: dict[Whose, tuple[Span, ...]] = {}

    def head_of(self, text: str) -> "_Run":
        """Give a run that a longer or shorter text begins with too.

        Where a piece ends depends on the one character that follows it, which must be the same: so the last two pieces
        are read anew, at each key press at the end of a text, and many only when a line is full or words go.
        """
        stays = self._settled if len(self._pieces) > _MOST_ANEW else self._head or _START
        return stays if stays.end < len(text) and text.startswith(stays.beginning) else _START

    @Once
    def beginning(self) -> str:
        """What the run says, and the one character that follows it."""
        return self._text[: self.end + 1]

    @Once
    def _settled(self) -> "_Run":
        if self._depth < _DEEPEST:
            return _Run(self._head, self._pieces[:-2], self._text)
        return _Run(None, self._all_pieces()[:-2], self._text)

    def _all_pieces(self) -> "list[_Piece]":
        runs = [self]
        while (head := runs[-1]._head) is not None:
            runs.append(head)
        return [piece for run in reversed(runs) for piece in run._pieces]

    def spans(self, whose: Whose) -> tuple[Span, ...]:
        """Find the links and hashtags, in order."""
        found = self._spans.get(whose)
        if found is None:
            placed: list[Span] = []
            start = 0 if self._head is None else self._head.end
            for piece in self._pieces:
                placed += piece.spans_at(start, whose)
                start += piece.size
            before = () if self._head is None else self._head.spans(whose)
            found = self._spans[whose] = (*before, *placed)
        return found

    @Once
    def graphemes(self) -> int:
        """What a reader sees as one character each."""
        return (0 if self._head is None else self._head.graphemes) + sum([piece.graphemes for piece in self._pieces])

    @Once
    def weight(self) -> int:
        """The length as X counts it."""
        return (0 if self._head is None else self._head.weight) + sum([piece.weight for piece in self._pieces])

    @Once
    def emoji_bytes(self) -> int:
        """The length as Threads counts it."""
        return (0 if self._head is None else self._head.emoji_bytes) + sum([each.emoji_bytes for each in self._pieces])

    @Once
    def utf16(self) -> int:
        """The length in UTF-16 units."""
        return (0 if self._head is None else self._head.utf16) + sum([piece.utf16 for piece in self._pieces])

    @Once
    def utf8_bytes(self) -> int:
        """The bytes in UTF-8."""
        return (0 if self._head is None else self._head.utf8_bytes) + sum([each.utf8_bytes for each in self._pieces])

    @Once
    def tags(self) -> int:
        """How many hashtags there are, counted on the safe side."""
        return (0 if self._head is None else self._head.tags) + sum([piece.tags for piece in self._pieces])

    @Once
    def without_links(self) -> tuple[int, int]:
        """The length of all but links and servers' names as Mastodon counts it, and how many links there are."""
        rest, found = (0, 0) if self._head is None else self._head.without_links
        counted = [piece.without_links for piece in self._pieces]
        return rest + sum([part for part, _ in counted]), found + sum([links for _, links in counted])


class _Piece:
    """Half a line of a text or so, with what was found in it."""

    def __init__(self, text: str) -> None:
        size = self.size = len(text)
        self._text = text
        self._placed: dict[Whose, tuple[int, list[Span]]] = {}
        self._plain = _is_plain(text)
        if self._plain:  # most of what is typed: all ways of counting agree
            self.graphemes = self.weight = self.emoji_bytes = self.utf16 = self.utf8_bytes = size
            self.without_links, self.tags = (size, 0), 0

    def spans_at(self, start: int, whose: Whose) -> list[Span]:
        """Give the links and hashtags of this piece where it begins at `start`; where it stood last is remembered."""
        if self._plain:
            return []
        place, placed = self._placed.get(whose, (-1, []))
        if place != start:
            found = self._find_spans(whose)
            placed = [Span(start + span.start, start + span.end, span.kind, span.target) for span in found]
            self._placed[whose] = (start, placed)
        return placed

    @Once
    def graphemes(self) -> int:
        """What a reader sees as one character each."""
        return graphemes(self._text)

    @Once
    def utf16(self) -> int:
        """The length in UTF-16 units."""
        return len(self._text.encode("utf-16-le", "surrogatepass")) // 2

    @Once
    def utf8_bytes(self) -> int:
        """The bytes in UTF-8."""
        return utf8_bytes(self._text)

    @Once
    def emoji_bytes(self) -> int:
        """Characters, but of an emoji its bytes: as Threads counts."""
        pictures = emoji.pictures(self._emoji_runs)
        return len(self._text) + utf8_bytes(pictures) - len(pictures)

    @Once
    def weight(self) -> int:
        """The length as X counts it."""
        composed = self._composed
        found = self._x_links if composed is self._text else x_links(tokens(composed))
        words = _replaced(composed, [(link.start, link.end, "\n") for link in found]) if found else composed
        runs = self._emoji_runs if words is self._text else emoji.runs(words)
        joined = emoji.sequences(runs)
        # Each link left a line break, which counts 1.
        return _heft(words) - _heft("".join(joined)) + _EMOJI_WEIGHT * len(joined) + (_LINK_WEIGHT - 1) * len(found)

    @Once
    def without_links(self) -> tuple[int, int]:
        """The length of all but links and servers' names as Mastodon counts it, and how many links there are."""
        text, found = self._text, self._mastodon_links
        out = [(link.start, link.end, _STAND_IN) for link in found]
        if text.count("@") > 1:
            out += [(start, end, "") for start, end in _servers(text, found)]
        if all(text[start:end].isascii() for start, end, _ in out):
            return self.graphemes - sum(end - start for start, end, _ in out), len(found)
        return graphemes(_replaced(text, sorted(out))) - len(found), len(found)

    @Once
    def tags(self) -> int:
        """How many hashtags there are, counted on the safe side."""
        return marks.count_tags(self._text)

    @Once
    def _composed(self) -> str:
        # X composes a text before it counts (NFC); a line break counts as one, whichever way it is written.
        text = self._text if self._text.isascii() else unicodedata.normalize("NFC", self._text)
        return text.replace("\r\n", "\n") if "\r" in text else text

    @Once
    def _emoji_runs(self) -> str:
        return emoji.runs(self._text)

    @Once
    def _tokens(self) -> list[Token]:
        return tokens(self._text)

    @Once
    def _x_links(self) -> list[Link]:
        return x_links(self._tokens)

    @Once
    def _mastodon_links(self) -> list[Link]:
        return mastodon_links(self._tokens)

    @Once
    def _plain_tags(self) -> list[Span]:
        return marks.tags(self._text)

    def _find_spans(self, whose: Whose) -> list[Span]:
        if whose == "x":
            return _in_order(_as_spans(self._text, self._x_links), marks.x_tags(self._text))
        if whose == "mastodon":
            return _in_order(_as_spans(self._text, self._mastodon_links), self._plain_tags)
        return _in_order(marks.links(self._tokens), self._plain_tags)


_remembered = lru_cache(maxsize=_REMEMBERED)(_Piece)
_START = _Run(None, [], "")


def _piece(text: str) -> _Piece:
    return _remembered(text) if len(text) <= _LONGEST_REMEMBERED else _Piece(text)


def _is_plain(text: str) -> bool:
    # Neither links nor hashtags nor names, and no two characters that count as one.
    return text.isascii() and "#" not in text and "@" not in text and "\r" not in text and not has_tokens(text)


def _heft(text: str) -> int:
    return len(text) if text.isascii() else len(text) + len("".join(_HEAVY.findall(text)))


def _replaced(text: str, out: Iterable[tuple[int, int, str]]) -> str:
    parts: list[str] = []
    done = 0
    for start, end, instead in out:
        parts += (text[done:start], instead)
        done = end
    return "".join((*parts, text[done:]))


def _servers(text: str, found: Sequence[Link]) -> list[tuple[int, int]]:
    # The part from the second @ of each @name@server that is no part of a link.
    servers = [each.span("server") for each in _REMOTE.finditer(text)]
    return [
        (start - 1, end)
        for start, end in servers
        if end - start <= _LONGEST_SERVER and not any(link.start < end and start - 1 < link.end for link in found)
    ]


def _as_spans(text: str, links: Iterable[Link]) -> list[Span]:
    return [
        Span(link.start, link.end, SpanKind.LINK, f"{'' if link.scheme else 'https://'}{text[link.start : link.end]}")
        for link in links
    ]


def _in_order(links: list[Span], tags: list[Span]) -> list[Span]:
    if not links or not tags:
        return links or tags
    kept: list[Span] = []
    for span in sorted((*links, *tags), key=lambda span: span.start):
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
    return kept
