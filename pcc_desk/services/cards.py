"""Link cards fetched when a person asks: what the page says of itself, its picture made safe in a child process."""

from typing import Protocol

from pcc_desk.checks.cards import shorten
from pcc_desk.errors import BadPicture, ChannelError, Rejected
from pcc_desk.model.announcement import LinkCard, Picture
from pcc_desk.services.accounts import OpenWire
from pcc_desk.services.border import contained


class Keeps(Protocol):
    """What fetching needs of compose."""

    def add_picture(self, source: bytes, name: str) -> Picture:
        """Make a picture safe and keep it. Raises: BadPicture, StoreError."""


class Cards:
    """Fetches link cards; nothing is fetched by itself."""

    def __init__(self, open_wire: OpenWire, keeps: Keeps) -> None:
        self._open_wire = open_wire
        self._keeps = keeps

    def fetch(self, address: str) -> LinkCard:
        """Give the card a web page makes of itself; one whose picture cannot be used has none.

        Raises:
            ChannelError: the page could not be read, or says nothing of itself.
            StoreError: its picture could not be kept.
        """
        # The network's libraries are not loaded before something is sent.
        from pcc_desk.channels.pages import read_page, secured

        place = secured(address)
        with contained("The web page"):
            page = read_page(self._open_wire(place), place)
        if not page.title:
            raise Rejected("The page does not say what it is called.", "Write the card's title and words yourself.")
        return shorten(LinkCard(address, page.title, page.description, self._picture(place, page.picture)))

    def _picture(self, page: str, address: str) -> Picture | None:
        # Not loaded early either.
        from pcc_desk.channels.pages import fetch_picture

        if not address:
            return None
        try:
            with contained("The web page"):
                content = fetch_picture(self._open_wire(page), address)
            return self._keeps.add_picture(content, "link card.jpg")
        except (ChannelError, BadPicture):  # a card without a picture is still a card
            return None
