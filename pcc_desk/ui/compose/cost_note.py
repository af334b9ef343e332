"""The line that tells what sending will cost, where a platform asks for money."""

from PySide6.QtWidgets import QWidget

from pcc_desk.model.cost import Forecast
from pcc_desk.ui.reading.money import say_forecast
from pcc_desk.ui.widgets.frames import clear, column
from pcc_desk.ui.widgets.words import Label


class CostNote(QWidget):
    """One sentence for each account that costs money; hidden where none does."""

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
        self.setVisible(bool(forecasts))
