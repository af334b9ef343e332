"""Links in words from the public: which may be opened, and what their host really is."""

import re
import unicodedata
from dataclasses import dataclass
from enum import Enum, auto
from urllib.parse import SplitResult, quote, urlsplit

from PySide6.QtCore import QUrl

FOUND = re.compile(r"https?://[^\s<>\"'\\^`{|}\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]+", re.IGNORECASE)
TRAILING = ".,;:!?)]}…’”»"
FORBIDDEN = re.compile(r"[\s\\\x00-\x1f\x7f<>\"]")
LONGEST = 2048  # characters; browsers and servers agree on no more


class Verdict(Enum):
    """What the desk does when a link is chosen."""

    OPEN = auto()
    ASK = auto()
    REFUSE = auto()


@dataclass(frozen=True, slots=True)
class Link:
    """A judged link: `url` is the exact ASCII address to open ("" when refused), `host` the name to show."""

    url: str
    host: str
    verdict: Verdict


REFUSED = Link("", "", Verdict.REFUSE)


def judge(address: str) -> Link:
    """Decide about one address: https opens, http asks first, everything else is refused.

    Refused too: a name and password before the host, a backslash or control sign, a host that is no
    internet name, and any address that Qt would read as another host.
    """
    if len(address) > LONGEST or FORBIDDEN.search(address):
        return REFUSED
    try:
        parts = urlsplit(address)
        host, port = _ascii_host(parts.hostname or ""), parts.port
    except ValueError:  # a bad port, bracket or label
        return REFUSED
    if parts.scheme not in ("https", "http") or "@" in parts.netloc or "." not in host:
        return REFUSED
    exact = _exact(parts, host, port)
    if (
        QUrl.fromEncoded(exact.encode("ascii"), QUrl.ParsingMode.StrictMode).host(
            QUrl.ComponentFormattingOption.FullyEncoded
        )
        != host
    ):
        return REFUSED
    verdict = Verdict.OPEN if parts.scheme == "https" and not _is_number(host) else Verdict.ASK
    return Link(exact, _shown_host(parts.hostname or "", host), verdict)


def find_links(text: str, most: int = 8) -> tuple[Link, ...]:
    """Give the first `most` different links of a text that may be opened, in order."""
    found: dict[str, Link] = {}
    for match in FOUND.finditer(text):
        link = judge(match.group().rstrip(TRAILING))
        if link.verdict is not Verdict.REFUSE:
            found.setdefault(link.url, link)
        if len(found) == most:
            break
    return tuple(found.values())


def _exact(parts: SplitResult, host: str, port: int | None) -> str:
    place = host if port is None else f"{host}:{port}"
    path = quote(parts.path, safe="/%:@!$&()*+,;=~-._")
    query = "?" + quote(parts.query, safe="/%:@!$&()*+,;=~-._?") if parts.query else ""
    fragment = "#" + quote(parts.fragment, safe="/%:@!$&()*+,;=~-._?") if parts.fragment else ""
    return f"{parts.scheme}://{place}{path}{query}{fragment}"


def _ascii_host(host: str) -> str:
    return host.lower().encode("idna").decode("ascii")


def _shown_host(host: str, exact: str) -> str:
    """A name of plain and accented Latin letters is shown as it is; any other may imitate one, so its exact form is."""
    plain = all(unicodedata.normalize("NFD", sign)[0].isascii() for sign in host)
    return host.lower() if plain else exact


def _is_number(host: str) -> bool:
    return all(part.isdigit() for part in host.split("."))
