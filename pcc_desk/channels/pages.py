"""A web page read for its link card, when a person asked: what it says of itself, and where its picture stands."""

import html
import re
from dataclasses import dataclass

from pcc_desk.channels import addresses
from pcc_desk.channels.failures import Ask
from pcc_desk.channels.wire import Answer, Wire
from pcc_desk.errors import Rejected

_OTHERWISE = "Write the card's words yourself."
_MOST_HOPS = 5
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_SECONDS = 20.0
_HEAD = 1_000_000  # bytes of a page that are looked through
# A page is a stranger's: so many tags are looked at, each so far, which bounds the time whatever stands in it.
_MOST_TAGS, _LONGEST_TAG = 300, 4_000
_LONGEST_WORDS = 1_000
_TAG = re.compile(r"<(meta|title)\b", re.IGNORECASE)
# A field with its value between quotes or without, or one without a value, and what stands before it.
_FIELD = re.compile(
    r"""[\s/]{0,99}([a-zA-Z][\w:.-]{0,40})(?:\s{0,9}=\s{0,9}(?:"([^"]{0,3000})"|'([^']{0,3000})'|([^\s"'<>]{1,500})))?"""
)
_CHARSET = re.compile(rb"""charset\s{0,9}=\s{0,9}["']?([\w-]{2,30})""", re.IGNORECASE)
_TITLES = ("og:title", "twitter:title", "title")
_DESCRIPTIONS = ("og:description", "twitter:description", "description")
_PICTURES = ("og:image:secure_url", "og:image", "og:image:url", "twitter:image")


@dataclass(frozen=True, slots=True)
class Page:
    """What a page says of itself, as plain words; `picture` is an address, or ""."""

    title: str
    description: str
    picture: str


def read_page(wire: Wire, address: str) -> Page:
    """Fetch a page without any sign-in, and read what it says of itself. Raises: ChannelError."""
    answer = _follow(wire, address, "text/html,application/xhtml+xml")
    kind = answer.headers.get("content-type", "")
    content = answer.body if isinstance(answer.body, bytes) else b""
    if "html" not in kind.lower():
        raise Rejected("There is no web page at this address.", _OTHERWISE, kind[:80])
    said = _said_in(_decoded(content[:_HEAD], kind))
    picture = _first(said, _PICTURES)
    whole = addresses.joined(answer.url, picture) if picture else ""
    shown = whole if whole.startswith(("https://", "http://")) else ""
    return Page(_first(said, _TITLES), _first(said, _DESCRIPTIONS), shown)


def fetch_picture(wire: Wire, address: str) -> bytes:
    """Fetch the picture that a page at the wire's address names, wherever it stands. Raises: ChannelError."""
    answer = _follow(wire, address, "image/*")
    kind = answer.headers.get("content-type", "")
    if not kind.startswith("image/") or not isinstance(answer.body, bytes):
        raise Rejected("The page's picture is none.", "The card can go without one.", kind[:80])
    return answer.body


def secured(address: str) -> str:
    """Give the address by which a page is asked for: with https, unless it is on this PC."""
    plain = address.startswith("http://") and not addresses.is_here(address)
    return f"https://{address.removeprefix('http://')}" if plain else address


def _follow(wire: Wire, address: str, accept: str) -> Answer:
    """Ask for an address as anybody would, from the wire's own place; never from the web into a network of its own."""
    from_here = addresses.is_here(wire.address)
    for _ in range(_MOST_HOPS + 1):
        address = secured(address)
        if not addresses.is_public(address) and not (from_here and addresses.is_here(address)):
            raise Rejected("This address is inside a network of its own, so PCC Desk does not fetch it.", _OTHERWISE)
        home, path = addresses.parted(address)
        wire = wire.at(home)  # each step is judged from the one before
        ask = Ask(path, headers={"Accept": accept}, accept=_REDIRECTS, seconds=_SECONDS, raw=True)
        answer = wire.get(ask)
        if answer.code not in _REDIRECTS:
            return answer
        address = addresses.joined(answer.url, answer.headers.get("location", ""))
        if not address:
            raise Rejected("This address leads on to something that is no address.", "Use another page.")
    raise Rejected("This address leads on and on.", "Use the address the page has in the end.")


def _decoded(content: bytes, kind: str) -> str:
    told = _CHARSET.search(kind.encode("ascii", "replace")) or _CHARSET.search(content[:2_000])
    try:
        return content.decode(told[1].decode() if told else "utf-8", "replace")
    except LookupError:
        return content.decode("utf-8", "replace")


def _said_in(page: str) -> dict[str, str]:
    """Give what each named meta tag and the title say; the first of a name holds."""
    said: dict[str, str] = {}
    for number, tag in enumerate(_TAG.finditer(page)):
        if number >= _MOST_TAGS:
            break
        rest = page[tag.end() : tag.end() + _LONGEST_TAG]
        if tag[1].lower() == "title":
            said.setdefault("title", _words(rest.partition(">")[2].partition("<")[0]))
            continue
        fields = _fields_in(rest)
        name = (fields.get("property") or fields.get("name") or "").lower()
        if name and "content" in fields:
            said.setdefault(name, _words(fields["content"]))
    return said


def _fields_in(rest: str) -> dict[str, str]:
    """Give the fields of a tag up to its end; a `>` between quotes is none."""
    fields, at = dict[str, str](), 0
    while field := _FIELD.match(rest, at):
        fields.setdefault(field[1].lower(), next(filter(None, field.groups()[1:]), ""))
        at = field.end()
    return fields


def _words(written: str) -> str:
    words = " ".join(html.unescape(written).split())
    return "".join(sign for sign in words if sign.isprintable())[:_LONGEST_WORDS]


def _first(said: dict[str, str], names: tuple[str, ...]) -> str:
    return next((said[name] for name in names if said.get(name)), "")
