"""X's posts as plain words: its short links written out, its entities read, the names it puts in front taken off."""

import html
import re
from collections.abc import Iterator

from pcc_desk.channels import reading

_NAMES_IN_FRONT = re.compile(r"^(?:@\w{1,15}\s+)+")
_HOST = re.compile(r"[\w-]+(?:\.[\w-]+)+(?=[/?#:]|$)")
_NUMBER = re.compile("[0-9]{1,19}")  # docs.x.com, every id
_SCHEME = re.compile(r"https?://(?:www\.)?", re.IGNORECASE)


def words_of(post: object) -> str:
    """Give what was written: short links in full, links to its own pictures left out. Raises: Malformed."""
    longer = reading.text_or_none(post, "note_post", "text") or reading.text_or_none(post, "note_tweet", "text")
    words = longer or reading.text(post, "text")
    for short, full in _links(post):
        words = words.replace(short, full)
    return html.unescape(words).strip()


def is_same(post: object, text: str) -> bool:
    """Tell whether a post of ours is this text: X rewrites links and puts names in front of an answer."""
    return _bare(words_of(post)) == _bare(text)


def says(post: object, text: str) -> bool:
    """Tell whether a post says just this, capital letters and lines as well: less would leave a mistake standing."""
    written = words_of(post)
    return _lines(text) in (_lines(written), _lines(_NAMES_IN_FRONT.sub("", written)))


def number_of(value: object, *path: str) -> str:
    """Give the id of a post or a message, which is a number. Raises: Malformed."""
    found = reading.text(value, *path)
    if _NUMBER.fullmatch(found) is None:
        raise reading.Malformed(f"no id at {'.'.join(path)}")
    return found


def reference(post: object, kind: str) -> str:
    """Give the id of the post this one answers ("replied_to") or quotes ("quoted"), or ""."""
    # Renamed by X in 2026; servers may still give the older spelling.
    found = reading.dig(post, "referenced_posts") or reading.dig(post, "referenced_tweets")
    for one in found if isinstance(found, list) else ():
        if reading.text_or_none(one, "type") == kind:
            return reading.text_or_none(one, "id")
    return ""


def _links(post: object) -> Iterator[tuple[str, str]]:
    found = reading.dig(post, "entities", "urls")
    for one in found if isinstance(found, list) else ():
        short = reading.text_or_none(one, "url")
        full = reading.text_or_none(one, "unwound_url") or reading.text_or_none(one, "expanded_url")
        media = reading.text_or_none(one, "media_key")
        if short and (full or media):
            yield short, "" if media else full


def _lines(words: str) -> list[str]:
    """Give the lines of a text with its links as short as X may write them; lines without words stand for one."""
    lines = [" ".join(map(_short, line.split())) for line in words.strip().splitlines()]
    return [line for line, above in zip(lines, ["", *lines], strict=False) if line or above]


def _short(word: str) -> str:
    bare = _SCHEME.sub("", word)
    host = _HOST.match(bare)
    return word if host is None else f"{host[0].casefold()}{bare[host.end() :]}".rstrip("/")


def _bare(words: str) -> str:
    without = _NAMES_IN_FRONT.sub("", words.strip())
    return " ".join(_SCHEME.sub("", part).rstrip("/") for part in without.split()).casefold()
