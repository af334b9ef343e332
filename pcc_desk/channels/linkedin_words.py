"""Text and urns as LinkedIn carries them: in its "little" format some signs must be escaped, or the rest is lost."""

import re
from urllib.parse import quote

from pcc_desk.channels import text
from pcc_desk.model.announcement import SpanKind

# learn.microsoft.com, LinkedIn, "little Text Format": an unescaped one cuts the post there, without any error.
_RESERVED = re.compile(r"([\\|{}@\[\]()<>#*_~])")
_ESCAPED = re.compile(r"\\([\\|{}@\[\]()<>#*_~])")
_TEMPLATE = re.compile(r"\{hashtag\|\\?#\|([^}]*)\}")


def little(words: str) -> str:
    """Write plain words so that all of them arrive; the # of a hashtag stays, so that it works as one."""
    pieces, end = list[str](), 0
    for span in text.spans(words):
        if span.kind is SpanKind.TAG:
            pieces += [_escape(words[end : span.start]), "#", _escape(words[span.start + 1 : span.end])]
            end = span.end
    return "".join([*pieces, _escape(words[end:])])


def unlittle(written: str) -> str:
    """Read what a post carries back as plain words."""
    return _ESCAPED.sub(r"\1", _TEMPLATE.sub(r"#\1", written))


def is_same(written: str, words: str) -> bool:
    """Tell whether a post carries these words."""
    return " ".join(unlittle(written).split()) == " ".join(words.split())


def coded(urn: str) -> str:
    """Write an urn as a part of a path."""
    return quote(urn, safe="")


def _escape(words: str) -> str:
    return _RESERVED.sub(r"\\\1", words)
