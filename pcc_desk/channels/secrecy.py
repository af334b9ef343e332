"""Striking secrets out of what a server said, in whatever way it repeats them."""

import html
import re
from base64 import b64decode, b64encode, urlsafe_b64encode
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import parse_qsl, unquote

STRUCK = "[secret]"
_SHORTEST = 4  # what is shorter stands in too many words to be one
_TOLD = 8  # so much of the beginning of one, where a text was cut, is too much
_BEGINNING = 16  # so much of the beginning of a long one gives it away, whatever follows
_PROVING = re.compile(r"(?i)auth|token|key|secret|cookie|dpop")
_BREAK = re.compile(r"\\[nrt]")
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")
_SCHEMES = frozenset({"bearer", "basic", "oauth", "dpop"})


def strike(said: str, secrets: Iterable[str]) -> str:
    """Put a mark in place of every secret: bare, in capitals, on several lines, coded, escaped, or cut.

    Signs nobody sees go too: one of them in the middle would hide a secret here, and from nobody else.
    """
    forms = {"".join(form.split()) for secret in secrets for form in _forms(secret)}
    patterns = [_pattern(form) for form in sorted(forms, key=len, reverse=True)]
    said = _seen(said)
    plain = _seen(_plain(said))
    if plain != said and any(pattern.search(plain) for pattern in patterns):
        said = plain
    for pattern in patterns:
        said = pattern.sub(STRUCK, said)
    return _without_beginning(said, forms)


def of_headers(headers: Mapping[str, str]) -> Iterator[str]:
    """Give what may be secret in a request's headers: what proves who sends, and whatever is long."""
    for name, value in headers.items():
        if not _PROVING.search(name):
            continue
        proof = name.casefold() == "authorization"
        for part in value.split():
            if proof and part.casefold() == "basic":
                yield from _named(value.split()[-1])
            if len(part) > 12 or (proof and part.casefold() not in _SCHEMES):
                yield part
                if proof and "|" in part:  # Meta's token of an app: its number and its secret
                    yield part.partition("|")[2]


def of_query(query: str) -> Iterator[str]:
    """Give what may be secret in the query of an address that a server gave us: whatever is long."""
    yield from (value for _, value in parse_qsl(query) if len(value) > 12)


def _named(written: str) -> Iterator[str]:
    """Give the password in a user's name and password, as they are sent together."""
    try:
        yield b64decode(written, validate=True).decode().partition(":")[2]
    except ValueError:  # it is not one
        return


def _forms(secret: str) -> set[str]:
    content = secret.encode("utf-8", "replace")
    coded = {b64encode(content).decode().rstrip("="), urlsafe_b64encode(content).decode().rstrip("=")}
    written = {secret.replace("\\", "\\\\"), secret.replace("\\", "")}  # in JSON, and as `_plain` leaves it
    bare = secret.replace("-", "")  # as an app password is also typed
    return {form for form in {secret, bare, *written, *coded, content.hex()} if len(form) >= _SHORTEST}


def _pattern(form: str) -> re.Pattern[str]:
    if len(form) < 2 * _BEGINNING:
        return re.compile(_spaced(form), re.IGNORECASE)
    beginning, rest = form[:_BEGINNING], form[_BEGINNING:]
    return re.compile(rf"{_spaced(beginning)}(?:\s*+{_spaced(rest)}|[^\s\"'<>&,]*+)", re.IGNORECASE)


def _spaced(form: str) -> str:
    return r"\s*+".join(map(re.escape, form))


def _without_beginning(said: str, forms: Iterable[str]) -> str:
    """Strike out the beginning of a secret with which a text ends that was cut in its midst."""
    kept = said.rstrip().removesuffix("…").rstrip(".")
    places = [place for place, sign in enumerate(kept) if not sign.isspace()]
    flat = "".join(kept[place].lower()[:1] for place in places)
    for form in forms:
        start = flat.rfind(form[:_TOLD].lower())
        if start >= 0 and len(form) > _TOLD and form.lower().startswith(flat[start:]):
            return said[: places[start]] + STRUCK
    return said


def _seen(said: str) -> str:
    return said if said.isprintable() else "".join(sign for sign in said if sign.isprintable() or sign.isspace())


def _plain(said: str) -> str:
    words = _ESCAPED.sub(lambda found: _sign(int(found[1], 16)), _BREAK.sub(" ", said)).replace("\\", "")
    return html.unescape(unquote(unquote(words)))


def _sign(number: int) -> str:
    return "\ufffd" if 0xD800 <= number < 0xE000 else chr(number)
