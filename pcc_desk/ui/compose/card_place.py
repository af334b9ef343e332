"""The link card of an announcement: what it says, fetched when a person asks for it, written anew, or left out."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QSizePolicy, QWidget

from pcc_desk.checks.cards import find_card, find_link
from pcc_desk.model.account import AccountId
from pcc_desk.model.announcement import Announcement, Fit, LinkCard
from pcc_desk.ui.reading.presence import Presences
from pcc_desk.ui.reading.remote_text import show_line
from pcc_desk.ui.widgets.buttons import LinkButton, QuietButton
from pcc_desk.ui.widgets.frames import Card, column
from pcc_desk.ui.widgets.words import Label
from pcc_desk.ui.widgets.wrap import Wrap

FETCHING = "Asking the web page what it says of itself…"


class CardPlace(Card):
    """Stands under the words where a link is and a channel shows a card for it.

    Signals:
        edited(object): the LinkCard a person wants, or None for the office's own words.
        fetch_requested(str): ask the page at this link.
    """

    edited = Signal(object)
    fetch_requested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._shown = LinkCard("")
        self._about = Label("", "strong", wrap=True)
        self._title, self._words = QLineEdit(), QLineEdit()
        self._note = Label("", "small", wrap=True)
        self._fetch, self._own = QuietButton("Fetch the card"), LinkButton("Use the announcement's words")
        self._leave, self._show = LinkButton("No card"), LinkButton("Show a card")
        self._plain = LinkButton("No picture on it")
        self._build()
        self.hide()

    def show_fits(self, announcement: Announcement, fits: Mapping[AccountId, Fit], presences: Presences) -> None:
        """Show the card of the first of these accounts that shows one, or nothing where none does."""
        for account, fit in fits.items():
            platform = presences[account].platform
            spans = fit.examined.spans
            if link := find_link(announcement, platform, spans):
                card = find_card(announcement, platform, spans)
                self._fill(announcement, link, card, platform.title)
                return
        self.hide()

    def say(self, sentence: str) -> None:
        """Say how fetching stands; "" is nothing."""
        self._note.setText(sentence)
        self._note.setVisible(bool(sentence))
        self._fetch.setEnabled(not sentence)

    def _build(self) -> None:
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        for field, name in ((self._title, "Title of the link card"), (self._words, "Words of the link card")):
            field.setPlaceholderText(name)
            field.setAccessibleName(name)
            field.textEdited.connect(self._on_edited)
        self._fetch.setAccessibleDescription("Nothing is fetched before you ask for it")
        self._fetch.clicked.connect(lambda: self.fetch_requested.emit(self._shown.address))
        self._own.clicked.connect(lambda: self.edited.emit(None))
        self._show.clicked.connect(lambda: self.edited.emit(None))
        self._leave.clicked.connect(self._on_left_out)
        self._plain.clicked.connect(lambda: self.edited.emit(self._written(plain=True)))
        rows = column(self, margin=10, gap=6)
        for line in (self._about, self._title, self._words):
            rows.addWidget(line)
        tools = Wrap(gap=10)
        for button in (self._fetch, self._own, self._plain, self._leave, self._show):
            tools.addWidget(button)
        rows.addLayout(tools)
        rows.addWidget(self._note)
        self._note.hide()

    def _fill(self, announcement: Announcement, link: str, card: LinkCard | None, title: str) -> None:
        own, locked = announcement.card, announcement.approved_at is not None
        mine = own if own is not None and own.address == link else None
        # A title that is just being written anew is empty for a moment.
        left_out = mine == LinkCard(link) and not self._title.hasFocus()
        if link != self._shown.address:
            self.say("")
        self._shown = card or mine or LinkCard(link)
        site = show_line(urlsplit(link).hostname or link, 80)
        self._about.setText(f"No link card on {title}" if left_out else f"Link card on {title} for {site}")
        for field, words in ((self._title, self._shown.title), (self._words, self._shown.description)):
            field.setVisible(not left_out)
            field.setReadOnly(locked)
            if field.text() != words:
                field.setText(words)
        self._fetch.setVisible(not locked)
        self._own.setVisible(mine is not None and not left_out and not locked)
        self._plain.setVisible(self._shown.picture is not None and not locked)
        self._leave.setVisible(card is not None and not locked)
        self._show.setVisible(left_out and not locked)
        self.show()

    def _written(self, plain: bool = False) -> LinkCard:
        picture = None if plain else self._shown.picture
        return LinkCard(self._shown.address, self._title.text(), self._words.text(), picture)

    def _on_left_out(self) -> None:
        self._title.clearFocus()
        self.edited.emit(LinkCard(self._shown.address))

    def _on_edited(self) -> None:
        self.edited.emit(self._written())
