"""Notices across the window: failures and facts that belong to no one panel."""

from PySide6.QtWidgets import QWidget

from pcc_desk.errors import DeskError
from pcc_desk.ui.widgets.banner import Banner
from pcc_desk.ui.widgets.frames import column

MOST = 3


class Notices(QWidget):
    """The newest few notices; the same sentence is shown once."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows = column(self, margin=8, gap=8)
        self._banners: list[Banner] = []
        self._of: dict[Banner, type[DeskError]] = {}
        self.hide()

    def tell(self, error: DeskError) -> None:
        """Show a failure."""
        banner = self._add("red")
        banner.tell(error)
        self._of[banner] = type(error)
        self._settle()

    def take_back(self, kind: type[DeskError]) -> None:
        """Take away what was told of failures of a kind, because it is over."""
        for banner in [each for each in self._banners if issubclass(self._of.get(each, object), kind)]:
            self._drop(banner)
        self.setVisible(bool(self._banners))

    def say(self, sentence: str, tone: str = "amber") -> None:
        """Show a fact."""
        self._add(tone).say(sentence)
        self._settle()

    def sentences(self) -> list[str]:
        """Give what is shown, newest first."""
        return [banner.text() for banner in reversed(self._banners)]

    def _add(self, tone: str) -> Banner:
        banner = Banner(tone, parent=self)
        banner.dismissed.connect(self._on_dismissed)
        self._banners.append(banner)
        self._rows.insertWidget(0, banner)
        return banner

    def _settle(self) -> None:
        newest = self._banners[-1]
        same = [each for each in self._banners[:-1] if each.text() == newest.text()]
        for old in same or self._banners[:-MOST]:
            self._drop(old)
        self.show()

    def _on_dismissed(self) -> None:
        for banner in [each for each in self._banners if each.isHidden()]:
            self._drop(banner)
        self.setVisible(bool(self._banners))

    def _drop(self, banner: Banner) -> None:
        self._banners.remove(banner)
        self._of.pop(banner, None)
        self._rows.removeWidget(banner)
        banner.hide()
        banner.deleteLater()
