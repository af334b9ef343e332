"""The recovery key, offered again when the first start was left before it was kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QDialog, QWidget

from pcc_desk.ui.background import Background
from pcc_desk.ui.first_start.pages import KeyPage
from pcc_desk.ui.settings.recovery_sheet import Recovery
from pcc_desk.ui.widgets.frames import Scroll, column, fit_window

if TYPE_CHECKING:
    from pcc_desk.services.desk import Services


class KeyOffer(QDialog):
    """Shows the recovery key; closed without an answer, it comes again at the next start."""

    def __init__(self, services: Services, background: Background, office_name: str, parent: QWidget | None) -> None:
        """Offer the key of an office that is open."""
        super().__init__(parent)
        self.page = KeyPage(background)
        self.page.show_recovery(Recovery(office_name, services.office.recovery_key()))
        self.setWindowTitle("PCC Desk")
        fit_window(self, 640, 560)
        scroll = Scroll()
        scroll.column.addWidget(self.page)
        column(self, margin=16, gap=8).addWidget(scroll)
        self.page.settled.connect(lambda: background.do(lambda: services.office.settle_recovery()))
        self.page.left.connect(self.accept)
        self.finished.connect(self.deleteLater)
