"""A link card as a post's readers will see it: its picture, title, words and the site it leads to."""

from urllib.parse import urlsplit

from PySide6.QtWidgets import QSizePolicy

from pcc_desk.model.announcement import LinkCard
from pcc_desk.ui.compose.preview_picture import PreviewPicture
from pcc_desk.ui.compose.thumbnails import Thumbnails
from pcc_desk.ui.reading.remote_text import show_line, show_run
from pcc_desk.ui.widgets.frames import Card, column
from pcc_desk.ui.widgets.words import Label


class PreviewCard(Card):
    """One link card; nothing is fetched to show it."""

    def __init__(self, card: LinkCard, thumbnails: Thumbnails) -> None:
        super().__init__()
        site = urlsplit(card.address).hostname or card.address
        self.setAccessibleName(f"Link card: {show_line(card.title, 200)}, {site}")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        rows = column(self, margin=8, gap=4)
        if card.picture is not None:
            rows.addWidget(PreviewPicture(card.picture, card.title, thumbnails))
        rows.addWidget(Label(show_line(card.title, 200), "strong", wrap=True))
        if card.description:
            rows.addWidget(Label(show_run(card.description), "small", wrap=True))
        rows.addWidget(Label(show_line(site, 80), "muted", wrap=True))
