"""Links, hashtags and names in a text as a reader would find them, and hashtags, names and cashtags as X does."""

import re
from collections.abc import Sequence

import regex

from pcc_desk.channels.endings import COUNTRIES
from pcc_desk.channels.graphemes import graphemes
from pcc_desk.channels.links import LATIN
from pcc_desk.channels.tokens import Token, remembering
from pcc_desk.model.announcement import Span, SpanKind

TAG_LENGTH = 64  # graphemes in one hashtag (app.bsky.richtext.facet#tag)

# Besides two letters for a country: the endings an office's readers meet. Others need https:// to be a link.
_GENERAL = (
    "com org net info biz edu gov mil int name pro coop museum aero jobs mobi tel travel asia cat eus gal wales cymru "
    "scot london app blog chat city click cloud club community design dev digital email energy events foundation fund "
    "global group health help live media network news one online page party press radio school science services shop "
    "site social space store studio support team tech tips today tools top training university video vote website wiki "
    "work world xyz"
)
_ENDINGS = COUNTRIES.union(_GENERAL.split())
_LINK = re.compile(
    r"(?<![^\s(\[“‘\"'])"
    r"(?:(?P<scheme>https?://)[^\s<>]+|(?P<host>[a-z][a-z0-9-]*(?:\.[a-z0-9-]+)+)(?P<rest>(?::\d+)?(?:[/?#][^\s<>]*)?))",
    re.IGNORECASE,
)
_TRAILING = ".,;:!?\"'”’…]"
_TAG = re.compile(r"[#＃](?<!\S.)(?P<tag>(?!\ufe0f)[^\s\u00ad\u2060\u200a-\u200d\u20e2#＃]+)")
_PUNCTUATION = regex.compile(r"\p{P}+$")
_MENTION = re.compile(r"(?<![^\s(])@(?P<handle>(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9])", re.I)
_ANY_TAG = re.compile(r"[#＃](?<![&/].)\w")

# X: twitter-text's valid hashtag, valid mention and valid cashtag.
_TAG_MARKS = "_\u200c\u200d\ua67e\u05be\u05f3\u05f4\uff5e\u301c\u309b\u309c\u30a0\u30fb\u3003\u0f0b\u0f0c\xb7"
_TAG_LETTERS = rf"\p{{L}}\p{{M}}\p{{Nd}}{_TAG_MARKS}"
_X_TAG = regex.compile(
    rf"[#＃](?<!(?![\ufe0e\ufe0f])[&{_TAG_LETTERS}].)(?![\ufe0f\u20e3])"
    rf"(?=[\p{{Nd}}{_TAG_MARKS}]*+[\p{{L}}\p{{M}}])(?P<tag>[{_TAG_LETTERS}]++)(?![#＃]|://)"
)
_X_NAME = regex.compile(
    r"(?:(?<![a-z0-9_!#$%&*@＠])|(?<=(?:^|[^a-z0-9_+~.-])rt:?))[@＠](?P<name>[a-z0-9_]{1,20}+)"
    rf"(?:/[a-z][a-z0-9_-]{{0,24}}+)?+(?![@＠{LATIN}]|://)",
    regex.IGNORECASE,
)
_X_CASHTAG = regex.compile(
    r"(?<![^\s\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069])\$(?P<name>[a-z]{1,6}(?:[._][a-z]{1,2})?)"
    r"(?=[\s!'#%&()*+,\\./:;<=>?@\[\]^_{|}~$\-]|\Z)",
    regex.IGNORECASE | regex.ASCII,
)


def links(found: Sequence[Token]) -> list[Span]:
    """Find the links in the tokens of a text as a reader would, with or without https://."""
    return [
        Span(start + link.start, start + link.end, SpanKind.LINK, link.target)
        for start, token in found
        for link in _links_in(token)
    ]


def tags(text: str) -> list[Span]:
    """Find the hashtags as a reader would (and as Bluesky does)."""
    found = []
    for match in _TAG.finditer(text) if "#" in text or "＃" in text else ():
        tag = match["tag"] if match["tag"][-1].isalnum() else _PUNCTUATION.sub("", match["tag"])
        if tag and not tag.isdigit() and (len(tag) <= TAG_LENGTH or graphemes(tag) <= TAG_LENGTH):
            found.append(Span(match.start(), match.start("tag") + len(tag), SpanKind.TAG, tag))
    return found


def x_tags(text: str) -> list[Span]:
    """Find the hashtags as X does."""
    if "#" not in text and "＃" not in text:
        return []
    return [Span(match.start(), match.end(), SpanKind.TAG, match["tag"]) for match in _X_TAG.finditer(text)]


def x_names(text: str) -> tuple[tuple[int, int, str], ...]:
    """Find @names as X does: start, end and the name without @; a list (@name/list) belongs to its name."""
    return tuple((match.start(), match.end(), match["name"]) for match in _X_NAME.finditer(text))


def x_cashtags(text: str) -> tuple[tuple[int, int, str], ...]:
    """Find cashtags ("$BP") as X does: start, end and the name without $."""
    if "$" not in text:
        return ()
    return tuple((match.start(), match.end(), match["name"]) for match in _X_CASHTAG.finditer(text))


def mentions(text: str) -> tuple[tuple[int, int, str], ...]:
    """Find what looks like @name.example: start, end and the handle without @."""
    return tuple((match.start(), match.end(), match["handle"]) for match in _MENTION.finditer(text))


def count_tags(text: str) -> int:
    """Count the hashtags of a text on the safe side: every # before a letter or digit, except in an address."""
    return len(_ANY_TAG.findall(text))


def _find_links(token: str) -> list[Span]:
    found = []
    for match in _LINK.finditer(token):
        if match["scheme"] is None and not _is_domain(match["host"].rstrip(".-")):
            continue
        end = match.start() + len(_without_trailing(match[0]))
        written = token[match.start() : end]
        if match["scheme"] is None or len(written) > len(match["scheme"]):
            found.append(Span(match.start(), end, SpanKind.LINK, written if match["scheme"] else f"https://{written}"))
    return found


_links_in = remembering(_find_links)


def _without_trailing(link: str) -> str:
    # A full stop or a closing bracket after a link belongs to the sentence, unless the link opened that bracket.
    while link and (link[-1] in _TRAILING or (link[-1] == ")" and link.count(")") > link.count("("))):
        link = link[:-1]
    return link


def _is_domain(host: str) -> bool:
    # "Mr.In" is a name and a word; "BBC.CO.UK" and "bbc.co.uk" are addresses.
    ending = host.rpartition(".")[2]
    return ending.lower() in _ENDINGS and (ending.islower() or ending.isupper()) and ".." not in host
