"""What each channel's readers will see, drawn from what is on this PC only."""

from collections.abc import Mapping

from PySide6.QtWidgets import QVBoxLayout, QWidget

from pcc_desk.model.account import AccountId
from pcc_desk.model.announcement import Announcement, Fit, Span
from pcc_desk.model.channel import Ability
from pcc_desk.model.cropping import Shape
from pcc_desk.ui.compose.preview_card import PreviewCard
from pcc_desk.ui.compose.preview_film import PreviewFilm
from pcc_desk.ui.compose.preview_picture import PreviewPicture
from pcc_desk.ui.compose.text_box import utf16_ranges
from pcc_desk.ui.compose.thumbnails import Thumbnails
from pcc_desk.ui.compose.wording import say_missing
from pcc_desk.ui.reading.presence import Presence, Presences
from pcc_desk.ui.widgets.chip import Chip, Tile
from pcc_desk.ui.widgets.frames import Card, Pane, Scroll, clear, column, row
from pcc_desk.ui.widgets.spanned_text import SpannedText
from pcc_desk.ui.widgets.words import ElidedLabel, Label

SHOWN = 3_000  # characters of a preview


class PreviewWords(QWidget):
    """The words of one post; in a thread with their place and their own count above them."""

    def __init__(self) -> None:
        super().__init__()
        self._place, self._words = Label("", "small"), SpannedText()
        rows = column(self, gap=2)
        rows.addWidget(self._place)
        rows.addWidget(self._words)

    def show_words(self, text: str, spans: tuple[Span, ...], place: str = "") -> None:
        """Show a text, cut when it is very long."""
        if len(text) > SHOWN:
            text, spans = text[:SHOWN] + "…", tuple(span for span in spans if span.end <= SHOWN)
        self._place.setText(place)
        self._place.setVisible(bool(place))
        self._words.show_text(text or "Nothing written yet.", tuple(utf16_ranges(text, spans)))


class Preview(Card):
    """One channel's card: a post, or an article on the website."""

    def __init__(self, presence: Presence, thumbnails: Thumbnails) -> None:
        super().__init__()
        self._thumbnails = thumbnails
        self._shown: tuple[object, ...] = ()
        self._platform = presence.platform
        self._article = Ability.TITLE in presence.platform.abilities
        self._fits = Chip("")
        self._title = Label("", "heading", wrap=True)
        self._words, self._more = PreviewWords(), list[PreviewWords]()
        self._parts: QVBoxLayout = column(gap=8)
        self._pictures: QVBoxLayout = column(gap=4)
        self._build(presence)

    def show_fit(self, announcement: Announcement, fit: Fit) -> None:
        """Show the announcement as this channel's readers see it."""
        over = 0 if fit.limit is None else fit.length - fit.limit
        if fit.parts:
            self._fits.set_words(f"thread of {len(fit.parts)}", _tone(False))
            self._words.show_words(fit.parts[0].text, fit.parts[0].spans, _say_place(fit, 0))
        else:
            bad = f"{over:,} too many" if over > 0 else say_missing(announcement, self._platform)
            self._fits.set_words(bad or "fits", _tone(bool(bad)))
            self._words.show_words(announcement.wording_for(fit.account_id), fit.spans)
        self._show_more(fit)
        self._title.setText(announcement.title or "No title yet")
        able, card = self._platform.abilities, fit.card
        film = announcement.film if Ability.VIDEO in able else None
        pictures = announcement.pictures if Ability.PICTURES in able else ()
        shape = Shape(self._platform.limits.narrowest, self._platform.limits.widest)
        shown = (film, card, *((each.picture.id, each.alt, each.crop_for(shape)) for each in pictures))
        if shown != self._shown:
            self._shown = shown
            clear(self._pictures)
            for each in pictures:
                part = each.crop_for(shape)
                self._pictures.addWidget(PreviewPicture(each.picture, each.alt, self._thumbnails, part))
            if film is not None:
                self._pictures.addWidget(PreviewFilm(film))
            if card is not None:
                self._pictures.addWidget(PreviewCard(card, self._thumbnails))

    def _show_more(self, fit: Fit) -> None:
        while len(self._more) < len(fit.parts) - 1:
            self._more.append(PreviewWords())
            self._parts.addWidget(self._more[-1])
        for number, words in enumerate(self._more, start=1):
            words.setVisible(number < len(fit.parts))
            if number < len(fit.parts):
                words.show_words(fit.parts[number].text, fit.parts[number].spans, _say_place(fit, number))

    def _build(self, presence: Presence) -> None:
        platform, account = presence.platform, presence.account
        rows = column(self, margin=12, gap=6)
        head = row(gap=6)
        head.addWidget(Tile(platform.letter, platform.colour, platform.title))
        head.addWidget(Label(platform.title, "strong"))
        news = self._article and not platform.needs_video
        head.addWidget(ElidedLabel("News post" if news else account.handle, "small"), 1)
        head.addWidget(self._fits)
        rows.addLayout(head)
        rows.addWidget(self._title)
        self._title.setVisible(self._article)
        if self._article:  # a website shows the picture under the title, a network under the words
            rows.addLayout(self._pictures)
            rows.addWidget(self._words)
        else:
            rows.addWidget(self._words)
            rows.addLayout(self._pictures)
            rows.addLayout(self._parts)


class Previews(Pane):
    """The column of previews at the right."""

    def __init__(self, thumbnails: Thumbnails, parent: QWidget | None = None) -> None:
        super().__init__("ground", parent)
        self._thumbnails = thumbnails
        self._cards: dict[AccountId, Preview] = {}
        self._scroll = Scroll()
        self._none = Label("Choose an account to see what its readers will see.", "muted", wrap=True)
        column(self).addWidget(self._scroll)
        rows = self._scroll.column
        rows.addWidget(Label("Preview", "heading"))
        rows.addWidget(self._none)
        rows.addStretch(1)

    def show_fits(self, announcement: Announcement, fits: Mapping[AccountId, Fit], presences: Presences) -> None:
        """Show a card for each account the announcement goes to, in the office's order."""
        wanted = [account for account in presences if account in fits]
        if wanted != list(self._cards):
            for card in self._cards.values():
                card.hide()
                card.deleteLater()
            self._cards = {account: Preview(presences[account], self._thumbnails) for account in wanted}
            for place, card in enumerate(self._cards.values(), 2):
                self._scroll.column.insertWidget(place, card)
        self._none.setVisible(not wanted)
        for account in wanted:
            self._cards[account].show_fit(announcement, fits[account])


def _say_place(fit: Fit, number: int) -> str:
    part = fit.parts[number]
    count = f" · {part.length}/{fit.limit}" if fit.limit is not None else ""
    return f"Part {number + 1} of {len(fit.parts)}{count}"


def _tone(bad: bool) -> str:
    return "red" if bad else "green"
