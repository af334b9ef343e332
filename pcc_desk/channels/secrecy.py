"""Striking secrets out of what a server said, in whatever way it repeats them."""

import html
import re
from base64 import b64decode, b64encode, urlsafe_b64encode
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import unquote

STRUCK = "[secret]"
_SHORTEST = 4  # what is shorter stands in too many words to be one
_BREAK = re.compile(r"\\[nrt]")
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")
_SCHEMES = frozenset({"bearer", "basic", "oauth", "dpop"})


def strike(said: str, secrets: Iterable[str]) -> str:
    """Put a mark in place of every secret: bare, in capitals, on several lines, in base 64, or escaped."""
    patterns = [_pattern(form) for secret in secrets for form in _forms(secret)]
    plain = _plain(said)
    if plain != said and any(pattern.search(plain) for pattern in patterns):
        said = plain
    for pattern in patterns:
        said = pattern.sub(STRUCK, said)
    return said


def of_headers(headers: Mapping[str, str]) -> Iterator[str]:
    """Give what may be secret in a request's headers: what proves who sends, and whatever is long."""
    for name, value in headers.items():
        proof = name.casefold() == "authorization"
        for part in value.split():
            if proof and part.casefold() == "basic":
                yield from _named(value.split()[-1])
            if len(part) > 12 or (proof and part.casefold() not in _SCHEMES):
                yield part


def _named(written: str) -> Iterator[str]:
    """Give the password in a user's name and password, as they are sent together."""
    try:
        yield b64decode(written, validate=True).decode().partition(":")[2]
    except ValueError:  # it is not one
        return


def _forms(secret: str) -> set[str]:
    content = secret.encode("utf-8", "replace")
    coded = {b64encode(content).decode().rstrip("="), urlsafe_b64encode(content).decode().rstrip("=")}
    return {form for form in {secret, *coded} if len(form) >= _SHORTEST}


def _pattern(form: str) -> re.Pattern[str]:
    return re.compile(r"\s*+".join(map(re.escape, "".join(form.split()))), re.IGNORECASE)


def _plain(said: str) -> str:
    words = _ESCAPED.sub(lambda found: _sign(int(found[1], 16)), _BREAK.sub(" ", said)).replace("\\", "")
    return html.unescape(unquote(unquote(words)))


def _sign(number: int) -> str:
    return "\ufffd" if 0xD800 <= number < 0xE000 else chr(number)
