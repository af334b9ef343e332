"""The line that tells what sending will cost, where a platform asks for money."""

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from pcc_desk.model.cost import Forecast
from pcc_desk.ui.reading.money import say_forecast, say_saving
from pcc_desk.ui.widgets.buttons import LinkButton
from pcc_desk.ui.widgets.frames import clear, column
from pcc_desk.ui.widgets.words import Label


class CostNote(QWidget):
    """One sentence for each account that costs money, and a cheaper way where there is one; hidden where none does.

    Signals:
        unlinked(AccountId, str): give this account these words, which have no link.
    """

    unlinked = Signal(object, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: tuple[Forecast, ...] = ()
        self._lines = column(self, gap=2)
        self.hide()

    def show_forecasts(self, forecasts: tuple[Forecast, ...]) -> None:
        """Show what sending will cost."""
        if forecasts == self._shown:
            return
        self._shown = forecasts
        clear(self._lines)
        for forecast in forecasts:
            tone = "amber" if forecast.passes_limit() else "muted"
            self._lines.addWidget(Label(say_forecast(forecast), tone, wrap=True))
            if forecast.saved:
                button = LinkButton(say_saving(forecast))
                button.clicked.connect(partial(self._on_clicked, forecast))
                self._lines.addWidget(button)
        self.setVisible(bool(forecasts))

    def _on_clicked(self, forecast: Forecast) -> None:
        self.unlinked.emit(forecast.spent.account.id, forecast.unlinked)
