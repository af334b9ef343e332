"""What a reader sees as one character (Unicode Annex 29), and the bytes of a text."""

import re

import regex

# Between two of these is always a boundary, so the inside of a run of them need not be looked at.
ALONE = (
    "\0-\x0c\x0e-\u02ff\u0370-\u0482\u048a-\u0590\u1e00-\u200b\u200e-\u20cf\u20f1-\u2cee\u2e00-\u3029\u3030-\u3098"
    "\u309b-\ua66e\uac00-\ud7a3\ue000-\ufb1d\ufe30-\uff9d\U0001f200-\U0001f3fa\U0001f400-\U000dffff"
)
_MAY_JOIN = re.compile(f"[^{ALONE}]")
_INSIDE = re.compile(f"(?<=[{ALONE}])[{ALONE}]+(?=[{ALONE}])")
_GRAPHEME = regex.compile(r"\X")
_FLAG = re.compile("[\U0001f1e6-\U0001f1ff]{2}")


def graphemes(text: str) -> int:
    """Count the graphemes of a text."""
    if _MAY_JOIN.search(text) is None:
        return len(text)
    rest = _INSIDE.sub("", text)
    return len(text) - len(rest) + len(clusters(rest))


def clusters(text: str) -> list[str]:
    """Cut a text into graphemes; the two letters of a flag are given as a letter and its accent, which are as long."""
    # The library looks back over a whole run of flags for each letter of it, which takes minutes for a long one.
    return [*_GRAPHEME.findall(_FLAG.sub("x\u0301", text))]


def utf8_bytes(text: str) -> int:
    """Count the bytes of a text in UTF-8."""
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))
