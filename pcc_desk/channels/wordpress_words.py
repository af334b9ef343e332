"""What the office wrote as the safe HTML of a page on its website."""

import html
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

from pcc_desk.channels import text
from pcc_desk.model.announcement import SpanKind

_LANGUAGES = {"en": "English", "cy": "Cymraeg"}
_LONGEST_TITLE = 80  # characters; themes and search engines cut longer ones
_SENTENCE_END = re.compile(r"(?<=[.!?])\s|\n")


@dataclass(frozen=True, slots=True)
class ShownPicture:
    """A picture already in the site's library."""

    id: int
    address: str
    alt: str


@dataclass(frozen=True, slots=True)
class ShownFilm:
    """A film already in the site's library, with its captions there, or ""; `alt` is told under it."""

    id: int
    address: str
    alt: str = ""
    captions: str = ""
    language: str = "en"


def page_of(words: str, pictures: Sequence[ShownPicture], film: ShownFilm | None = None) -> str:
    """Make the page: a paragraph for every stretch between empty lines, links that work, a film, then the pictures."""
    blocks = [f"<!-- wp:paragraph -->\n<p>{_lines(part)}</p>\n<!-- /wp:paragraph -->" for part in _paragraphs(words)]
    shown = [] if film is None else [_video(film)]
    return "\n\n".join([*blocks, *shown, *map(_figure, pictures)])


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


def _video(film: ShownFilm) -> str:
    # A film on a page has no description of its own, so that stands under it, where everybody finds it.
    settings: dict[str, object] = {"id": film.id}
    track = ""
    if film.captions:
        name = _LANGUAGES.get(film.language, film.language)
        told = {"src": film.captions, "label": name, "srcLang": film.language, "kind": "captions"}
        settings["tracks"] = [told]
        source = html.escape(film.captions)
        track = f'<track src="{source}" label="{name}" srclang="{film.language}" kind="captions"/>'
    video = f'<video controls src="{html.escape(film.address)}">{track}</video>'
    said = _inert(escaped(" ".join(film.alt.split())))
    caption = f'<figcaption class="wp-element-caption">{said}</figcaption>' if said else ""
    figure = f'<figure class="wp-block-video">{video}{caption}</figure>'
    return f"<!-- wp:video {json.dumps(settings)} -->\n{figure}\n<!-- /wp:video -->"


def _figure(picture: ShownPicture) -> str:
    settings = json.dumps({"id": picture.id, "sizeSlug": "large"})
    alt = _inert(html.escape(picture.alt))
    image = f'<img src="{html.escape(picture.address)}" alt="{alt}" class="wp-image-{picture.id}"/>'
    figure = f'<figure class="wp-block-image size-large">{image}</figure>'
    return f"<!-- wp:image {settings} -->\n{figure}\n<!-- /wp:image -->"
