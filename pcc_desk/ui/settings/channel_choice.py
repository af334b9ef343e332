"""The channels an account can be connected on, each with its letter and name, one press away."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QWidget

from pcc_desk.model.channel import Platform
from pcc_desk.ui import theme
from pcc_desk.ui.widgets.buttons import QuietButton, verbatim
from pcc_desk.ui.widgets.chip import tile_icon
from pcc_desk.ui.widgets.frames import column
from pcc_desk.ui.widgets.words import Label
from pcc_desk.ui.widgets.wrap import Wrap

TILE = 22  # pixels at 100 % text size


class ChannelButton(QuietButton):
    """One channel."""

    def __init__(self, platform: Platform) -> None:
        super().__init__(verbatim(platform.title))
        size = theme.px(TILE)
        self.setIcon(tile_icon(platform.letter, platform.colour, size))
        self.setIconSize(QSize(size, size))


class ChannelChoice(QWidget):
    """Asks for a channel.

    Signals:
        chosen(Platform): the person pressed one.
    """

    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.buttons: dict[str, ChannelButton] = {}
        rows = column(self, gap=8)
        rows.addWidget(Label("Which channel do you want to connect?", "strong", wrap=True))
        self._places = Wrap(gap=8)
        rows.addLayout(self._places)
        rows.addStretch(1)

    def show_platforms(self, platforms: Sequence[Platform]) -> None:
        """Show these channels, in this order."""
        for platform in platforms:
            button = self.buttons[platform.name] = ChannelButton(platform)
            button.clicked.connect(lambda _checked=False, chosen=platform: self.chosen.emit(chosen))
            self._places.addWidget(button)
        widest = max((button.sizeHint().width() for button in self.buttons.values()), default=0)
        for button in self.buttons.values():  # in columns, however many the room has
            button.setMinimumWidth(widest)

    def focus(self, name: str = "") -> None:
        """Go to a channel by its name, or to the first one."""
        for button in [self.buttons[name]] if name else list(self.buttons.values())[:1]:
            button.setFocus()
