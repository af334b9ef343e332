"""Counting a text as each platform counts it, and finding the links and hashtags in it: pure and fast."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import accumulate

import regex

from pcc_desk.model.announcement import Span, SpanKind
from pcc_desk.model.channel import Counting, Limits, Platform

_GRAPHEME = regex.compile(r"\X")

# Outside these ranges a code point may join its neighbour (Unicode Annex 29); inside, only CR LF does.
_MAY_JOIN = re.compile("[^\x00-\u02ff\u2010-\u2027\u20a0-\u20bf]")

# Two-letter country domains, and the general ones an office's readers meet; others need https:// to be a link.
_COUNTRIES = (
    "ac ad ae af ag ai al am ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bm bn bo br bs bt bw by bz ca cc cd "
    "cf cg ch ci ck cl cm cn co cr cu cv cw cx cy cz de dj dk dm do dz ec ee eg er es et eu fi fj fk fm fo fr ga gd ge "
    "gf gg gh gi gl gm gn gp gq gr gs gt gu gw gy hk hm hn hr ht hu id ie il im in io iq ir is it je jm jo jp ke kg kh "
    "ki km kn kp kr kw ky kz la lb lc li lk lr ls lt lu lv ly ma mc md me mg mh mk ml mm mn mo mp mq mr ms mt mu mv mw "
    "mx my mz na nc ne nf ng ni nl no np nr nu nz om pa pe pf pg ph pk pl pm pn pr ps pt pw py qa re ro rs ru rw sa sb "
    "sc sd se sg sh si sk sl sm sn so sr ss st su sv sx sy sz tc td tf tg th tj tk tl tm tn to tr tt tv tw tz ua ug uk "
    "us uy uz va vc ve vg vi vn vu wf ws ye yt za zm zw"
)
_GENERAL = (
    "com org net info biz edu gov mil int name pro coop museum aero jobs mobi tel travel asia cat eus gal wales cymru "
    "scot london app blog chat city click cloud club community design dev digital email energy events foundation fund "
    "global group health help live media network news one online page party press radio school science services shop "
    "site social space store studio support team tech tips today tools top training university video vote website wiki "
    "work world xyz"
)
_ENDINGS = frozenset(f"{_COUNTRIES} {_GENERAL}".split())

_LINK = re.compile(
    r"(?<![^\s(\[“‘\"'])"
    r"(?:(?P<scheme>https?://)[^\s<>]+|(?P<host>[a-z][a-z0-9-]*(?:\.[a-z0-9-]+)+)(?P<rest>(?::\d+)?(?:[/?#][^\s<>]*)?))",
    re.IGNORECASE,
)
_TAG = re.compile(r"(?<!\S)[#＃](?P<tag>(?!\ufe0f)[^\s\u00ad\u2060\u200a-\u200d\u20e2#＃]+)")
_MENTION = re.compile(r"(?<![^\s(])@(?P<handle>(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9])", re.I)
# One emoji as a reader sees it (Unicode Technical Standard 51): flags, keycaps, joined and coloured ones.
_EMOJI = regex.compile(
    r"\p{RI}{2}|[0-9#*]\ufe0f?\u20e3|(?:\p{Emoji_Presentation}|\p{Emoji}\ufe0f|\p{Emoji_Modifier_Base})"
    r"(?:\p{EMod}|[\U000e0020-\U000e007f]|\ufe0f|\u200d\p{Emoji})*"
)
_LIGHT = re.compile("[\x00-\u10ff\u2000-\u200d\u2010-\u201f\u2032-\u2037]")
_REMOTE = regex.compile(r"(?<![\w/])(@\w+(?:[\w.-]+\w)?)@[\w][\w.-]*\w")
_TRAILING = regex.compile(r"\p{P}+$")
_LINK_TRAILING = ".,;:!?\"'”’…]"
TAG_LENGTH = 64  # graphemes in one hashtag (app.bsky.richtext.facet#tag)


def graphemes(text: str) -> int:
    """Count what a reader sees as one character each (Unicode Annex 29)."""
    if _MAY_JOIN.search(text) is None:
        return len(text) - text.count("\r\n")
    return len(_GRAPHEME.findall(text))


def _measure(limits: Limits, text: str) -> int:
    match limits.counting:
        case Counting.CODE_POINTS:
            return len(text)
        case Counting.GRAPHEMES:
            return graphemes(text)
        case Counting.UTF16:
            return len(text.encode("utf-16-le", "surrogatepass")) // 2
        case Counting.UTF8_BYTES:
            return utf8_bytes(text)
        case Counting.WEIGHTED:
            plain, links = _without_links(unicodedata.normalize("NFC", text))
            emojis, words = len(_EMOJI.findall(plain)), str(_EMOJI.sub("", plain))
            return 23 * links + 2 * emojis + 2 * len(words) - len(_LIGHT.findall(words))
        case Counting.EMOJI_BYTES:
            return len(text) + sum(utf8_bytes(each) - len(each) for each in _EMOJI.findall(text))
        case Counting.LINKS_SHORT:
            plain, links = _without_links(text)
            return graphemes(_REMOTE.sub(r"\1", plain)) + links * (limits.link_length or 23)


def _without_links(text: str) -> tuple[str, int]:
    found = [span for span in spans(text) if span.kind is SpanKind.LINK]
    starts, ends = [0, *(span.end for span in found)], [*(span.start for span in found), len(text)]
    return "".join(text[start:end] for start, end in zip(starts, ends, strict=True)), len(found)


def utf8_bytes(text: str) -> int:
    """Count the bytes of a text in UTF-8."""
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))


def length(platform: Platform, text: str) -> int:
    """Count a text in the unit of one platform."""
    return _measure(platform.limits, text)


def lengths(platforms: Sequence[Platform], text: str) -> tuple[int, ...]:
    """Count a text for many platforms in their order, reading it once per unit."""
    units = {(platform.limits.counting, platform.limits.link_length): platform.limits for platform in platforms}
    measured = {unit: _measure(limits, text) for unit, limits in units.items()}
    return tuple(measured[platform.limits.counting, platform.limits.link_length] for platform in platforms)


def spans(text: str) -> tuple[Span, ...]:
    """Find the links (with or without https://) and hashtags of a text, in order, none overlapping."""
    found = [*_links(text), *_tags(text)]
    found.sort(key=lambda span: span.start)
    ends = accumulate((span.end for span in found), max, initial=0)
    return tuple(span for span, end in zip(found, ends, strict=False) if span.start >= end)


def mentions(text: str) -> tuple[tuple[int, int, str], ...]:
    """Find what looks like @name.example: start, end and the handle without @."""
    return tuple((match.start(), match.end(), match["handle"]) for match in _MENTION.finditer(text))


def utf8_range(text: str, start: int, end: int) -> tuple[int, int]:
    """Turn a range in characters into the same range in UTF-8 bytes."""
    first = utf8_bytes(text[:start])
    return first, first + utf8_bytes(text[start:end])


def _links(text: str) -> Iterator[Span]:
    for match in _LINK.finditer(text):
        if match["scheme"] is None and not _is_domain(match["host"].rstrip(".-")):
            continue
        end = match.start() + len(_without_trailing(match[0]))
        written = text[match.start() : end]
        if match["scheme"] is not None and len(written) <= len(match["scheme"]):
            continue
        yield Span(match.start(), end, SpanKind.LINK, written if match["scheme"] else f"https://{written}")


def _without_trailing(link: str) -> str:
    # A full stop or a closing bracket after a link belongs to the sentence, unless the link opened that bracket.
    while link and (link[-1] in _LINK_TRAILING or (link[-1] == ")" and link.count(")") > link.count("("))):
        link = link[:-1]
    return link


def _is_domain(host: str) -> bool:
    # "Mr.In" is a name and a word; "BBC.CO.UK" and "bbc.co.uk" are addresses.
    ending = host.rpartition(".")[2]
    return ending.lower() in _ENDINGS and (ending.islower() or ending.isupper()) and ".." not in host


def _tags(text: str) -> Iterator[Span]:
    for match in _TAG.finditer(text):
        tag = _TRAILING.sub("", match["tag"])
        if tag and not tag.isdigit() and graphemes(tag) <= TAG_LENGTH:
            yield Span(match.start(), match.start("tag") + len(tag), SpanKind.TAG, tag)
