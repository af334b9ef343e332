"""What the office wrote as the safe HTML of a page on its website."""

import html
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

from pcc_desk.channels import text
from pcc_desk.model.announcement import SpanKind

_LONGEST_TITLE = 80  # characters; themes and search engines cut longer ones
_SENTENCE_END = re.compile(r"(?<=[.!?])\s|\n")


@dataclass(frozen=True, slots=True)
class ShownPicture:
    """A picture already in the site's library."""

    id: int
    address: str
    alt: str


def page_of(words: str, pictures: Sequence[ShownPicture]) -> str:
    """Make the page: a paragraph for every stretch between empty lines, links that work, then the pictures."""
    blocks = [f"<!-- wp:paragraph -->\n<p>{_lines(part)}</p>\n<!-- /wp:paragraph -->" for part in _paragraphs(words)]
    return "\n\n".join([*blocks, *map(_figure, pictures)])


def title_of(words: str) -> str:
    """Make a title of a text that has none: its first sentence, at most 80 characters."""
    first = _SENTENCE_END.split(words.strip(), maxsplit=1)[0].strip()
    if len(first) <= _LONGEST_TITLE:
        return first
    return f"{first[: _LONGEST_TITLE - 1].rsplit(' ', 1)[0]}…"


def escaped(words: str) -> str:
    """Write plain words so that no character of them is read as markup."""
    return html.escape(words, quote=False)


def _paragraphs(words: str) -> list[str]:
    return [part.strip("\n") for part in re.split(r"\n\s*\n", words.replace("\r\n", "\n")) if part.strip()]


def _lines(part: str) -> str:
    pieces: list[str] = []
    end = 0
    for span in text.spans(part):
        if span.kind is SpanKind.LINK:
            pieces.append(escaped(part[end : span.start]))
            target, shown = html.escape(span.target), escaped(part[span.start : span.end])
            pieces.append(f'<a href="{target}">{shown}</a>')
            end = span.end
    pieces.append(escaped(part[end:]))
    return _inert("".join(pieces)).replace("\n", "<br>\n")


def _inert(markup: str) -> str:
    # WordPress runs what stands in square brackets as a command, wherever it stands in a page.
    return markup.replace("[", "&#91;")


def _figure(picture: ShownPicture) -> str:
    settings = json.dumps({"id": picture.id, "sizeSlug": "large"})
    alt = _inert(html.escape(picture.alt))
    image = f'<img src="{html.escape(picture.address)}" alt="{alt}" class="wp-image-{picture.id}"/>'
    figure = f'<figure class="wp-block-image size-large">{image}</figure>'
    return f"<!-- wp:image {settings} -->\n{figure}\n<!-- /wp:image -->"
