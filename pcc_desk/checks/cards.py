"""Link cards: which one stands under a post, and what it says when nobody wrote it."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from pcc_desk.model.announcement import Announcement, FitPart, LinkCard, Span, SpanKind
from pcc_desk.model.channel import Ability, Platform

LONGEST_TITLE = 120  # characters; the networks' own apps cut longer ones
LONGEST_DESCRIPTION = 300
_FIRST_SENTENCE = re.compile(r"(.+?[.!?])(?:\s|$)", re.DOTALL)


def find_card(
    announcement: Announcement, platform: Platform, find_spans: Callable[[], Sequence[Span]]
) -> LinkCard | None:
    """Give the card that stands under a post: a person's own for a link of it, else one of the office's own words.

    None where the platform takes none, where pictures or a film stand, where no link is, or where a person wants none.
    """
    link, own = find_link(announcement, platform, find_spans), announcement.card
    if link and own is not None and own.address == link:
        return own if own.title.strip() else None
    return make_card(announcement, link) if link else None


def make_card(announcement: Announcement, address: str) -> LinkCard | None:
    """Make a card of the announcement's title and first words; None when it has no title to give."""
    title = " ".join(announcement.title.split())
    if not title:
        return None
    words = _without_links(announcement.text)
    first = _FIRST_SENTENCE.match(words)
    if first and first[1].rstrip(".!?") == title.rstrip(".!?"):
        words = words[first.end() :]
    return LinkCard(address, _cut(title, LONGEST_TITLE), _cut(words.strip(), LONGEST_DESCRIPTION))


def shorten(card: LinkCard) -> LinkCard:
    """Cut a card's words to what a card may have."""
    words = _cut(card.title.strip(), LONGEST_TITLE), _cut(card.description.strip(), LONGEST_DESCRIPTION)
    return replace(card, title=words[0], description=words[1])


def find_link(announcement: Announcement, platform: Platform, find_spans: Callable[[], Sequence[Span]]) -> str:
    """Give the link whose card stands under a post, or could; "" where the platform takes none or nothing needs one."""
    if Ability.CARD not in platform.abilities or announcement.pictures or announcement.film is not None:
        return ""
    links = [span.target for span in find_spans() if span.kind is SpanKind.LINK]
    own = announcement.card
    return own.address if own is not None and own.address in links else next(iter(links), "")


def find_place(address: str, parts: Sequence[FitPart]) -> int:
    """Tell which part of a thread, from 0, holds a card's link; 0 where there is no thread."""
    for number, part in enumerate(parts):
        if any(span.target == address for span in part.spans):
            return number
    return 0


def find_card_problems(announcement: Announcement, platform: Platform) -> tuple[str, ...]:
    """Say what keeps a person's own card from fitting, one plain sentence each."""
    card = announcement.card
    if card is None or Ability.CARD not in platform.abilities or announcement.pictures or announcement.film:
        return ()
    problems = []
    for what, words, most in (("title", card.title, LONGEST_TITLE), ("words", card.description, LONGEST_DESCRIPTION)):
        if len(words) > most:
            problems.append(f"The {what} of the link card may have {most} characters. Take {len(words) - most} away.")
    return tuple(problems)


def _without_links(text: str) -> str:
    return " ".join(word for word in text.split() if "://" not in word)


def _cut(words: str, most: int) -> str:
    return words if len(words) <= most else f"{words[: most - 1].rsplit(' ', 1)[0]}…"
